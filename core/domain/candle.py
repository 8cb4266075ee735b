"""Candles: what a price did in one span of time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum


class Granularity(StrEnum):
    """The spans Spectra draws, named as Coinbase Advanced Trade names them."""

    ONE_MINUTE = "ONE_MINUTE"
    FIVE_MINUTE = "FIVE_MINUTE"
    FIFTEEN_MINUTE = "FIFTEEN_MINUTE"
    THIRTY_MINUTE = "THIRTY_MINUTE"
    ONE_HOUR = "ONE_HOUR"
    TWO_HOUR = "TWO_HOUR"
    SIX_HOUR = "SIX_HOUR"
    ONE_DAY = "ONE_DAY"

    @property
    def seconds(self) -> int:
        """Length of one candle in seconds."""
        return _SECONDS[self]


_SECONDS = {
    Granularity.ONE_MINUTE: 60,
    Granularity.FIVE_MINUTE: 300,
    Granularity.FIFTEEN_MINUTE: 900,
    Granularity.THIRTY_MINUTE: 1_800,
    Granularity.ONE_HOUR: 3_600,
    Granularity.TWO_HOUR: 7_200,
    Granularity.SIX_HOUR: 21_600,
    Granularity.ONE_DAY: 86_400,
}


@dataclass(frozen=True, slots=True)
class Candle:
    """One span; prices in quote per base, volume in base units."""

    start_at: datetime
    """Aware UTC start of the span."""
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    volume: Decimal
