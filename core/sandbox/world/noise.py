"""Randomness without memory: the same key always gives the same numbers, at any moment of history.

A `Path` is one random walk of unit daily volatility over all of time. It is built from coarse to
fine, each finer point displaced from the line between its neighbours (a Brownian bridge), so that
any part of it is known without walking there:

    32-day blocks → days → 288 steps of five minutes

Never uses the process-wide random state, a clock, or anything learned from an earlier call.
"""

from __future__ import annotations

import math
import random
from array import array
from functools import lru_cache
from hashlib import blake2b
from itertools import accumulate
from statistics import NormalDist

STEPS = 288
"""Steps of five minutes in a day."""
SWING = 1.6
"""A day's path strays at most this far (in daily volatilities) from the line between its ends."""

_BLOCK_DAYS = 32
_BLOCK_SPREAD = 2.5
_TAIL = 2.5
_JUMP_CHANCE = 0.04
_NORMAL = NormalDist()


def key_number(*key: object) -> int:
    """Return 64 well-mixed bits that depend on the key alone."""
    return int.from_bytes(blake2b(repr(key).encode(), digest_size=8).digest(), "little")


def key_stream(*key: object) -> random.Random:
    """Return a generator whose whole output depends on the key alone."""
    return random.Random(key_number(*key))  # noqa: S311 - a market to play with, not a secret


def key_gauss(*key: object) -> float:
    """Return one standard normal number, cut at ±2.5, that depends on the key alone."""
    value = _NORMAL.inv_cdf((key_number(*key) + 1) / (2**64 + 2))
    return max(-_TAIL, min(_TAIL, value))


def bridge(steps: list[float] | bytes, limit: float) -> list[float]:
    """Return the walk over `steps`, tied to 0 at both ends and shrunk to stay within ±limit."""
    walk = [0.0, *accumulate(steps)]
    slope = walk[-1] / len(steps)
    tied = [value - slope * place for place, value in enumerate(walk)]
    reach = max(max(tied), -min(tied))
    if reach > limit:
        tied = [value * limit / reach for value in tied]
    return tied


class Path:
    """One random walk of unit daily volatility, known at every five-minute step of every day."""

    def __init__(self, seed: int, name: str) -> None:
        self._key = (seed, name)
        self.node = lru_cache(maxsize=1024)(self._node)
        self.day = lru_cache(maxsize=512)(self._day)
        self._displaced = lru_cache(maxsize=2048)(self._displace)

    def _node(self, day: int) -> float:
        """Return the value at 00:00 UTC of `day`, counted from 1970."""
        block = day // _BLOCK_DAYS * _BLOCK_DAYS
        return self._between(day, block, block + _BLOCK_DAYS)

    def _between(self, day: int, first: int, last: int) -> float:
        low, high = self._edge(first), self._edge(last)
        while day not in (first, last):
            middle = (first + last) // 2
            value = (low + high) / 2 + self._displaced(first, last)
            if day >= middle:
                first, low = middle, value
            else:
                last, high = middle, value
        return low if day == first else high

    def _edge(self, day: int) -> float:
        return _BLOCK_SPREAD * key_gauss(*self._key, "edge", day)

    def _displace(self, first: int, last: int) -> float:
        return math.sqrt(last - first) / 2 * key_gauss(*self._key, "node", first, last)

    def _day(self, day: int) -> array[float]:
        """Return the 289 values of a day: at 00:00, every five minutes, and 00:00 of the next."""
        stream = key_stream(*self._key, "day", day)
        mood = math.exp(stream.gauss(-0.05, 0.3)) / math.sqrt(STEPS)
        steps = [stream.gauss(0.0, mood * hours) for hours in _HOURS]
        if stream.random() < _JUMP_CHANCE:
            steps[stream.randrange(STEPS)] += stream.choice((-1, 1)) * stream.uniform(0.4, 1.1)
        first, last = self.node(day), self.node(day + 1)
        slope = (last - first) / STEPS
        tied = bridge(steps, SWING)
        return array("d", [first + slope * place + value for place, value in enumerate(tied)])


_HOURS = tuple(1.0 + 0.3 * math.sin((place / STEPS - 0.42) * 2 * math.pi) for place in range(STEPS))
"""Trading is livelier in the American afternoon than in the European night."""
