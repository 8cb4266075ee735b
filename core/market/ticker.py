"""The live ticker of one product, in the normalized form every page and client sees.

A msgspec Struct without garbage-collector tracking, because tens of thousands are made a minute.
"""

from __future__ import annotations

import msgspec


def camel(name: str) -> str:
    """Return the wire name of a field: open_24h → open24h, best_bid → bestBid."""
    first, *rest = name.split("_")
    return first + "".join(part[0].upper() + part[1:] for part in rest)


class Ticker(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, rename=camel, tag="ticker"):
    """Latest state of one product; a field the venue left out, or sent as nonsense, is None.

    Prices are quote per base, volumes and sizes base units, `change_24h_percent` percent.
    `open_24h = price / (1 + percent / 100)` and `change_24h = price - open_24h`; both are None
    when the percent is absent or −100 or less. `timestamp` is the venue's, in ms since the epoch.
    Encoded by msgspec, keys are camelCase (`open24h`, `bestBidSize`), absent fields left out.
    """

    product_id: str
    symbol: str
    """The base currency."""
    timestamp: int
    price: float | None = None
    open_24h: float | None = None
    volume_24h: float | None = None
    low_24h: float | None = None
    high_24h: float | None = None
    change_24h: float | None = None
    change_24h_percent: float | None = None
    best_bid: float | None = None
    best_bid_size: float | None = None
    best_ask: float | None = None
    best_ask_size: float | None = None
    low_52w: float | None = None
    high_52w: float | None = None


class Reference(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, rename=camel):
    """What the present price of a product is compared with; an unknown part is None."""

    price_1h_ago: float | None = None
    open_today: float | None = None
    """First price since 00:00 UTC."""
    day_sigma_percent: float | None = None
    """Standard deviation of this product's own 24 h change, in percent."""
