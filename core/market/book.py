"""The order book of one product, kept from the venue's snapshot and absolute level sizes.

    {"side":"bid","price_level":"79943.9","new_quantity":"3.0105"}   "0" removes the level

It never grows without bound and never shows a crossed book: what cannot be right raises
`BookBroken`, and only a fresh snapshot heals it.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from core.domain import BookLevel, OrderBook
from core.errors import SpectraError
from core.market.messages import BookChange, LevelUpdate, Side

KEEP_LEVELS = 2_000
MAX_DEPTH = 500


class BookBroken(SpectraError):
    """The book no longer matches the venue's: drop it and ask for a fresh snapshot."""


class Book:
    """One product's bids and asks; not thread-safe."""

    def __init__(self, product_id: str, *, keep: int = KEEP_LEVELS) -> None:
        self.product_id = product_id
        self._bids = _Half(keep, highest_first=True)
        self._asks = _Half(keep, highest_first=False)
        self.known = False
        """True once a snapshot has come."""

    def apply(self, change: BookChange) -> None:
        """Take a snapshot or an update; BookBroken if nothing can be built on it."""
        if change.snapshot:
            self._bids.clear()
            self._asks.clear()
            self.known = True
        elif not self.known:
            raise BookBroken("an update came before the snapshot")
        self._bids.apply(update for update in change.updates if update.side is Side.BID)
        self._asks.apply(update for update in change.updates if update.side is Side.OFFER)

    def view(self, *, depth: int, as_of: datetime) -> OrderBook:
        """Return the best `depth` levels of each side; BookBroken if bids meet asks."""
        bids, asks = self._bids.best(depth), self._asks.best(depth)
        if bids and asks and bids[0].price >= asks[0].price:
            raise BookBroken("the book is crossed")
        return OrderBook(self.product_id, bids, asks, as_of)


class _Half:
    """One side: every level up to `edge`, the worst price it still knows everything about."""

    def __init__(self, keep: int, *, highest_first: bool) -> None:
        self._keep = keep
        self._highest_first = highest_first
        self._pick = heapq.nlargest if highest_first else heapq.nsmallest
        self._levels: dict[Decimal, Decimal] = {}
        self._edge: Decimal | None = None

    def clear(self) -> None:
        self._levels.clear()
        self._edge = None

    def apply(self, updates: Iterable[LevelUpdate]) -> None:
        for update in updates:
            if self._beyond_edge(update.price):
                continue
            if update.size:
                self._levels[update.price] = update.size
            else:
                self._levels.pop(update.price, None)
        if len(self._levels) > 2 * self._keep:
            self._trim()
        if self._edge is not None and len(self._levels) < self._keep / 4:
            raise BookBroken("too few of the levels once known are left")

    def best(self, depth: int) -> tuple[BookLevel, ...]:
        return tuple(
            BookLevel(price, self._levels[price]) for price in self._pick(depth, self._levels)
        )

    def _beyond_edge(self, price: Decimal) -> bool:
        if self._edge is None:
            return False
        return price < self._edge if self._highest_first else price > self._edge

    def _trim(self) -> None:
        kept = self._pick(self._keep, self._levels)
        self._levels = {price: self._levels[price] for price in kept}
        self._edge = kept[-1]
