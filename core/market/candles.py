"""Candles of one product: fetched from the venue, kept on disk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from core.domain import Candle, Granularity


@dataclass(frozen=True, slots=True)
class CandleSeries:
    """Candles oldest first; `stale` when the venue could not be asked just now."""

    product_id: str
    granularity: Granularity
    candles: tuple[Candle, ...]
    as_of: datetime
    stale: bool
