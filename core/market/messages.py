"""What Coinbase's market socket can say, as typed messages; one frame becomes one message.

These are plain values: nothing here reads the network or decides anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum

import msgspec

from core.domain import Candle, Instrument
from core.market.ticker import Ticker


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """What every message carries; −1 and 0 where the venue sent none."""

    sequence: int = -1
    """One counter per connection, shared by all channels."""
    timestamp: int = 0
    """The venue's time in ms since the epoch."""


class Tickers(Message, frozen=True, kw_only=True):
    """Latest state of some products; `rejected` counts tickers too broken to use."""

    tickers: tuple[Ticker, ...]
    rejected: int = 0


class Heartbeat(Message, frozen=True, kw_only=True):
    """Sent every second, so that a quiet market can be told from a dead link."""

    counter: int


class Subscribed(Message, frozen=True, kw_only=True):
    """The venue's list of everything this connection is subscribed to, by channel."""

    channels: Mapping[str, frozenset[str]]


class Side(StrEnum):
    """Which side of the book."""

    BID = "bid"
    OFFER = "offer"


class LevelUpdate(msgspec.Struct, frozen=True, gc=False):
    """The size now resting at one price; zero removes the level."""

    side: Side
    price: Decimal
    size: Decimal


class BookChange(msgspec.Struct, frozen=True):
    """A fresh book (snapshot) or changed levels of one product."""

    product_id: str
    snapshot: bool
    updates: tuple[LevelUpdate, ...]


class BookUpdates(Message, frozen=True, kw_only=True):
    """Level2 changes, to be applied in order."""

    changes: tuple[BookChange, ...]


class Trade(msgspec.Struct, frozen=True):
    """One match; `side` is the maker's, as the venue says it (BUY or SELL)."""

    product_id: str
    trade_id: str
    price: Decimal
    size: Decimal
    timestamp: int
    side: str


class Trades(Message, frozen=True, kw_only=True):
    """Recent matches."""

    trades: tuple[Trade, ...]


class LiveCandles(Message, frozen=True, kw_only=True):
    """Five-minute candles as (product id, candle)."""

    candles: tuple[tuple[str, Candle], ...]


class ProductStatuses(Message, frozen=True, kw_only=True):
    """What can be traded, as the status channel tells it."""

    instruments: tuple[Instrument, ...]


class VenueError(Message, frozen=True, kw_only=True):
    """The venue refused something; `text` is shortened and printable."""

    text: str


class Ignored(Message, frozen=True, kw_only=True):
    """A well-formed frame of a channel Spectra does not use."""

    channel: str
