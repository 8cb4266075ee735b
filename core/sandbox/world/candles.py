"""Candles and 24-hour statistics of any span, up to the present second, from prices alone.

A span's high and low are those of all its seconds, its volume is a difference of a running count,
and its close is the next span's open: a coarser candle therefore always equals the finer ones put
together. Prices are in ticks and volumes in base increments, so "equals" means to the last digit.
Never stores a candle.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, pairwise

from core.sandbox.catalogue import LISTINGS
from core.sandbox.world.noise import STEPS, key_stream
from core.sandbox.world.prices import BIN, DAY, Prices

_MINUTES = 5


@dataclass(frozen=True, slots=True)
class Bar:
    """One candle: `start` in seconds since 1970, prices in ticks, volume in base increments."""

    start: int
    open: int
    high: int
    low: int
    close: int
    volume: int


@dataclass(frozen=True, slots=True)
class DayStats:
    """The 24 hours before a moment, counted from a five-minute boundary."""

    open: int
    high: int
    low: int
    volume: int


class Candles:
    """Reads candles off a price model."""

    def __init__(self, seed: int, prices: Prices) -> None:
        self._seed = seed
        self._prices = prices
        self._volumes = lru_cache(maxsize=4096)(self._day_volumes)
        self._minutes = lru_cache(maxsize=8192)(self._minute_marks)
        self._closed = lru_cache(maxsize=512)(self._closed_day_stats)

    def bars(self, product: str, *, start: int, end: int, span: int, now: float) -> Iterator[Bar]:
        """Yield the candles that begin in [start, end) and before `now`, oldest first.

        `span` is a minute or a multiple of five that divides a day; the last one may be unfinished.
        """
        first = -(-start // span) * span
        for begin in range(first, min(end, math.floor(now) + 1), span):
            yield self._bar(product, begin, begin + span, now)

    def day_stats(self, product: str, now: float) -> DayStats:
        """Return open, high, low and volume of the last 24 hours."""
        current = math.floor(now) // BIN
        opened, upper, lower, volume = self._closed(product, current)
        live_upper, live_lower = self._part(product, current * BIN, now)
        ticks = self._prices.ticks
        return DayStats(
            open=opened,
            high=ticks(product, max(upper, live_upper)),
            low=ticks(product, min(lower, live_lower)),
            volume=volume + self._count(product, current, now - current * BIN),
        )

    def _bar(self, product: str, begin: int, end: int, now: float) -> Bar:
        until = min(float(end), now)
        upper, lower = self._range(product, begin, until)
        prices = self._prices
        return Bar(
            start=begin,
            open=prices.at(product, begin),
            high=prices.ticks(product, upper),
            low=prices.ticks(product, lower),
            close=prices.at(product, until),
            volume=self._volume(product, begin, until),
        )

    def _range(self, product: str, begin: int, until: float) -> tuple[float, float]:
        first, last = begin // BIN, math.floor(until) // BIN
        if first == last:
            return self._part(product, begin, until)
        upper, lower = self._part(product, begin, (first + 1) * BIN)
        if begin % BIN == 0:
            upper, lower = self._prices.extremes(product, first, last)
        live_upper, live_lower = self._part(product, last * BIN, until)
        return max(upper, live_upper), min(lower, live_lower)

    def _part(self, product: str, begin: int, until: float) -> tuple[float, float]:
        """Return the extremes from `begin` to `until`, both within one bin, ends included."""
        bin_number, place = divmod(begin, BIN)
        seconds = self._prices.seconds(product, bin_number)
        last = min(BIN, math.floor(until) - bin_number * BIN)
        passed = seconds[place : last + 1]
        live = self._prices.log_at(product, until)
        return max(*passed, live), min(*passed, live)

    def _closed_day_stats(self, product: str, current: int) -> tuple[int, float, float, int]:
        first = current - STEPS
        upper, lower = self._prices.extremes(product, first, current)
        opened = self._prices.ticks(product, self._prices.edge(product, first))
        return opened, upper, lower, self._volume(product, first * BIN, float(current * BIN))

    def _volume(self, product: str, begin: int, until: float) -> int:
        first, last = begin // BIN, math.floor(until) // BIN
        before = self._count(product, first, begin - first * BIN)
        return (
            sum(self._bin_volume(product, each) for each in range(first, last))
            + self._count(product, last, until - last * BIN)
            - before
        )

    def _bin_volume(self, product: str, bin_number: int) -> int:
        day, place = divmod(bin_number, STEPS)
        return self._volumes(product, day)[place]

    def _count(self, product: str, bin_number: int, elapsed: float) -> int:
        """Return what was traded in the first `elapsed` seconds of a bin."""
        if elapsed <= 0:
            return 0
        marks = self._minutes(product, bin_number)
        minute = min(int(elapsed // 60), _MINUTES - 1)
        here = marks[minute + 1] - marks[minute]
        return marks[minute] + math.floor(here * min(1.0, elapsed / 60 - minute))

    def _minute_marks(self, product: str, bin_number: int) -> tuple[int, ...]:
        """Return the running volume at each minute of a bin, from 0 to the bin's volume."""
        stream = key_stream(self._seed, product, "minutes", bin_number)
        weights = [0.4 + stream.expovariate(1.0) for _ in range(_MINUTES)]
        total, parts = self._bin_volume(product, bin_number), list(accumulate(weights))
        return (0, *(math.floor(total * part / parts[-1]) for part in parts[:-1]), total)

    def _day_volumes(self, product: str, day: int) -> list[int]:
        """Return the volume of each bin of a day: more when the price moves more."""
        listing = LISTINGS[product]
        stream = key_stream(self._seed, product, "volume", day)
        typical = listing.volume / listing.price * 10**listing.base_decimals / STEPS
        typical *= math.exp(stream.gauss(-0.02, 0.2))
        edges = self._prices.edges(product, day)
        usual = listing.sigma / math.sqrt(STEPS)
        return [
            round(typical * (0.45 + 0.5 * abs(b - a) / usual) * stream.uniform(0.5, 1.9) / 1.02)
            for a, b in pairwise(edges)
        ]


SPANS = {
    "ONE_MINUTE": 60,
    "FIVE_MINUTE": BIN,
    "FIFTEEN_MINUTE": 900,
    "THIRTY_MINUTE": 1_800,
    "ONE_HOUR": 3_600,
    "TWO_HOUR": 7_200,
    "SIX_HOUR": 21_600,
    "ONE_DAY": DAY,
}
"""Seconds of each granularity the venue offers."""
