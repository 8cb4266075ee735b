"""What can be traded: a product, its two currencies, and the steps its numbers move in."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Instrument:
    """One product of a venue; an increment or minimum the venue did not state is None."""

    product_id: str
    """BASE-QUOTE, such as BTC-USD."""
    base: str
    quote: str
    name: str
    """The base currency in words, such as Bitcoin."""
    price_increment: Decimal | None = None
    base_increment: Decimal | None = None
    quote_increment: Decimal | None = None
    base_min_size: Decimal | None = None
    quote_min_size: Decimal | None = None
    tradable: bool = True
