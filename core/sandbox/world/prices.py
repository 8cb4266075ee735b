"""The price of every product at every moment, as a pure function of seed, product and time.

A product's log price is a weighted sum of three unit walks, plus a fine walk of its own within
each five minutes (at that scale real products move nearly independently too):

    market · sector · own  → 289 edges of a day → 301 seconds of a five-minute bin → price at t

Between whole seconds the log price is a straight line, so the highest of a bin's seconds is the
highest price of that bin. Walks are bounded between their ends (`SWING`, `FINE`), which is why a
high or low of a long span can be found exactly while most of its bins are never computed.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import pairwise

from core.sandbox.catalogue import LISTINGS, Listing
from core.sandbox.world.noise import STEPS, Path, bridge, key_stream

BIN = 300
"""Seconds in a bin."""
DAY = 86_400
FINE = 1.3
"""Within a bin the price strays at most this many bin volatilities from the line of its edges."""

_BYTE_SIGMA = math.sqrt((256**2 - 1) / 12)


class Prices:
    """Log prices relative to the anchor, and prices in whole price increments ("ticks")."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._market = Path(seed, "market")
        self._sectors = {
            name: Path(seed, f"sector {name}") for name in {x.sector for x in LISTINGS.values()}
        }
        self._own = {product: Path(seed, product) for product in LISTINGS}
        self.edges = lru_cache(maxsize=4096)(self._edges)
        self.seconds = lru_cache(maxsize=4096)(self._seconds)
        self.year_extremes = lru_cache(maxsize=4096)(self._year_extremes)
        self.day_extremes = lru_cache(maxsize=65_536)(self._day_extremes)

    def at(self, product: str, moment: float) -> int:
        """Return the price in ticks at `moment`, seconds since 1970."""
        return self.ticks(product, self.log_at(product, moment))

    def ticks(self, product: str, log: float) -> int:
        """Return the whole number of ticks nearest to a log price; never below one."""
        return max(1, round(LISTINGS[product].anchor * math.exp(log)))

    def log_at(self, product: str, moment: float) -> float:
        """Return the log price at `moment`."""
        whole = math.floor(moment)
        bin_number, second = divmod(whole, BIN)
        path = self.seconds(product, bin_number)
        return path[second] + (path[second + 1] - path[second]) * (moment - whole)

    def edge(self, product: str, bin_number: int) -> float:
        """Return the log price at the start of a bin."""
        day, place = divmod(bin_number, STEPS)
        return self.edges(product, day)[place]

    def extremes(self, product: str, first: int, last: int) -> tuple[float, float]:
        """Return the highest and lowest log price of the bins from `first` up to before `last`."""
        high, low = -math.inf, math.inf
        while first < last:
            day, place = divmod(first, STEPS)
            stop = min(last, (day + 1) * STEPS)
            if stop - first == STEPS:
                upper, lower = self.day_extremes(product, day)
            else:
                upper, lower = self._part_extremes(product, day, place, stop - day * STEPS)
            high, low = max(high, upper), min(low, lower)
            first = stop
        return high, low

    def year_ticks(self, product: str, moment: float) -> tuple[int, int]:
        """Return the highest and lowest 00:00 UTC price of the last 52 weeks, in ticks."""
        high, low = self.year_extremes(product, math.floor(moment) // DAY)
        return self.ticks(product, high), self.ticks(product, low)

    def _year_extremes(self, product: str, day: int) -> tuple[float, float]:
        """Return the highest and lowest of the 00:00 UTC prices of `day` and the 364 before it."""
        opens = [self._node(product, each) for each in range(day - 364, day + 1)]
        return max(opens), min(opens)

    def _node(self, product: str, day: int) -> float:
        listing = LISTINGS[product]
        market, sector, own = self._weights(listing)
        return (
            market * self._market.node(day)
            + sector * self._sectors[listing.sector].node(day)
            + own * self._own[product].node(day)
        )

    def _edges(self, product: str, day: int) -> array[float]:
        listing = LISTINGS[product]
        market, sector, own = self._weights(listing)
        walks = zip(
            self._market.day(day),
            self._sectors[listing.sector].day(day),
            self._own[product].day(day),
            strict=True,
        )
        return array("d", [market * m + sector * s + own * o for m, s, o in walks])

    @staticmethod
    def _weights(listing: Listing) -> tuple[float, float, float]:
        own_share = 1 - listing.market_share - listing.sector_share
        shares = (listing.market_share, listing.sector_share, own_share)
        market, sector, own = (listing.sigma * math.sqrt(share) for share in shares)
        return market, sector, own

    def _seconds(self, product: str, bin_number: int) -> array[float]:
        """Return the 301 log prices of a bin, both ends included."""
        day, place = divmod(bin_number, STEPS)
        edges = self.edges(product, day)
        start, slope = edges[place], (edges[place + 1] - edges[place]) / BIN
        size = LISTINGS[product].sigma / math.sqrt(STEPS)
        unit = size / (_BYTE_SIGMA * math.sqrt(BIN))
        steps = key_stream(self._seed, product, "bin", bin_number).randbytes(BIN)
        fine = bridge(steps, FINE * size / unit)
        path = array("d", [start + slope * i + unit * value for i, value in enumerate(fine)])
        path[BIN] = edges[place + 1]
        return path

    def _day_extremes(self, product: str, day: int) -> tuple[float, float]:
        return self._part_extremes(product, day, 0, STEPS)

    def _part_extremes(self, product: str, day: int, first: int, last: int) -> tuple[float, float]:
        edges = self.edges(product, day)[first : last + 1]
        reach = FINE * LISTINGS[product].sigma / math.sqrt(STEPS)
        start = day * STEPS + first
        high = _search(edges, reach, lambda i: max(self.seconds(product, start + i)), 1)
        low = _search(edges, reach, lambda i: min(self.seconds(product, start + i)), -1)
        return high, low


def _search(
    edges: Sequence[float], reach: float, exact: Callable[[int], float], sign: int
) -> float:
    """Return the extreme (sign 1: highest, -1: lowest) over spans that stray ≤ reach from edges.

    `exact(i)` gives the extreme of the span between edges i and i + 1; it is asked only where the
    span could still win, the most promising first.
    """
    signed = [sign * edge for edge in edges]
    best = max(signed)
    bounds = [(max(pair) + reach, i) for i, pair in enumerate(pairwise(signed))]
    for bound, i in sorted((b for b in bounds if b[0] > best), reverse=True):
        if bound <= best:
            break
        best = max(best, sign * exact(i))
    return sign * best
