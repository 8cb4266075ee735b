"""Every frame of the venue becomes a typed message or an InvalidMessage, and nothing else."""

from __future__ import annotations

import json
import random
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import InvalidMessage
from core.market import parse_frame
from core.market.messages import (
    BookUpdates,
    Heartbeat,
    Ignored,
    LiveCandles,
    ProductStatuses,
    Side,
    Subscribed,
    Tickers,
    Trades,
    VenueError,
)
from core.market.ticker import Ticker
from tests.market.scripted_venue import STAMP, a_ticker, ticker_frame

CAPTURED = [
    json.loads(line)["frame"]
    for line in (Path(__file__).parents[1] / "data" / "coinbase_frames.jsonl")
    .read_text(encoding="utf-8")
    .splitlines()
]


def only_ticker(frame: str | bytes) -> Ticker:
    message = parse_frame(frame)
    assert isinstance(message, Tickers)
    (ticker,) = message.tickers
    return ticker


def test_a_captured_ticker_keeps_every_number_and_its_time() -> None:
    assert only_ticker(CAPTURED[0]) == Ticker(
        product_id="BTC-PERP-INTX",
        symbol="BTC",
        timestamp=1788646229562,
        price=79879.1,
        open_24h=79879.1 / (1 + 0.25541069034937 / 100),
        volume_24h=14152.6899,
        low_24h=79445.0,
        high_24h=80206.0,
        change_24h=79879.1 - 79879.1 / (1 + 0.25541069034937 / 100),
        change_24h_percent=0.25541069034937,
        best_bid=79879.0,
        best_bid_size=2.9352,
        best_ask=79879.1,
        best_ask_size=1.7389,
        low_52w=57705.8,
        high_52w=126340.3,
    )


def test_the_other_captured_frames_are_understood() -> None:
    _, ack, beat, book, refusal, trade, first_trade, old_beat = map(parse_frame, CAPTURED)
    assert isinstance(ack, Subscribed)
    assert ack.channels == {"ticker": {"BTC-PERP-INTX", "ETH-PERP-INTX"}}
    assert isinstance(beat, Heartbeat) and (beat.sequence, beat.counter) == (4, 139651)
    assert isinstance(old_beat, Heartbeat) and old_beat.counter == 66987
    assert isinstance(book, BookUpdates) and book.changes[0].snapshot
    assert [(level.side, level.price, level.size) for level in book.changes[0].updates] == [
        (Side.OFFER, Decimal("79944.1"), Decimal("1.2")),
        (Side.BID, Decimal("79943.9"), Decimal("3.0105")),
        (Side.BID, Decimal("79943.8"), Decimal("0.5")),
        (Side.OFFER, Decimal("79944"), Decimal("0.048")),
    ]
    assert isinstance(refusal, VenueError) and refusal.text == "authentication failure"
    assert isinstance(trade, Trades) and isinstance(first_trade, Trades)
    assert (trade.timestamp, trade.trades[0].size) == (1790396100200, Decimal("1.29080517"))
    assert first_trade.trades[0].timestamp == 1781416457799


def envelope(channel: str, event: object, **more: object) -> str:
    return json.dumps(
        {"channel": channel, "timestamp": STAMP, "sequence_num": 7, "events": [event], **more}
    )


def test_candles_and_statuses_are_understood() -> None:
    candle = {"start": "1700000100", "high": "3", "low": "1", "open": "2", "close": "2.50"}
    message = parse_frame(
        envelope("candles", {"candles": [{**candle, "volume": "9", "product_id": "BTC-USD"}]})
    )
    assert isinstance(message, LiveCandles)
    ((product_id, parsed),) = message.candles
    assert (product_id, parsed.close) == ("BTC-USD", Decimal("2.50"))
    assert int(parsed.start_at.timestamp()) == 1700000100
    product = {"id": "BTC-USD", "base_currency": "BTC", "quote_currency": "USD"}
    message = parse_frame(
        envelope(
            "status",
            {"products": [{**product, "base_increment": "0.00000001", "status": "online"}]},
        )
    )
    assert isinstance(message, ProductStatuses)
    assert message.instruments[0].base_increment == Decimal("1E-8")
    assert message.instruments[0].tradable


