"""How much rests in an order book near the price, as a curve a chart can draw.

Pure. Money is Decimal up to here; a curve is for the eye, so its points are floats.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from core.domain import BookLevel, OrderBook

Points = tuple[tuple[float, float], ...]
_STEPS = 80
"""Points per side at most: more than the chart has pixels for help nobody."""


@dataclass(frozen=True, slots=True)
class DepthCurve:
    """Cumulative sizes in base units, each side from the best price outwards."""

    middle: float
    low: float
    high: float
    bids: Points
    asks: Points


def build_depth(book: OrderBook, *, percent: Decimal) -> DepthCurve | None:
    """Return what rests within `percent` of the middle; None when a side is empty."""
    if not book.bids or not book.asks:
        return None
    middle = (book.bids[0].price + book.asks[0].price) / 2
    reach = middle * percent / 100
    return DepthCurve(
        middle=float(middle),
        low=float(middle - reach),
        high=float(middle + reach),
        bids=_accumulate(book.bids, middle=middle, reach=reach),
        asks=_accumulate(book.asks, middle=middle, reach=reach),
    )


def _accumulate(levels: Sequence[BookLevel], *, middle: Decimal, reach: Decimal) -> Points:
    points: dict[int, tuple[float, float]] = {}
    total = Decimal(0)
    for level in levels:
        distance = abs(level.price - middle)
        if distance > reach:
            break
        total += level.size
        step = int(distance / reach * _STEPS) if reach else 0
        points[step] = (float(level.price), float(total))
    return tuple(points.values())
