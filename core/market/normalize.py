"""From what the venue says to what Spectra says: a wire ticker becomes a `Ticker`.

A value that is missing stays absent; it never becomes zero, and never makes the rest of the ticker
unusable. Bounds are the decoder's business (`core.market.frames`).
"""

from __future__ import annotations

import re
from datetime import datetime
from functools import lru_cache

from core.clock import epoch_ms
from core.errors import InvalidMessage
from core.market.frames import MAX_PRICE, WireTicker
from core.market.ticker import Ticker

MAX_PRODUCT_ID = 40

_SECOND = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}):([0-9]{2})")
_LONGEST_FRACTION = len(".123456789Z")


def ticker_of(wire: WireTicker, *, timestamp: int) -> Ticker:
    """Return the normalized ticker; `timestamp` is the frame's, in ms since the epoch."""
    price, percent = wire.price, wire.price_percent_chg_24_h
    opened = change = None
    if price is not None and percent is not None and percent > -100:
        opened = price / (1 + percent / 100)
        change = price - opened
        if opened > MAX_PRICE:  # a percent next to −100 would mean more than any market quotes
            opened = change = None
    return Ticker(
        wire.product_id,
        wire.product_id.partition("-")[0],
        timestamp,
        price,
        opened,
        wire.volume_24_h,
        wire.low_24_h,
        wire.high_24_h,
        change,
        percent,
        wire.best_bid,
        wire.best_bid_quantity,
        wire.best_ask,
        wire.best_ask_quantity,
        wire.low_52_w,
        wire.high_52_w,
    )


def parse_timestamp(text: str) -> int:
    """Return ms since the epoch, rounded down, of an RFC 3339 UTC time with 0–9 fraction digits."""
    fraction = text[19:]
    if fraction == "Z":
        return _second_ms(text[:19])
    digits = fraction[1:-1]
    well_formed = fraction[:1] == "." and fraction[-1:] == "Z" and digits.isdecimal()
    if not well_formed or not digits.isascii() or len(fraction) > _LONGEST_FRACTION:
        raise InvalidMessage("a time is not RFC 3339 in UTC")
    return _second_ms(text[:19]) + int((digits + "00")[:3])


@lru_cache(maxsize=16)  # the frames of one second share it
def _second_ms(text: str) -> int:
    match = _SECOND.fullmatch(text)
    if match is None:
        raise InvalidMessage("a time is not RFC 3339 in UTC")
    minute, second = match.groups()
    if int(second) > 60:
        raise InvalidMessage("a time does not exist")
    try:
        # The second is added apart, because 60 is one too: a leap second.
        return epoch_ms(datetime.fromisoformat(minute + ":00+00:00")) + int(second) * 1_000
    except ValueError as error:
        raise InvalidMessage("a time does not exist") from error
