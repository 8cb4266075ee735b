"""Resting orders around the price: about two hundred levels a side that follow every move.

    quote → best bid and ask → levels behind them on fixed price steps → changes since last time

A book never stands crossed, and never reports a level twice in one change. `Book` is the only
thing in the world with a memory, because a change is a difference to what was told before.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from core.sandbox.catalogue import LISTINGS
from core.sandbox.world.noise import key_number
from core.sandbox.world.trades import Quote, typical_size, usual_spread

LEVELS = 200


@dataclass(frozen=True, slots=True)
class LevelChange:
    """The whole amount now resting at a price; 0 when the level is gone."""

    side: str
    price: int
    size: int


class Book:
    """One product's resting orders, kept in step with its quote."""

    def __init__(self, product: str, quote: Quote, rng: random.Random) -> None:
        self._usual = typical_size(LISTINGS[product])
        # From the anchor, not the price: a step that moved would replace every level at once.
        apart = max(0.00005, usual_spread(LISTINGS[product]) / 6)
        self._step = max(1, round(LISTINGS[product].anchor * apart))
        self._product = product
        self._rng = rng
        self.bids: dict[int, int] = {}
        self.asks: dict[int, int] = {}
        self.follow(quote)

    def follow(self, quote: Quote) -> list[LevelChange]:
        """Move to `quote`, fidget at a few levels, and return every level that changed."""
        bids = self._side(self.bids, quote.bid, quote.bid_size, -self._step)
        asks = self._side(self.asks, quote.ask, quote.ask_size, self._step)
        changes = [
            *_difference("bid", self.bids, bids),
            *_difference("offer", self.asks, asks),
        ]
        self.bids, self.asks = bids, asks
        return changes

    def _side(self, old: dict[int, int], best: int, size: int, step: int) -> dict[int, int]:
        """Return one side: the best level, then those on multiples of the step behind it."""
        start = best // step * step + step
        prices = [price for price in range(start, start + step * LEVELS, step) if price > 0]
        new = {best: size}
        for rank, price in enumerate(prices):
            new[price] = old.get(price) or self._amount(price, rank)
        for _ in range(3):
            rank = int(self._rng.random() ** 2 * len(prices))
            if prices:
                new[prices[rank]] = max(1, round(new[prices[rank]] * self._rng.uniform(0.5, 1.6)))
        new[best] = size
        return new

    def _amount(self, price: int, rank: int) -> int:
        bits = key_number(self._product, "level", price)
        depth = 1 + rank / 12
        wall = 9 if bits % 29 == 0 else 1
        return max(1, round(self._usual * depth * wall * (0.3 + (bits >> 40) / 2**24 * 3)))


def _difference(side: str, old: dict[int, int], new: dict[int, int]) -> list[LevelChange]:
    gone = [LevelChange(side, price, 0) for price in old.keys() - new.keys()]
    return gone + [
        LevelChange(side, price, size) for price, size in new.items() if old.get(price) != size
    ]
