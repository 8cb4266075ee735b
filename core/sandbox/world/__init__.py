"""The world every venue of the sandbox shows: one market, one clock.

World     everything below, built from one seed
Prices    price of a product at a moment, pure
Candles   candles and 24-hour statistics of any span, pure
Trades    trades of any second, and the quote at a moment, pure
Book      resting orders that follow the quote
"""

from __future__ import annotations

from core.sandbox.world.books import Book, LevelChange
from core.sandbox.world.candles import SPANS, Bar, Candles, DayStats
from core.sandbox.world.clock import WorldClock
from core.sandbox.world.prices import DAY, Prices
from core.sandbox.world.trades import Quote, Trade, Trades


class World:
    """One seeded market and the clock that drives it; never changes but for the clock."""

    def __init__(self, *, seed: int, clock: WorldClock, rate: float = 1.0) -> None:
        self.seed = seed
        self.clock = clock
        self.prices = Prices(seed)
        self.candles = Candles(seed, self.prices)
        self.trades = Trades(seed, self.prices, rate=rate)


__all__ = [
    "DAY",
    "SPANS",
    "Bar",
    "Book",
    "Candles",
    "DayStats",
    "LevelChange",
    "Prices",
    "Quote",
    "Trade",
    "Trades",
    "World",
    "WorldClock",
]
