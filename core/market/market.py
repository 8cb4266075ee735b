"""The market as one object: live prices, books, instruments, candles and references together.

    start() → feed thread:        venue socket → cache → snapshot(), on_publish callbacks
            → background thread:  level2 books, instruments, candles, references

Everything here may be called from any thread; nothing blocks but `candles`.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import CancelledError
from pathlib import Path

from core.clock import Clock
from core.domain import FeedStatus, Granularity, Instrument, OrderBook
from core.errors import SourceUnavailable
from core.market.books import Books
from core.market.cache import TickerCache
from core.market.candles import CandleSeries, CandleStore
from core.market.connection import FeedTiming
from core.market.feed import Feed
from core.market.instruments import Instruments
from core.market.references import References
from core.market.rest import TOTAL_TIMEOUT, PublicRest
from core.market.runner import LoopThread, keep_running
from core.market.ticker import Reference, Ticker

CANDLES_TIMEOUT = 3 * TOTAL_TIMEOUT

_DEFAULT_TIMING = FeedTiming()


class Market:
    """Owns the market's threads; `start` and `stop` may be repeated, once stopped it is done."""

    def __init__(
        self,
        *,
        ws_url: str,
        rest_url: str,
        products: Sequence[str],
        cache_dir: Path,
        clock: Clock,
        timing: FeedTiming = _DEFAULT_TIMING,
        rng: random.Random | None = None,
    ) -> None:
        rng = rng or random.Random()  # noqa: S311 - spreads retries, guards nothing
        self._cache = TickerCache(products)
        self._feed = Feed(
            ws_url, products=products, cache=self._cache, clock=clock, timing=timing, rng=rng
        )
        self._books = Books(ws_url, clock=clock, timing=timing, rng=rng)
        self._rest = PublicRest(rest_url)
        self._instruments = Instruments(
            self._rest, products=products, file=cache_dir / "instruments.json"
        )
        self._candles = CandleStore(
            self._rest, products=products, folder=cache_dir / "candles", clock=clock
        )
        self._references = References(
            self._rest, products=products, snapshot=self.snapshot, clock=clock
        )
        self._feed_thread = LoopThread("market-feed", self._feed.run)
        self._background_thread = LoopThread("market-background", self._run_background)

    def start(self) -> None:
        """Start following the market; returns at once."""
        self._feed_thread.start()
        self._background_thread.start()

    def stop(self) -> None:
        """Close every connection and end every thread, within seconds."""
        self._background_thread.stop()
        self._feed_thread.stop()

    def snapshot(self) -> Mapping[str, Ticker]:
        """Return the latest tickers by product id: read-only, and never changed afterwards."""
        return self._cache.snapshot()

    def status(self) -> FeedStatus:
        """Return how the price feed is doing."""
        return self._feed.status()

    def retry_now(self) -> None:
        """Cut the present back-off of the price feed short."""
        self._feed_thread.post(self._feed.retry_now)

    def on_publish(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Have `callback` called in the feed's thread after each publish or change of state.

        It must be quick and must not raise. Returns a function that ends it.
        """
        return self._feed.on_publish(callback)

    def references(self) -> Mapping[str, Reference]:
        """Return what present prices are compared with, for the products where it is known."""
        return self._references.known

    def instruments(self) -> Mapping[str, Instrument]:
        """Return what is known of the followed products; offline, what was known last."""
        return self._instruments.known

    def order_book(self, product_id: str, *, depth: int = 50) -> OrderBook | None:
        """Return the book of one product, None until the venue has sent it.

        Each call keeps the book coming for ten more seconds; at most twelve come at once.
        """
        if product_id not in self._cache.wanted:
            return None
        return self._books.order_book(product_id, depth=depth)

    def candles(
        self, product_id: str, granularity: Granularity, *, count: int = 300
    ) -> CandleSeries:
        """Return the newest candles, asking the venue if need be: this call blocks.

        Raises SourceUnavailable only if none at all are known.
        """
        try:
            return self._background_thread.call(
                lambda: self._candles.load(product_id, granularity, count=count),
                timeout=CANDLES_TIMEOUT,
            )
        except (RuntimeError, TimeoutError, CancelledError) as error:
            raise SourceUnavailable("the market is not running, or too slow") from error

    async def _run_background(self) -> None:
        async with self._rest, asyncio.TaskGroup() as jobs:
            jobs.create_task(keep_running("books", self._books.run))
            jobs.create_task(keep_running("instruments", self._instruments.run))
            jobs.create_task(keep_running("references", self._references.run))
