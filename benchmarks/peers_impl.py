"""Spectra's market code in the shape that a comparison harness of other clients expects.

`Feed`, `Cache`, `relay` and `run_client` only adapt signatures: what runs is `core.market`.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import Any

import msgspec

from core.clock import SystemClock
from core.market.cache import TickerCache
from core.market.connection import FeedTiming, open_connection
from core.market.intake import Intake
from core.market.subscriptions import Request
from core.market.ticker import Ticker


class Feed:
    """Frame bytes → cached ticker; `snapshot` flushes first, as the feed does every 16 ms."""

    RAW = "bytes"

    def __init__(self, product_ids: Sequence[str]) -> None:
        self._cache = TickerCache(product_ids)
        self._intake = Intake(self._cache)
        self._first: bytes | None = None

    @property
    def cache(self) -> Mapping[str, Ticker]:
        """Return what readers see."""
        return self._cache.snapshot()

    def handle(self, raw: bytes) -> None:
        """Take one frame; the harness plays its frames again and again, each time a new link."""
        if raw is self._first:
            self._intake.begin_link()
        elif self._first is None:
            self._first = raw
        self._intake.handle(raw)

    def snapshot(self) -> dict[str, dict[str, Any]]:
        """Return the normalized tickers as dicts with their wire names."""
        self._intake.flush()
        return {key: msgspec.to_builtins(value) for key, value in self._cache.snapshot().items()}


class Cache:
    """The ticker cache."""

    def __init__(self, product_ids: Sequence[str]) -> None:
        cache = TickerCache(product_ids)
        self.put, self.tick, self.snapshot = cache.put, cache.publish, cache.snapshot
