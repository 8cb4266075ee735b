"""When products trade, and at what: a stream of trades that is known for any second of history.

    second → arrivals of the whole market (Poisson) → product by liquidity → price, size, side

Never remembers a trade; asking twice for a second gives the same trades.
"""

from __future__ import annotations

import math
from bisect import bisect
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

from core.sandbox.catalogue import LISTINGS, PRODUCTS, Listing
from core.sandbox.world.noise import key_number, key_stream
from core.sandbox.world.prices import Prices

TRADES_PER_SECOND = 50.0
"""Of all products together, at rate 1."""

_LIQUIDITY = 0.4
_WEIGHTS = [LISTINGS[product].volume ** _LIQUIDITY for product in PRODUCTS]
_TOTAL = sum(_WEIGHTS)
_MARKS = [mark / _TOTAL for mark in accumulate(_WEIGHTS)]
_FIRST_SECOND = 1_500_000_000
_IDS_PER_SECOND = 10_000


@dataclass(frozen=True, slots=True)
class Trade:
    """One trade; `maker_side` is the side of the order that had been resting."""

    product: str
    moment: float
    price: int
    size: int
    maker_side: str
    trade_id: int


@dataclass(frozen=True, slots=True)
class Quote:
    """Last price with the best bid and ask around it, in ticks and base increments."""

    price: int
    bid: int
    bid_size: int
    ask: int
    ask_size: int


class Trades:
    """Reads trades and quotes off a price model."""

    def __init__(self, seed: int, prices: Prices, *, rate: float = 1.0) -> None:
        self._seed = seed
        self._prices = prices
        self._rate = TRADES_PER_SECOND * rate
        self.second = lru_cache(maxsize=256)(self._second)

    def recent(self, product: str, now: float, *, limit: int, horizon: int) -> Iterator[Trade]:
        """Yield up to `limit` trades before `now`, newest first, within `horizon` seconds."""
        left = limit
        for second in range(math.floor(now), math.floor(now) - horizon, -1):
            for trade in reversed(self.second(second)):
                if trade.product == product and trade.moment <= now:
                    yield trade
                    left -= 1
                    if not left:
                        return

    def quote(self, product: str, now: float) -> Quote:
        """Return the last price and the spread around it at `now`."""
        price = self._prices.at(product, now)
        listing = LISTINGS[product]
        bits = key_number(self._seed, product, "quote", math.floor(now * 4))
        spread = max(1, round(price * usual_spread(listing) * (0.5 + (bits & 255) / 170)))
        bid = price if bits & 256 else max(1, price - spread)
        usual = typical_size(listing)
        return Quote(
            price=price,
            bid=bid,
            bid_size=max(1, round(usual * _lot(bits >> 16))),
            ask=max(price, bid + 1) if bid < price else bid + spread,
            ask_size=max(1, round(usual * _lot(bits >> 32))),
        )

    def _second(self, second: int) -> tuple[Trade, ...]:
        """Return all trades of one second, in order of time."""
        if self._rate <= 0:
            return ()
        stream = key_stream(self._seed, "trades", second)
        found: list[Trade] = []
        offset = stream.expovariate(self._rate)
        while offset < 1.0:
            product = PRODUCTS[min(bisect(_MARKS, stream.random()), len(PRODUCTS) - 1)]
            size = max(1, round(typical_size(LISTINGS[product]) * stream.lognormvariate(-0.9, 1.2)))
            number = (second - _FIRST_SECOND) * _IDS_PER_SECOND + len(found)
            found.append(self._trade(product, second + offset, size, number))
            offset += stream.expovariate(self._rate)
        return tuple(found)

    def _trade(self, product: str, moment: float, size: int, number: int) -> Trade:
        quote = self.quote(product, moment)
        side = "BUY" if quote.price == quote.bid else "SELL"
        return Trade(product, moment, quote.price, size, side, number)


def usual_spread(listing: Listing) -> float:
    """Return the usual spread as a fraction of the price: thin products have wide ones."""
    return 0.00002 * math.pow(1e10 / listing.volume, 0.45)


def typical_size(listing: Listing) -> float:
    """Return the usual size of a trade in base increments: a day's volume over a day's trades."""
    share: float = listing.volume**_LIQUIDITY / _TOTAL
    amount = listing.volume / listing.price / (86_400 * TRADES_PER_SECOND * share)
    return amount * 10.0**listing.base_decimals


def _lot(bits: int) -> float:
    return 0.2 + 6 * ((bits & 0xFFFF) / 65_536) ** 3