@pytest.mark.parametrize(
    ("stamp", "milliseconds"),
    [
        ("2026-09-05T22:10:29Z", 1788646229000),
        ("2026-09-05T22:10:29.5Z", 1788646229500),
        ("2026-09-05T22:10:29.05Z", 1788646229050),
        ("2026-09-05T22:10:29.999999999Z", 1788646229999),
        ("2016-12-31T23:59:60.25Z", 1483228800250),
        ("1969-12-31T23:59:59.999Z", -1),
    ],
)
def test_times_are_floored_to_milliseconds(stamp: str, milliseconds: int) -> None:
    frame = json.loads(ticker_frame(0, a_ticker()))
    assert only_ticker(json.dumps({**frame, "timestamp": stamp})).timestamp == milliseconds


@pytest.mark.parametrize(
    "stamp",
    [
        "2026-09-05T22:10:61Z",
        "2026-09-05T22:10:29.Z1",
        "2026-09-05T22:10:29.1234567890Z",
        "",
        "yesterday",
        "2026-13-05T22:10:29Z",
        "2026-09-05T22:10:29+02:00",
        "٢٠٢٦",
        5,
        None,
    ],
)
def test_a_frame_with_an_impossible_time_gives_no_time(stamp: object) -> None:
    frame = json.dumps({**json.loads(ticker_frame(0, a_ticker())), "timestamp": stamp})
    if stamp == "":
        assert only_ticker(frame).timestamp == 0
    else:
        with pytest.raises(InvalidMessage):
            parse_frame(frame)


@pytest.mark.parametrize(
    "price", ["", "nan", "inf", "-inf", "1e400", "-1", "1e13", "abc", "1_0", None, True, [], {}]
)
def test_a_price_that_is_none_is_absent_and_never_zero(price: object) -> None:
    ticker = only_ticker(
        ticker_frame(0, a_ticker(price=price, best_bid="7", price_percent_chg_24_h="1"))
    )
    assert (ticker.price, ticker.open_24h, ticker.change_24h) == (None, None, None)
    assert (ticker.best_bid, ticker.change_24h_percent) == (7.0, 1.0)


def test_a_missing_price_is_absent_too() -> None:
    assert only_ticker(ticker_frame(0, {"product_id": "BTC-USD"})).price is None


@pytest.mark.parametrize("percent", ["-100", "-250.5", "-99.9999999999999"])
def test_a_fall_of_everything_leaves_the_opening_price_unknown(percent: str) -> None:
    ticker = only_ticker(ticker_frame(0, a_ticker(price_percent_chg_24_h=percent)))
    assert (ticker.open_24h, ticker.change_24h) == (None, None)
    assert ticker.change_24h_percent == float(percent)


def test_one_broken_ticker_does_not_take_the_others_along() -> None:
    message = parse_frame(
        ticker_frame(0, a_ticker("BTC-USD", ""), {"price": "1"}, "x", a_ticker("ETH-USD", "2"))
    )
    assert isinstance(message, Tickers)
    assert [(each.product_id, each.price) for each in message.tickers] == [
        ("BTC-USD", None),
        ("ETH-USD", 2.0),
    ]
    assert message.rejected == 2


def test_an_unknown_channel_is_ignored_not_refused() -> None:
    message = parse_frame(envelope("futures_surprise", {"anything": [1]}))
    assert message == Ignored(channel="futures_surprise", sequence=7, timestamp=1788646229562)


def test_a_refusal_is_shortened_and_printable() -> None:
    message = parse_frame(json.dumps({"type": "error", "message": "no\n\x1b[31m" + "x" * 5000}))
    assert isinstance(message, VenueError)
    assert len(message.text) == 200 and message.text.isprintable()


