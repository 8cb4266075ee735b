"""Messages of each channel as the world stands: first snapshots, then what changed.

    world at a moment → frames → Message, the same for every connection that asked

Never knows who is subscribed; the books it keeps are those somebody has asked for.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterable, Sequence

from core.sandbox.coinbase import frames
from core.sandbox.coinbase.frames import Message
from core.sandbox.world import Book, Trade, World

_BARS_AT_FIRST = 20
_TRADES_AT_FIRST = 50
_TRADES_HORIZON = 60


class Bulletin:
    """Writes messages; `at` is always nanoseconds since 1970 on the world's clock."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._books: dict[str, Book] = {}
        self._first: dict[str, Callable[[str, int], Message]] = {
            "ticker": self.ticker_snapshot,
            "ticker_batch": self.batch_snapshot,
            "level2": self.book_snapshot,
            "market_trades": self.trades_snapshot,
            "candles": self.candles_snapshot,
        }

    def snapshots(self, channel: str, products: Sequence[str], at: int) -> list[Message]:
        """Return what a new subscriber of a channel gets first: one message per product."""
        if channel == "status":
            return [self.status("snapshot", products, at=at)]
        make = self._first.get(channel)
        return [make(product, at) for product in products] if make else []

    def ticker_snapshot(self, product: str, at: int) -> Message:
        """Return the ticker of one product."""
        return self._tickers("ticker", "snapshot", product, at)

    def ticker_update(self, product: str, at: int) -> Message:
        """Return the ticker of a product that has just traded."""
        return self._tickers("ticker", "update", product, at)

    def batch_snapshot(self, product: str, at: int) -> Message:
        """Return the batch ticker of one product."""
        return self._tickers("ticker_batch", "snapshot", product, at)

    def batch_update(self, product: str, at: int) -> Message:
        """Return the batch ticker of a product that has traded since the last batch."""
        return self._tickers("ticker_batch", "update", product, at)

    def trades_snapshot(self, product: str, at: int) -> Message:
        """Return the latest trades of a product, newest first."""
        recent = self._world.trades.recent(
            product, at / 1e9, limit=_TRADES_AT_FIRST, horizon=_TRADES_HORIZON
        )
        items = [frames.trade(each) for each in recent]
        return frames.listed("market_trades", "trades", "snapshot", items, at)

    def trades_update(self, trades: Sequence[Trade], at: int) -> Message:
        """Return trades of one batch, newest first."""
        items = [frames.trade(trade) for trade in reversed(trades)]
        return frames.listed("market_trades", "trades", "update", items, at)

    def candles_snapshot(self, product: str, at: int) -> Message:
        """Return the latest five-minute candles of a product, oldest first."""
        bars = self._bars(product, at, _BARS_AT_FIRST)
        return frames.listed("candles", "candles", "snapshot", bars, at)

    def candles_update(self, product: str, at: int) -> Message:
        """Return the live candle of a product."""
        return frames.listed("candles", "candles", "update", self._bars(product, at, 1), at)

    def book_snapshot(self, product: str, at: int) -> Message:
        """Return the whole book of a product, and keep it from now on."""
        book = self._books.get(product)
        if book is None:
            rng = random.Random(f"{self._world.seed} {product}")  # noqa: S311 - a market, no secret
            book = Book(product, self._world.trades.quote(product, at / 1e9), rng)
            self._books[product] = book
        return frames.book_snapshot(product, book, at)

    def book_update(self, product: str, at: int) -> Message:
        """Let a book that somebody has follow its price, and return what changed."""
        changes = self._books[product].follow(self._world.trades.quote(product, at / 1e9))
        return frames.book_message(product, "update", changes, at)

    def keep_books(self, products: Iterable[str]) -> None:
        """Forget every book but these."""
        wanted = set(products)
        self._books = {name: book for name, book in self._books.items() if name in wanted}

    @staticmethod
    def status(kind: str, products: Iterable[str], *, at: int) -> Message:
        """Return products with their steps and state."""
        items = [frames.status(product) for product in products]
        return frames.listed("status", "products", kind, items, at)

    def _tickers(self, channel: str, kind: str, product: str, at: int) -> Message:
        batch = channel == "ticker_batch"
        item = frames.ticker(self._world, product, at / 1e9, batch=batch)
        return frames.listed(channel, "tickers", kind, [item], at)

    def _bars(self, product: str, at: int, count: int) -> list[str]:
        now, span = at / 1e9, frames.CANDLE_SECONDS
        start = (math.floor(now) // span - count + 1) * span
        bars = self._world.candles.bars(
            product, start=start, end=math.ceil(now), span=span, now=now
        )
        return [frames.candle(product, bar) for bar in bars]
