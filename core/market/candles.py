"""Candles of any product and span: asked of the venue in windows, the closed ones kept on disk.

    load → what is kept → missing spans → windows of ≤ 300 → merge → keep the closed → series

    {"candles":[{"start":"1700000000","low":"1","high":"2","open":"1","close":"2","volume":"3"}]}

The last candle is usually still open, so it is always asked for again and never kept.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from core.clock import Clock
from core.domain import Candle, Granularity
from core.errors import InvalidMessage, SourceUnavailable
from core.market.coinbase import parse_epoch
from core.market.disk import read_cached, write_cached
from core.market.rest import PublicRest
from core.wire import bounded_decimal, is_bounded

WINDOW = 300
"""Candles per request; the venue refuses more than 350."""
MAX_CANDLES_BYTES = 256 * 1024
"""Of one answer; 300 candles are about 40 kB, and parsing more would hold up the books."""
MAX_COUNT = 1_500
KEEP = 3_000
FRESH_FOR = 2.0
"""Seconds for which an answer is given again without asking."""


@dataclass(frozen=True, slots=True)
class CandleSeries:
    """Candles oldest first, the last one perhaps still open.

    `stale` means that the venue could not be asked just now, and this is what was known at `as_of`.
    A span in which nothing was traded has no candle.
    """

    product_id: str
    granularity: Granularity
    candles: tuple[Candle, ...]
    as_of: datetime
    stale: bool


@dataclass(frozen=True, slots=True)
class KeptCandles:
    """Closed candles of one product, complete from `since` up to `until`."""

    since: datetime
    until: datetime
    candles: tuple[Candle, ...]


@dataclass(slots=True)
class _Shelf:
    kept: KeptCandles | None
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    last: CandleSeries | None = None
    asked_at: float = float("-inf")
    asked_count: int = 0


class CandleStore:
    """Loads series for one loop; what it keeps in memory is bounded by the products followed."""

    def __init__(
        self, rest: PublicRest, *, products: Iterable[str], folder: Path, clock: Clock
    ) -> None:
        self._rest = rest
        self._products = frozenset(products)
        self._folder = folder
        self._clock = clock
        self._shelves: dict[tuple[str, Granularity], _Shelf] = {}

    async def load(self, product_id: str, granularity: Granularity, *, count: int) -> CandleSeries:
        """Return the newest `count` candles (at most 1,500).

        Raises SourceUnavailable if the venue cannot be asked and nothing is known either.
        """
        if product_id not in self._products:
            raise SourceUnavailable("this product is not among those followed")
        count = max(1, min(count, MAX_COUNT))
        shelf = self._shelf(product_id, granularity)
        async with shelf.lock:
            now = self._clock.now()
            start = floor_time(now, granularity) - timedelta(
                seconds=(count - 1) * granularity.seconds
            )
            if self._is_fresh(shelf, count) and shelf.last is not None:
                return _since(shelf.last, start)
            try:
                candles = await self._fetch(product_id, granularity, shelf, start=start, now=now)
            except SourceUnavailable:
                return _since(_last_known(shelf, product_id, granularity), start)
            shelf.last = CandleSeries(product_id, granularity, candles, now, stale=False)
            shelf.asked_at, shelf.asked_count = self._clock.monotonic(), count
            return _since(shelf.last, start)

    def _shelf(self, product_id: str, granularity: Granularity) -> _Shelf:
        key = (product_id, granularity)
        shelf = self._shelves.get(key)
        if shelf is None:
            kept = read_cached(self._file(product_id, granularity), KeptCandles, check=is_usable)
            shelf = self._shelves[key] = _Shelf(kept)
        return shelf

    def _file(self, product_id: str, granularity: Granularity) -> Path:
        return self._folder / f"{product_id}.{granularity.value.lower()}.json"

    def _is_fresh(self, shelf: _Shelf, count: int) -> bool:
        age = self._clock.monotonic() - shelf.asked_at
        return age < FRESH_FOR and count <= shelf.asked_count

    async def _fetch(
        self,
        product_id: str,
        granularity: Granularity,
        shelf: _Shelf,
        *,
        start: datetime,
        now: datetime,
    ) -> tuple[Candle, ...]:
        kept = shelf.kept
        if kept is not None and not kept.since <= kept.until <= now:
            kept = None  # written while the machine's clock was wrong
        known = {} if kept is None or kept.until < start else by_start(kept.candles)
        spans = missing_spans(kept, start=start, end=now)
        for first, last in plan_windows(spans, granularity):
            found = await fetch_window(self._rest, product_id, granularity, first=first, last=last)
            known.update(by_start(found))
        candles = tuple(known[at] for at in sorted(known))
        self._keep(shelf, product_id, granularity, candles, spans=spans, now=now)
        return candles

    def _keep(
        self,
        shelf: _Shelf,
        product_id: str,
        granularity: Granularity,
        candles: tuple[Candle, ...],
        *,
        spans: list[tuple[datetime, datetime]],
        now: datetime,
    ) -> None:
        # One span of grace: the venue may still book late trades into a candle just closed.
        until = floor_time(now, granularity) - timedelta(seconds=granularity.seconds)
        closed = tuple(candle for candle in candles if candle.start_at < until)[-KEEP:]
        since = spans[0][0] if shelf.kept is None else min(shelf.kept.since, spans[0][0])
        if shelf.kept is not None and shelf.kept.until < spans[0][0]:
            since = spans[0][0]
        if len(closed) == KEEP:
            since = closed[0].start_at
        kept = KeptCandles(since, max(since, until), closed)
        if shelf.kept is None or (kept.since, kept.until) != (shelf.kept.since, shelf.kept.until):
            write_cached(self._file(product_id, granularity), kept)
        shelf.kept = kept


async def fetch_window(
    rest: PublicRest,
    product_id: str,
    granularity: Granularity,
    *,
    first: datetime,
    last: datetime,
) -> tuple[Candle, ...]:
    """Ask for the candles that start in [first, last], at most 300 of them.

    Raises SourceUnavailable if the venue cannot be asked or answers with nonsense.
    """
    body = await rest.get(
        f"/api/v3/brokerage/market/products/{product_id}/candles",
        {
            "start": str(int(first.timestamp())),
            "end": str(int(last.timestamp())),
            "granularity": granularity.value,
        },
        max_bytes=MAX_CANDLES_BYTES,
    )
    return parse_candles(body, first=first, last=last)


def floor_time(moment: datetime, granularity: Granularity) -> datetime:
    """Return the start of the candle that `moment` falls into."""
    seconds = int(moment.timestamp())
    return datetime.fromtimestamp(seconds - seconds % granularity.seconds, UTC)


def missing_spans(
    kept: KeptCandles | None, *, start: datetime, end: datetime
) -> list[tuple[datetime, datetime]]:
    """Return which spans of [start, end] are not kept, in order; the end is always missing."""
    if kept is None or kept.until < start:
        return [(start, end)]
    before = [(start, kept.since)] if start < kept.since else []
    return [*before, (max(start, kept.until), end)]


def plan_windows(
    spans: Iterable[tuple[datetime, datetime]], granularity: Granularity
) -> list[tuple[datetime, datetime]]:
    """Cut spans into (first start, last start) windows of at most 300 candles each."""
    step = timedelta(seconds=granularity.seconds)
    windows = []
    for start, end in spans:
        first = start
        while first <= end:
            last = min(first + (WINDOW - 1) * step, end)
            windows.append((first, last))
            first += WINDOW * step
    return windows


def parse_candles(body: Any, *, first: datetime, last: datetime) -> tuple[Candle, ...]:
    """Return the answer's candles that start in [first, last]; others were not asked for.

    One that makes no sense is left out; SourceUnavailable is raised if that is true of all.
    """
    listed = body.get("candles") if isinstance(body, dict) else None
    if not isinstance(listed, list) or len(listed) > 2 * WINDOW:
        raise SourceUnavailable("the venue's answer holds no candles")
    candles = []
    for each in listed:
        with contextlib.suppress(InvalidMessage):
            candles.append(_candle(each))
    if listed and not candles:
        raise SourceUnavailable("the venue's candles make no sense")
    return tuple(candle for candle in candles if first <= candle.start_at <= last)


def is_usable(kept: KeptCandles) -> bool:
    """Say whether candles from disk are what was once written: aware times, bounded numbers."""
    times = [kept.since, kept.until, *(candle.start_at for candle in kept.candles)]
    return all(time.tzinfo is not None for time in times) and all(
        is_bounded(number) and number >= 0
        for candle in kept.candles
        for number in (candle.open, candle.high, candle.low, candle.close, candle.volume)
    )


def by_start(candles: Iterable[Candle]) -> dict[datetime, Candle]:
    """Return candles by their start, the later of two with the same start."""
    return {candle.start_at: candle for candle in candles}


def _candle(wire: Any) -> Candle:
    if not isinstance(wire, Mapping):
        raise InvalidMessage("a candle is no object")
    start = wire.get("start")
    opened, high, low, close, volume = (
        _number(wire.get(key)) for key in ("open", "high", "low", "close", "volume")
    )
    if not low <= min(opened, close) <= max(opened, close) <= high:
        raise InvalidMessage("a candle is outside its own range")
    return Candle(parse_epoch(str(start)), opened, high, low, close, volume)


def _number(value: Any) -> Decimal:
    number = bounded_decimal(value) if isinstance(value, str) else value
    if not isinstance(number, Decimal) or number < 0:
        raise InvalidMessage("a candle's number is not one")
    return number


def _last_known(shelf: _Shelf, product_id: str, granularity: Granularity) -> CandleSeries:
    if shelf.last is not None:
        return replace(shelf.last, stale=True)
    if shelf.kept is not None and shelf.kept.candles:
        kept = shelf.kept
        return CandleSeries(product_id, granularity, kept.candles, kept.until, stale=True)
    raise SourceUnavailable("no candles are known yet, and the venue cannot be asked")


def _since(series: CandleSeries, start: datetime) -> CandleSeries:
    if series.stale:
        return series
    return replace(
        series, candles=tuple(candle for candle in series.candles if candle.start_at >= start)
    )
