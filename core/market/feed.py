"""Keeps live prices flowing: connects, subscribes, reads, and after any loss starts again.

    connect → subscribe → frames → intake → publish every 16 ms → callbacks
       ↑                                                  │
       └── back off 1, 2, 4 … 30 s ←── lost: closed, silent, gap, refused

The feed never gives up, never shows an error as a price, and its status is true at every moment.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

from core.clock import Clock
from core.domain import FeedState, FeedStatus
from core.logs import fields
from core.market.backoff import Backoff
from core.market.cache import TickerCache
from core.market.connection import Connection, FeedTiming, LinkLost, open_connection
from core.market.health import FeedHealth
from core.market.intake import Intake
from core.market.messages import Message, Subscribed, VenueError
from core.market.subscriptions import SubscriptionLedger, price_requests

MAX_REFUSALS = 20
"""So many error frames on one link, and it is made anew: a venue must not fill our log."""

_LOG = logging.getLogger(__name__)


class Feed:
    """The price feed; `status` and `on_publish` are for any thread, the rest for its own loop."""

    def __init__(
        self,
        url: str,
        *,
        products: Sequence[str],
        cache: TickerCache,
        clock: Clock,
        timing: FeedTiming,
        rng: random.Random,
    ) -> None:
        self._url = url
        self._products = tuple(products)
        self._timing = timing
        self._intake = Intake(cache, clock=clock)
        self._health = FeedHealth(
            clock=clock,
            source=urlsplit(url).hostname or url,
            products=len(self._products),
            intake=self._intake,
        )
        self._backoff = Backoff(
            rng,
            first=timing.first_retry,
            cap=timing.longest_retry,
            healthy_after=timing.healthy_after,
        )
        self._retry = asyncio.Event()
        self._callbacks: tuple[Callable[[], None], ...] = ()
        self._ledger = SubscriptionLedger(())
        self._connection: Connection | None = None
        self._refusals = 0
        self._pacing = False
        self._flushed_at = 0

    def status(self) -> FeedStatus:
        """Return how the feed is doing; callable from any thread."""
        return self._health.status()

    def on_publish(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Have `callback` called in the feed's thread after each publish or change of state.

        It must be quick and must not raise. Returns a function that ends it.
        """
        self._callbacks = (*self._callbacks, callback)

        def unsubscribe() -> None:
            self._callbacks = tuple(each for each in self._callbacks if each is not callback)

        return unsubscribe

    def retry_now(self) -> None:
        """Cut the present back-off short; call it in the feed's loop."""
        self._retry.set()

    async def run(self) -> None:
        """Keep the feed alive until cancelled."""
        while True:
            self._health.connecting(self._backoff.attempt + 1)
            self._notify()
            reason = await self._link()
            worked_for = self._health.worked_for()
            self._publish()
            delay = self._backoff.next_delay(worked_for=worked_for)
            self._health.disconnected(reason, attempt=self._backoff.attempt, retry_in=delay)
            self._notify()
            _LOG.warning(
                "feed %s",
                fields(status="lost", reason=reason, retry_in=round(delay, 2)),
            )
            await self._wait(delay)

    async def _link(self) -> str:
        """Run one connection to its end and return why it ended."""
        try:
            connection = await open_connection(self._url, timing=self._timing)
        except LinkLost as lost:
            return str(lost)
        self._connection = connection
        self._intake.begin_link()
        self._refusals = 0
        requests = price_requests(self._products)
        self._ledger = SubscriptionLedger(requests)
        deadline = asyncio.get_running_loop().call_later(self._timing.silence, self._check_prices)
        try:
            await connection.send(requests)
            await connection.read(self._on_frame, life=lambda: self._intake.accepted)
        except LinkLost as lost:
            return str(lost)
        except Exception:  # the thread's outermost loop: no surprise may end the feed
            _LOG.exception("feed %s", fields(status="failed"))
            return "something unforeseen happened; the log has the details"
        finally:
            deadline.cancel()
            self._connection = None
            await connection.close()

    def _on_frame(self, frame: bytes) -> None:
        message = self._intake.handle(frame)
        if message is not None:
            self._react(message)
        if not self._pacing:
            self._pace()
        if self._intake.broken is not None:
            self._cut(self._intake.broken)

    def _react(self, message: Message) -> None:
        if isinstance(message, Subscribed):
            self._ledger.acknowledge(message.channels)
            self._health.missing = self._ledger.missing
        elif isinstance(message, VenueError):
            self._react_to_refusal(message.text)

    def _react_to_refusal(self, text: str) -> None:
        self._refusals += 1
        if self._refusals == 1:
            _LOG.warning("feed %s", fields(status="refused", message=text))
        if not self._intake.has_prices:
            self._cut(f"the venue refused the subscription: {text}")
        elif self._refusals >= MAX_REFUSALS:
            self._cut(f"the venue keeps sending errors: {text}")

    def _pace(self) -> None:
        # The first frame after a pause is published at once, what follows within 16 ms together.
        self._pacing = self._intake.accepted != self._flushed_at
        if not self._pacing:
            return
        self._flushed_at = self._intake.accepted
        self._health.heard()
        if self._health.state is not FeedState.CONNECTED and self._connection is not None:
            self._health.connected()
            _LOG.info("feed %s", fields(status="connected", products=len(self._products)))
            self._notify()
        self._publish()
        asyncio.get_running_loop().call_later(self._timing.publish_every, self._pace)

    def _publish(self) -> None:
        if self._intake.flush():
            self._notify()

    def _notify(self) -> None:
        for callback in self._callbacks:
            callback()

    def _check_prices(self) -> None:
        if not self._intake.has_prices and not self._ledger.all_refused:
            self._cut(f"no prices came within {self._timing.silence:g} s of subscribing")

    def _cut(self, reason: str) -> None:
        if self._connection is not None:
            self._connection.cut(reason)

    async def _wait(self, delay: float) -> None:
        self._retry.clear()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._retry.wait(), delay)
