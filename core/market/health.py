"""How the feed is doing, written by the feed's thread and read from any other.

Moments are kept on the monotonic clock and turned into wall time when read, so an age stays right
when the machine's clock is set. Never decides anything.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.clock import Clock
from core.domain import FeedState, FeedStatus
from core.market.intake import Intake

RATE_WINDOW = 5.0
"""Seconds over which the message rate is averaged."""


@dataclass(frozen=True, slots=True)
class _Phase:
    state: FeedState
    since: float
    attempt: int = 0
    reason: str | None = None
    retry_at: float | None = None


class FeedHealth:
    """One writer; `status` may be called from any thread and is consistent in itself."""

    def __init__(self, *, clock: Clock, source: str, products: int, intake: Intake) -> None:
        self._clock = clock
        self._source = source
        self._products = products
        self._intake = intake
        self._phase = _Phase(FeedState.CONNECTING, clock.monotonic())
        self._samples: deque[tuple[float, int]] = deque(maxlen=2_000)
        self._rate = (0.0, clock.monotonic())
        self._last_data: float | None = None
        self._connects = 0
        self.missing: tuple[str, ...] = ()

    @property
    def state(self) -> FeedState:
        """The present state."""
        return self._phase.state

    def connecting(self, attempt: int) -> None:
        """An attempt begins; the reason of the last loss stays to be read."""
        self._enter(FeedState.CONNECTING, attempt=attempt, reason=self._phase.reason)

    def connected(self) -> None:
        """Data flows."""
        self._connects += 1
        self._enter(FeedState.CONNECTED)

    def disconnected(self, reason: str, *, attempt: int, retry_in: float) -> None:
        """The link is gone; the next attempt starts in `retry_in` seconds."""
        retry_at = self._clock.monotonic() + retry_in
        self._enter(FeedState.DISCONNECTED, attempt=attempt, reason=reason, retry_at=retry_at)

    def worked_for(self) -> float:
        """Return seconds since data began to flow; 0 unless connected."""
        if self._phase.state is not FeedState.CONNECTED:
            return 0.0
        return self._clock.monotonic() - self._phase.since

    def heard(self) -> None:
        """Data has come since the last call."""
        now = self._clock.monotonic()
        self._last_data = now
        samples = self._samples
        samples.append((now, self._intake.accepted))
        while now - samples[0][0] > RATE_WINDOW:
            samples.popleft()
        # Less than a second tells no rate: the first burst would read as thousands a second.
        span = max(1.0, now - samples[0][0])
        self._rate = ((samples[-1][1] - samples[0][1]) / span, now)

    def status(self) -> FeedStatus:
        """Return one reading of everything."""
        phase, now, wall = self._phase, self._clock.monotonic(), self._clock.now()

        def moment(monotonic: float | None) -> datetime | None:
            return None if monotonic is None else wall + timedelta(seconds=monotonic - now)

        rate, measured = self._rate
        return FeedStatus(
            state=phase.state,
            source=self._source,
            since_at=wall + timedelta(seconds=phase.since - now),
            last_message_at=moment(self._last_data),
            retry_at=moment(phase.retry_at),
            attempt=phase.attempt,
            reason=phase.reason,
            reconnects=max(0, self._connects - 1),
            messages_per_second=round(rate, 1) if now - measured <= RATE_WINDOW else 0.0,
            gaps=self._intake.gaps,
            rejected=self._intake.rejected,
            products=self._products,
            missing_products=self.missing,
        )

    def _enter(
        self,
        state: FeedState,
        *,
        attempt: int = 0,
        reason: str | None = None,
        retry_at: float | None = None,
    ) -> None:
        self._phase = _Phase(state, self._clock.monotonic(), attempt, reason, retry_at)
