"""The shapes of Coinbase's frames as msgspec decodes them, quoted from the wire.

    {"channel":"ticker","timestamp":"2026-09-05T22:10:29.562008293Z","sequence_num":0,"events":[
      {"type":"snapshot","tickers":[{"type":"ticker","product_id":"BTC-USD","price":"79879.1",…}]}]}

Only the fields Spectra keeps are named, the rest is skipped by the decoder. A ticker's numbers
carry their bounds, so the decoder itself refuses "nan", "inf" and what no market could quote.
"""

from __future__ import annotations

from typing import Annotated

import msgspec

MAX_PRICE = 1e12
MAX_AMOUNT = 1e18
MAX_PERCENT = 1e9

Price = Annotated[float, msgspec.Meta(ge=0, le=MAX_PRICE)]
Amount = Annotated[float, msgspec.Meta(ge=0, le=MAX_AMOUNT)]
MAX_EVENTS = 1_000
MAX_TICKERS = 1_000
"""In one event; more than twice the products that can be followed."""

Percent = Annotated[float, msgspec.Meta(ge=-MAX_PERCENT, le=MAX_PERCENT)]


class WireTicker(msgspec.Struct, gc=False):
    """One ticker; numbers arrive as JSON strings and are read as floats at once."""

    product_id: str
    price: Price | None = None
    volume_24_h: Amount | None = None
    low_24_h: Price | None = None
    high_24_h: Price | None = None
    low_52_w: Price | None = None
    high_52_w: Price | None = None
    price_percent_chg_24_h: Percent | None = None
    best_bid: Price | None = None
    best_bid_quantity: Amount | None = None
    best_ask: Price | None = None
    best_ask_quantity: Amount | None = None


class WireTickerEvent(msgspec.Struct, gc=False):
    """A snapshot or update; frames of other channels simply have no tickers."""

    tickers: Annotated[list[WireTicker], msgspec.Meta(max_length=MAX_TICKERS)] = []


class WireTickerFrame(msgspec.Struct, gc=False):
    """The hot path's shape: decodes every frame, and holds tickers if it is a ticker frame."""

    channel: str = ""
    sequence_num: int = -1
    timestamp: str = ""
    events: Annotated[list[WireTickerEvent], msgspec.Meta(max_length=MAX_EVENTS)] = []


class WireLooseTickerEvent(msgspec.Struct):
    """For frames in which some ticker is malformed: each one is then decoded by itself."""

    tickers: Annotated[list[msgspec.Raw], msgspec.Meta(max_length=MAX_TICKERS)] = []


class WireLevel(msgspec.Struct, gc=False):
    """One price level of the book."""

    side: str
    price_level: str
    new_quantity: str


class WireBookEvent(msgspec.Struct):
    """Level2 snapshot or update."""

    type: str
    product_id: str
    updates: list[WireLevel] = []


class WireTrade(msgspec.Struct):
    """One match."""

    product_id: str
    trade_id: str
    price: str
    size: str
    time: str
    side: str


class WireTradesEvent(msgspec.Struct):
    """Recent matches."""

    trades: list[WireTrade] = []


class WireCandle(msgspec.Struct):
    """One five-minute candle; `start` is in seconds since the epoch, as text."""

    start: str
    high: str
    low: str
    open: str
    close: str
    volume: str
    product_id: str


class WireCandlesEvent(msgspec.Struct):
    """Current candles."""

    candles: list[WireCandle] = []


class WireProduct(msgspec.Struct):
    """One product of the status channel."""

    id: str
    base_currency: str
    quote_currency: str
    base_increment: str = ""
    quote_increment: str = ""
    display_name: str = ""
    status: str = ""
    min_market_funds: str = ""


class WireStatusEvent(msgspec.Struct):
    """Products and their states."""

    products: list[WireProduct] = []


class WireSubscriptionsEvent(msgspec.Struct):
    """All that the connection is subscribed to."""

    subscriptions: dict[str, list[str]] = {}


class WireHeartbeat(msgspec.Struct):
    """An integer since 2024, text in older documents."""

    heartbeat_counter: int = 0


class WireEnvelope(msgspec.Struct):
    """What every frame has around its events; error frames have type and message instead."""

    channel: str = ""
    type: str = ""
    message: str = ""
    sequence_num: int = -1
    timestamp: str = ""