@pytest.mark.parametrize(
    "frame",
    [
        "",
        "null",
        "[]",
        "{}",
        '{"type":"subscribe"}',
        "\ud800",
        b"\xff\xfe\x00",
        b'{"channel":"x","deep":' + b"[" * 200_000,
        envelope("l2_data", {"type": "snapshot"}),
        envelope("l2_data", {"type": "?", "product_id": "A-B"}),
        envelope("candles", {"candles": [{"start": "x"}]}),
        envelope("heartbeats", 3),
        envelope("subscriptions", {"subscriptions": {"ticker": "BTC-USD"}}),
        envelope("market_trades", {"trades": [{}]}),
        envelope("ticker", "no event", timestamp="never"),
        "x" * (16 * 1024 * 1024 + 1),
    ],
)
def test_a_frame_that_is_not_what_it_says_is_refused(frame: str | bytes) -> None:
    with pytest.raises(InvalidMessage):
        parse_frame(frame)


@pytest.mark.parametrize("number", ["NaN", "Infinity", "1e9999", "-1", "", "1" * 50, "0x1"])
def test_a_book_level_out_of_bounds_refuses_the_frame(number: str) -> None:
    level = {"side": "bid", "price_level": "1", "new_quantity": number}
    event = {"type": "update", "product_id": "BTC-USD", "updates": [level]}
    with pytest.raises(InvalidMessage):
        parse_frame(envelope("l2_data", event))


def garbage(rng: random.Random) -> bytes:
    """A captured frame with damage: bytes changed, cut, doubled, or a value of another type."""
    frame = bytearray(rng.choice(CAPTURED).encode())
    kind = rng.randrange(5)
    if kind == 0:
        return bytes(frame[: rng.randrange(len(frame))])
    if kind == 1:
        for _ in range(rng.randint(1, 12)):
            frame[rng.randrange(len(frame))] = rng.randrange(256)
        return bytes(frame)
    if kind == 2:
        at = rng.randrange(len(frame))
        return bytes(frame[:at] + frame[rng.randrange(len(frame)) :] + frame[at:])
    if kind == 3:
        return rng.randbytes(rng.randrange(200))
    return json.dumps(replace_somewhere(json.loads(frame), rng)).encode()


def replace_somewhere(value: Any, rng: random.Random) -> Any:
    if isinstance(value, dict) and value and rng.random() < 0.9:
        key = rng.choice(list(value))
        return {**value, key: replace_somewhere(value[key], rng)}
    if isinstance(value, list) and value and rng.random() < 0.8:
        at = rng.randrange(len(value))
        return [*value[:at], replace_somewhere(value[at], rng), *value[at + 1 :]]
    odd = [None, True, -1, 10**30, 1e308, "", "nan", "\u0000", [], {}, [[[]]], "9" * 300]
    return rng.choice(odd)


def test_no_garbage_gets_past_the_parser(full: bool) -> None:
    rng = random.Random(20)
    for _ in range(50_000 if full else 4_000):
        frame = garbage(rng)
        try:
            parse_frame(frame)
        except InvalidMessage:
            continue


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=12,
)
channels = st.sampled_from(
    ["ticker", "ticker_batch", "heartbeats", "l2_data", "market_trades", "candles", "status"]
)


@given(channels, json_values)
def test_any_events_of_a_known_channel_are_parsed_or_refused(channel: str, events: object) -> None:
    frame = json.dumps({"channel": channel, "sequence_num": 1, "events": events})
    try:
        message = parse_frame(frame)
    except InvalidMessage:
        return
    assert message.sequence == 1


@given(st.binary(max_size=300))
def test_any_bytes_are_parsed_or_refused(frame: bytes) -> None:
    try:
        parse_frame(frame)
    except InvalidMessage:
        return
