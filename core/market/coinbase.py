"""Coinbase Advanced Trade's market protocol without its socket: text in, typed message out.

    frame → envelope (which channel?) → that channel's shape → typed message

Never touches the network, and never raises anything but `InvalidMessage`, whatever comes in. An
unknown channel is no error: it becomes `Ignored`, because venues add channels.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any

import msgspec

from core.domain import Candle, Instrument
from core.errors import InvalidMessage
from core.market import frames, messages
from core.market.normalize import MAX_PRODUCT_ID, parse_timestamp, ticker_of
from core.wire import bounded_decimal

MAX_FRAME_BYTES = 16 * 1024 * 1024
MAX_REJECTED = 50
"""Unusable tickers in one frame; looking at each costs far more than decoding a good one."""
TICKER_CHANNELS = frozenset({"ticker", "ticker_batch"})

_MAX_EPOCH_SECONDS = 253_402_300_799  # the last second of the year 9999
_FOREIGN_ERRORS = (msgspec.MsgspecError, ValueError, RecursionError)


def parse_frame(frame: str | bytes) -> messages.Message:
    """Return what one frame says.

    A ticker with a malformed field keeps its good ones, one without a product id is counted as
    rejected. In every other channel a malformed part makes the whole frame an `InvalidMessage`.
    """
    if len(frame) > MAX_FRAME_BYTES:
        raise InvalidMessage(f"frame of {len(frame)} characters is over the limit")
    try:
        return _parse(frame)
    except _FOREIGN_ERRORS as error:
        raise InvalidMessage("the frame is not what its channel says") from error


def decode_ticker_frame(frame: str | bytes) -> frames.WireTickerFrame:
    """The hot path: decode a frame as if it held well-formed tickers.

    Raises one of msgspec's errors (or another ValueError) when it does not; `parse_frame` then
    finds out what it is. The caller checks `channel`: other channels decode to no tickers.
    """
    return _DECODE_TICKERS(frame)


def _parse(frame: str | bytes) -> messages.Message:
    envelope = _DECODE_ENVELOPE(frame)
    if not envelope.channel:
        if envelope.type == "error":
            return messages.VenueError(text=printable(envelope.message))
        raise InvalidMessage("the frame names no channel")
    about = {
        "sequence": envelope.sequence_num,
        "timestamp": parse_timestamp(envelope.timestamp) if envelope.timestamp else 0,
    }
    parser = _PARSERS.get(envelope.channel)
    if parser is None:
        return messages.Ignored(channel=printable(envelope.channel), **about)
    return parser(frame, about)


def printable(text: str, *, most: int = 200) -> str:
    """Return text from outside, shortened and without control characters."""
    return "".join(char if char.isprintable() else " " for char in text[:most])


def _decoder(event: type) -> Callable[[str | bytes], Any]:
    events = Annotated[list[event], msgspec.Meta(max_length=frames.MAX_EVENTS)]  # type: ignore[valid-type]
    shape = msgspec.defstruct("Frame", [("events", events, [])])
    return msgspec.json.Decoder(shape, strict=False).decode


_DECODE_TICKERS = msgspec.json.Decoder(frames.WireTickerFrame, strict=False).decode
_DECODE_ENVELOPE = msgspec.json.Decoder(frames.WireEnvelope).decode
_DECODE_TICKER = msgspec.json.Decoder(frames.WireTicker, strict=False).decode
_OPTIONAL_FIELDS = msgspec.structs.fields(frames.WireTicker)[1:]
_DECODE_LOOSE = _decoder(frames.WireLooseTickerEvent)
_DECODE_BOOK = _decoder(frames.WireBookEvent)
_DECODE_TRADES = _decoder(frames.WireTradesEvent)
_DECODE_CANDLES = _decoder(frames.WireCandlesEvent)
_DECODE_STATUS = _decoder(frames.WireStatusEvent)
_DECODE_SUBSCRIPTIONS = _decoder(frames.WireSubscriptionsEvent)
_DECODE_HEARTBEAT = _decoder(frames.WireHeartbeat)


def _parse_tickers(frame: str | bytes, about: dict[str, int]) -> messages.Tickers:
    found: list[frames.WireTicker] = []
    rejected = 0
    for event in _DECODE_LOOSE(frame).events:
        for raw in event.tickers:
            wire = _loose_ticker(raw)
            if wire is None:
                rejected += 1
            else:
                found.append(wire)
            if rejected > MAX_REJECTED or len(found) > frames.MAX_TICKERS:
                raise InvalidMessage("a ticker frame holds too much that is of no use")
    tickers = tuple(ticker_of(wire, timestamp=about["timestamp"]) for wire in found)
    return messages.Tickers(tickers=tickers, rejected=rejected, **about)


def _loose_ticker(raw: msgspec.Raw) -> frames.WireTicker | None:
    try:
        wire = _DECODE_TICKER(raw)
    except _FOREIGN_ERRORS:
        return _field_by_field(msgspec.json.decode(raw))
    return wire if 0 < len(wire.product_id) <= MAX_PRODUCT_ID else None


def _field_by_field(fields: Any) -> frames.WireTicker | None:
    if not isinstance(fields, dict):
        return None
    product_id = fields.get("product_id")
    if not isinstance(product_id, str) or not 0 < len(product_id) <= MAX_PRODUCT_ID:
        return None
    wire = frames.WireTicker(product_id)
    for field in _OPTIONAL_FIELDS:
        try:
            value = msgspec.convert(fields.get(field.name), field.type, strict=False)
            setattr(wire, field.name, value)
        except _FOREIGN_ERRORS:
            continue
    return wire


def _parse_book(frame: str | bytes, about: dict[str, int]) -> messages.BookUpdates:
    return messages.BookUpdates(
        changes=tuple(_book_change(event) for event in _DECODE_BOOK(frame).events), **about
    )


def _book_change(event: frames.WireBookEvent) -> messages.BookChange:
    if event.type not in ("snapshot", "update"):
        raise InvalidMessage("a book event is neither snapshot nor update")
    updates = tuple(
        messages.LevelUpdate(
            messages.Side(level.side),
            _positive(level.price_level),
            _not_negative(level.new_quantity),
        )
        for level in event.updates
    )
    return messages.BookChange(event.product_id, event.type == "snapshot", updates)


def _parse_trades(frame: str | bytes, about: dict[str, int]) -> messages.Trades:
    trades = tuple(
        messages.Trade(
            trade.product_id,
            trade.trade_id,
            _not_negative(trade.price),
            _not_negative(trade.size),
            parse_timestamp(trade.time),
            trade.side,
        )
        for event in _DECODE_TRADES(frame).events
        for trade in event.trades
    )
    return messages.Trades(trades=trades, **about)


def _parse_candles(frame: str | bytes, about: dict[str, int]) -> messages.LiveCandles:
    candles = tuple(
        (candle.product_id, _candle(candle))
        for event in _DECODE_CANDLES(frame).events
        for candle in event.candles
    )
    return messages.LiveCandles(candles=candles, **about)


def _candle(wire: frames.WireCandle) -> Candle:
    prices = (wire.open, wire.high, wire.low, wire.close, wire.volume)
    return Candle(parse_epoch(wire.start), *(_not_negative(text) for text in prices))


def _parse_status(frame: str | bytes, about: dict[str, int]) -> messages.ProductStatuses:
    instruments = tuple(
        Instrument(
            product_id=product.id,
            base=product.base_currency,
            quote=product.quote_currency,
            name=product.display_name or product.id,
            base_increment=_positive_or_none(product.base_increment),
            quote_increment=_positive_or_none(product.quote_increment),
            quote_min_size=_positive_or_none(product.min_market_funds),
            tradable=product.status == "online",
        )
        for event in _DECODE_STATUS(frame).events
        for product in event.products
    )
    return messages.ProductStatuses(instruments=instruments, **about)


def _parse_subscriptions(frame: str | bytes, about: dict[str, int]) -> messages.Subscribed:
    channels: dict[str, frozenset[str]] = {}
    for event in _DECODE_SUBSCRIPTIONS(frame).events:
        for channel, names in event.subscriptions.items():
            channels[channel] = channels.get(channel, frozenset()) | frozenset(names)
    return messages.Subscribed(channels=channels, **about)


def _parse_heartbeat(frame: str | bytes, about: dict[str, int]) -> messages.Heartbeat:
    counters = [event.heartbeat_counter for event in _DECODE_HEARTBEAT(frame).events]
    return messages.Heartbeat(counter=max(counters, default=0), **about)


def parse_epoch(text: str) -> datetime:
    """Return the aware UTC moment of whole seconds since the epoch, given as text."""
    seconds = bounded_decimal(text)
    if not 0 <= seconds <= _MAX_EPOCH_SECONDS or seconds != int(seconds):
        raise InvalidMessage("a time is out of bounds")
    return datetime.fromtimestamp(int(seconds), UTC)


def _not_negative(text: str) -> Decimal:
    number = bounded_decimal(text)
    if number < 0:
        raise InvalidMessage("a price or size is negative")
    return number


def _positive(text: str) -> Decimal:
    number = bounded_decimal(text)
    if number <= 0:
        raise InvalidMessage("a price is not positive")
    return number


def _positive_or_none(text: str) -> Decimal | None:
    return _positive(text) if text else None


_PARSERS: dict[str, Callable[[str | bytes, dict[str, int]], messages.Message]] = {
    "ticker": _parse_tickers,
    "ticker_batch": _parse_tickers,
    "heartbeats": _parse_heartbeat,
    "subscriptions": _parse_subscriptions,
    "l2_data": _parse_book,
    "market_trades": _parse_trades,
    "candles": _parse_candles,
    "status": _parse_status,
}
