"""Turns the market into text for browsers: one picture, then only what changed, encoded once.

    publish (feed thread) → wake → every 16 ms: diff → encode once → the same text to every client

A client that cannot keep up never has a queue: it skips to a fresh picture, and slows nobody.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Callable, Mapping
from datetime import datetime
from typing import Protocol, TypeVar

import msgspec

from core.clock import Clock, epoch_ms
from core.domain import FeedStatus
from core.market.fanout import Fanout
from core.market.ticker import Reference, Ticker, camel

PACE = 0.016
STATUS_EVERY = 1.0

_T = TypeVar("_T")


class MarketReader(Protocol):
    """What the relay needs of a market; every method is safe to call from any thread."""

    def snapshot(self) -> Mapping[str, Ticker]:
        """Return the latest tickers; an unchanged ticker is the same object as before."""
        ...

    def references(self) -> Mapping[str, Reference]:
        """Return what prices are compared with; the unchanged stay the same objects."""
        ...

    def status(self) -> FeedStatus:
        """Return how the feed is doing."""
        ...

    def on_publish(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Call back after each publish, in another thread; returns the way out."""
        ...


class WireStatus(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, rename=camel):
    """The feed's status as browsers read it; times in ms since the epoch, absent if unknown."""

    state: str
    source: str
    since_at: int
    last_message_at: int | None = None
    retry_at: int | None = None
    attempt: int
    reason: str | None = None
    reconnects: int
    messages_per_second: float
    gaps: int
    rejected: int
    products: int
    missing_products: tuple[str, ...]


class _Snapshot(msgspec.Struct, frozen=True, rename=camel, tag="snapshot"):
    seq: int
    sent_at: int
    status: WireStatus
    references: dict[str, Reference]
    tickers: list[Ticker]


class _Update(msgspec.Struct, frozen=True, omit_defaults=True, rename=camel, tag="update"):
    seq: int
    sent_at: int
    tickers: list[Ticker]
    status: WireStatus | None = None
    references: dict[str, Reference] | None = None


def wire_status(status: FeedStatus) -> WireStatus:
    """Return the status in its wire form."""
    return WireStatus(
        state=status.state.value,
        source=status.source,
        since_at=epoch_ms(status.since_at),
        last_message_at=_ms(status.last_message_at),
        retry_at=_ms(status.retry_at),
        attempt=status.attempt,
        reason=status.reason,
        reconnects=status.reconnects,
        messages_per_second=status.messages_per_second,
        gaps=status.gaps,
        rejected=status.rejected,
        products=status.products,
        missing_products=status.missing_products,
    )


def changed(old: Mapping[str, _T], new: Mapping[str, _T]) -> dict[str, _T]:
    """Return the entries of `new` that are not the same objects in `old`."""
    if new is old:
        return {}
    return {key: value for key, value in new.items() if old.get(key) is not value}


class Relay:
    """Feeds every open stream from one loop; all of it belongs to the web server's event loop."""

    def __init__(self, market: MarketReader, *, clock: Clock) -> None:
        self._market = market
        self._clock = clock
        self._encode = msgspec.json.Encoder().encode
        self._fanout = Fanout(self._snapshot)
        self._tickers: Mapping[str, Ticker] = {}
        self._references: Mapping[str, Reference] = {}
        self._told: tuple[object, ...] = ()
        self._status_due = 0.0

    @property
    def clients(self) -> int:
        """Return how many streams are open."""
        return self._fanout.clients

    def stream(self) -> AsyncGenerator[str, None]:
        """Yield one client's messages: a snapshot, then updates, or a snapshot after lagging."""
        return self._fanout.stream()

    async def run(self) -> None:
        """Pass on what the market publishes, until cancelled."""
        loop = asyncio.get_running_loop()
        wake = asyncio.Event()

        def on_publish() -> None:
            # The web server may close its loop while the feed still publishes.
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(wake.set)

        stop_listening = self._market.on_publish(on_publish)
        turn_at = loop.time()
        try:
            while True:
                self._turn(loop.time())
                turn_at = max(turn_at + PACE, loop.time())
                await asyncio.sleep(turn_at - loop.time())
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout_at(self._status_due):
                        await wake.wait()
                wake.clear()
        finally:
            stop_listening()

    def _turn(self, now: float) -> None:
        tickers, references = self._market.snapshot(), self._market.references()
        status = self._market.status()
        told = (status.state, status.attempt, status.reason, status.missing_products)
        status_news = told != self._told or now >= self._status_due
        fresh = list(changed(self._tickers, tickers).values())
        fresh_references = changed(self._references, references)
        if not (fresh or fresh_references or status_news):
            return
        self._tickers, self._references = tickers, references
        if status_news:
            self._told, self._status_due = told, now + STATUS_EVERY

        def update(seq: int) -> str:
            news = wire_status(status) if status_news else None
            return self._text(_Update(seq, self._now_ms(), fresh, news, fresh_references or None))

        self._fanout.advance(update)

    def _snapshot(self, seq: int) -> str:
        status = wire_status(self._market.status())
        references, tickers = dict(self._references), list(self._tickers.values())
        return self._text(_Snapshot(seq, self._now_ms(), status, references, tickers))

    def _now_ms(self) -> int:
        return epoch_ms(self._clock.now())

    def _text(self, message: _Snapshot | _Update) -> str:
        return self._encode(message).decode()


def _ms(moment: datetime | None) -> int | None:
    return None if moment is None else epoch_ms(moment)
