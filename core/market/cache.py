"""The latest ticker of every product: one writer, any number of readers, no lock.

    put (writer's own dict) → publish (a read-only copy, one attribute store) → snapshot (one read)

A snapshot never changes under its reader, and a product nobody asked for is never kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from core.market.ticker import Ticker


class TickerCache:
    """`put` and `publish` belong to one thread; `snapshot` may be called from any."""

    __slots__ = ("_latest", "_published", "wanted")

    def __init__(self, products: Iterable[str]) -> None:
        self.wanted = frozenset(products)
        self._latest: dict[str, Ticker] = {}
        self._published: Mapping[str, Ticker] = MappingProxyType({})

    def put(self, product_id: str, ticker: Ticker) -> None:
        """Keep the newest ticker of a wanted product, unseen by readers until `publish`."""
        if product_id in self.wanted:
            self._latest[product_id] = ticker

    def publish(self) -> None:
        """Let readers see everything put so far, as one consistent picture."""
        self._published = MappingProxyType(self._latest.copy())

    def snapshot(self) -> Mapping[str, Ticker]:
        """Return the published picture, by product id."""
        return self._published
