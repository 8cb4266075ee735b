"""What present prices are compared with: an hour ago, today's first price, a usual day's move.

    300 five-minute candles per product → PriceDay → rolls on with live prices → Reference

Asks the venue at most four times a second and for each product every five minutes.
"""

from __future__ import annotations

import asyncio
import logging
import math
from array import array
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from types import MappingProxyType

from core.clock import Clock
from core.domain import Candle, Granularity
from core.errors import SourceUnavailable
from core.logs import fields
from core.market.candles import WINDOW, fetch_window, floor_time
from core.market.rest import PublicRest
from core.market.ticker import Reference, Ticker

STEP = Granularity.FIVE_MINUTE.seconds
STEPS_PER_DAY = 86_400 // STEP
REFRESH_EVERY = 300.0
ROLL_EVERY = 10.0
PAUSE = 0.25
LONGEST_PAUSE = 60.0
MAX_GAP = 2 * 3600
"""An older price says too little about the moment asked for."""
MIN_STEPS = 24
"""Fewer five-minute moves make no usable deviation."""

_LOG = logging.getLogger(__name__)


class PriceDay:
    """A day and an hour of one product's prices in five-minute steps, kept small."""

    def __init__(self, candles: Sequence[Candle]) -> None:
        ordered = sorted(candles, key=lambda candle: candle.start_at)[-WINDOW:]
        self._starts = array("q", (int(candle.start_at.timestamp()) for candle in ordered))
        self._opens = array("d", (float(candle.open) for candle in ordered))
        self._closes = array("d", (float(candle.close) for candle in ordered))

    def roll(self, now: datetime, price: float) -> None:
        """Take a live price as the latest of the present step."""
        start = int(floor_time(now, Granularity.FIVE_MINUTE).timestamp())
        if self._starts and start <= self._starts[-1]:
            self._closes[-1] = price
            return
        for series, value in ((self._opens, price), (self._closes, price)):
            series.append(value)
            del series[:-WINDOW]
        self._starts.append(start)
        del self._starts[:-WINDOW]

    def reference(self, now: datetime) -> Reference:
        """Return what a price of this moment is compared with."""
        return Reference(
            price_1h_ago=self._price_at(now - timedelta(hours=1)),
            open_today=self._open_today(now),
            day_sigma_percent=self._sigma(now),
        )

    def _price_at(self, moment: datetime) -> float | None:
        # A step's close is the price at its end, so it must have ended by the moment.
        at = int(moment.timestamp())
        index = bisect_right(self._starts, at - STEP) - 1
        if index < 0 or at - self._starts[index] > MAX_GAP:
            return None
        return self._closes[index]

    def _open_today(self, now: datetime) -> float | None:
        midnight = int(now.replace(hour=0, minute=0, second=0, microsecond=0).timestamp())
        index = bisect_right(self._starts, midnight - 1)
        return self._opens[index] if index < len(self._starts) else None

    def _sigma(self, now: datetime) -> float | None:
        since = int(now.timestamp()) - 86_400
        closes = self._closes[bisect_right(self._starts, since) :]
        starts = self._starts[bisect_right(self._starts, since) :]
        if not starts or min(closes) <= 0:
            return None
        # A step without a trade has no candle: its return is zero, and counts.
        steps = (starts[-1] - starts[0]) // STEP
        if steps < MIN_STEPS:
            return None
        returns = [math.log(after) - math.log(before) for before, after in pairwise(closes)]
        mean = sum(returns) / steps
        squares = math.fsum((value - mean) ** 2 for value in returns)
        squares += (steps - len(returns)) * mean**2
        return math.sqrt(squares / steps * STEPS_PER_DAY) * 100


def reference_of(candles: Sequence[Candle], now: datetime) -> Reference:
    """Return the reference that five-minute candles give at `now` (aware UTC).

    `day_sigma_percent` is the standard deviation of five-minute log returns of the last 24 h,
    scaled to a day by √288, in percent. What the candles do not cover is None.
    """
    return PriceDay(candles).reference(now)


class References:
    """`known` may be read from any thread; `run` belongs to one loop."""

    def __init__(
        self,
        rest: PublicRest,
        *,
        products: Sequence[str],
        snapshot: Callable[[], Mapping[str, Ticker]],
        clock: Clock,
    ) -> None:
        self._rest = rest
        self._products = tuple(products)
        self._snapshot = snapshot
        self._clock = clock
        self._days: dict[str, PriceDay] = {}
        self.known: Mapping[str, Reference] = MappingProxyType({})

    async def run(self) -> None:
        """Keep every product's reference fresh until cancelled."""
        # In one group, so that a failure of either is seen and both are started again.
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._roll())
            tasks.create_task(self._ask())

    async def _ask(self) -> None:
        pause = PAUSE
        while True:
            began = self._clock.monotonic()
            for product_id in self._products:
                asked = self._clock.monotonic()
                pause = await self._refresh(product_id, pause)
                await asyncio.sleep(max(0.0, asked + pause - self._clock.monotonic()))
            spent = self._clock.monotonic() - began
            await asyncio.sleep(max(0.0, REFRESH_EVERY - spent))

    async def _refresh(self, product_id: str, pause: float) -> float:
        """Ask for one product and return how long to pause before the next question."""
        now = self._clock.now()
        last = floor_time(now, Granularity.FIVE_MINUTE)
        first = last - timedelta(seconds=(WINDOW - 1) * STEP)
        try:
            candles = await fetch_window(
                self._rest, product_id, Granularity.FIVE_MINUTE, first=first, last=last
            )
        except SourceUnavailable as error:
            if pause == PAUSE:
                _LOG.warning(
                    "references %s", fields(product=product_id, status="failed", reason=error)
                )
            return min(LONGEST_PAUSE, max(1.0, 2 * pause))
        self._days[product_id] = PriceDay(candles)
        self._publish({product_id: self._days[product_id].reference(now)})
        return PAUSE

    async def _roll(self) -> None:
        while True:
            await asyncio.sleep(ROLL_EVERY)
            now, tickers = self._clock.now().astimezone(UTC), self._snapshot()
            found = {}
            for product_id, day in self._days.items():
                ticker = tickers.get(product_id)
                if ticker is not None and ticker.price:
                    day.roll(now, ticker.price)
                found[product_id] = day.reference(now)
            self._publish(found)

    def _publish(self, found: Mapping[str, Reference]) -> None:
        # Unchanged references stay the same objects: the relay sends only what differs.
        news = {key: value for key, value in found.items() if self.known.get(key) != value}
        if news:
            self.known = MappingProxyType({**self.known, **news})
