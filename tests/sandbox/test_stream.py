"""The market socket speaks the venue's protocol; read here by a plain WebSocket client."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from itertools import islice
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed

from tests.sandbox.venue import PRODUCTS, Venue, ask, first, first_ack, frames

TIMESTAMP = re.compile(r"2026-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{0,8}[1-9])?Z")
NUMBER = re.compile(r"-?\d+(\.\d+)?")
TICKER_FIELDS = {
    "type",
    "product_id",
    "price",
    "volume_24_h",
    "low_24_h",
    "high_24_h",
    "low_52_w",
    "high_52_w",
    "price_percent_chg_24_h",
    "best_bid",
    "best_ask",
    "best_bid_quantity",
    "best_ask_quantity",
}


def all_numbers(item: dict[str, Any], *names: str) -> bool:
    return all(isinstance(item[name], str) and NUMBER.fullmatch(item[name]) for name in names)


def test_frames_are_numbered_from_nought_across_all_channels(venue: Venue) -> None:
    with venue.subscribed("BTC-USD", "ETH-USD") as socket:
        ask(socket, "heartbeats")
        ask(socket, "level2", "BTC-USD")
        ask(socket, "market_trades", "BTC-USD")
        found = list(islice(frames(socket), 60))
    assert [frame["sequence_num"] for frame in found] == list(range(60))
    assert {"ticker", "subscriptions", "l2_data", "market_trades"} <= {x["channel"] for x in found}
    assert all(TIMESTAMP.fullmatch(frame["timestamp"]) for frame in found)
    assert not {frame["timestamp"] for frame in found if frame["timestamp"].endswith("0Z")}


def test_a_ticker_snapshot_may_precede_the_acknowledgement(venue: Venue) -> None:
    with venue.subscribed("BTC-USD", "ETH-USD") as socket:
        one, two, ack = islice(frames(socket), 3)
    assert [one["channel"], two["channel"], ack["channel"]] == ["ticker", "ticker", "subscriptions"]
    assert ack["events"] == [{"subscriptions": {"ticker": ["BTC-USD", "ETH-USD"]}}]


def test_a_ticker_has_the_live_fields_as_text(venue: Venue) -> None:
    with venue.subscribed("BTC-USD", "PEPE-USD") as socket:
        for frame in islice(frames(socket), 2):
            (ticker,) = frame["events"][0]["tickers"]
            assert set(ticker) == TICKER_FIELDS and ticker["type"] == "ticker"
            assert all_numbers(ticker, *(TICKER_FIELDS - {"type", "product_id"}))
            number = {k: Decimal(v) for k, v in ticker.items() if k not in ("type", "product_id")}
            assert number["low_52_w"] <= number["low_24_h"] <= number["price"]
            assert number["price"] <= number["high_24_h"] <= number["high_52_w"]
            assert number["best_bid"] < number["best_ask"]
            assert number["price"] in (number["best_bid"], number["best_ask"])


def test_updates_follow_trade_by_trade(venue: Venue) -> None:
    with venue.subscribed("BTC-USD", "ETH-USD", "SOL-USD") as socket:
        updates = [
            frame
            for frame in islice(frames(socket), 24)
            if frame["channel"] == "ticker" and frame["events"][0]["type"] == "update"
        ]
    assert len(updates) == 20
    assert len({frame["events"][0]["tickers"][0]["price"] for frame in updates}) > 5


def test_the_acknowledgement_lists_everything_on_the_connection(venue: Venue) -> None:
    with venue.subscribed("ETH-USD") as socket:
        assert first_ack(socket) == {"ticker": ["ETH-USD"]}
        ask(socket, "heartbeats")
        assert first_ack(socket) == {"ticker": ["ETH-USD"], "heartbeats": ["heartbeats"]}
        ask(socket, "ticker", "BTC-USD", "ETH-USD")
        assert first_ack(socket)["ticker"] == ["ETH-USD", "BTC-USD"]
        ask(socket, "ticker", "ETH-USD", kind="unsubscribe")
        assert first_ack(socket)["ticker"] == ["BTC-USD"]
        ask(socket, "ticker", kind="unsubscribe")
        assert first_ack(socket) == {"heartbeats": ["heartbeats"]}


def test_an_unknown_product_is_left_out_without_a_word(venue: Venue) -> None:
    with venue.subscribed("NOPE-USD", "BTC-USD", "btc-usd") as socket:
        assert first_ack(socket) == {"ticker": ["BTC-USD"]}


def test_a_usdc_product_gets_the_usd_one(venue: Venue) -> None:
    with venue.subscribed("BTC-USDC") as socket:
        assert first(socket, "ticker")["events"][0]["tickers"][0]["product_id"] == "BTC-USD"


@pytest.mark.parametrize("channel", ["heartbeat", "full", "user", "futures_balance_summary", ""])
def test_an_unknown_channel_is_an_authentication_failure(venue: Venue, channel: str) -> None:
    with venue.connect() as socket:
        ask(socket, channel, "BTC-USD")
        assert next(frames(socket)) == {"type": "error", "message": "authentication failure"}
        ask(socket, "ticker", "BTC-USD")
        assert first(socket, "ticker")["sequence_num"] == 0


@pytest.mark.parametrize(
    "text",
    [
        "hello",
        "[]",
        "[" * 9_000,
        '{"type":"hello"}',
        '{"type":"subscribe","channel":["ticker"]}',
        '{"type":"subscribe","channel":"ticker","product_ids":"BTC-USD"}',
    ],
)
def test_nonsense_is_refused_and_the_connection_stays(venue: Venue, text: str) -> None:
    with venue.connect() as socket:
        socket.send(text)
        assert next(frames(socket))["type"] == "error"
        ask(socket, "heartbeats")
        assert first_ack(socket)


def test_more_than_thirty_books_are_too_many(venue: Venue) -> None:
    products = [each["product_id"] for each in venue.get(PRODUCTS).json()["products"]]
    with venue.connect() as socket:
        ask(socket, "level2", *products[:31])
        assert next(frames(socket)) == {
            "type": "error",
            "message": "too many L2 streams requested in a single session",
        }
        ask(socket, "level2", *products[:30])
        assert len(first_ack(socket)["level2"]) == 30


def test_who_subscribes_to_nothing_is_sent_away(venue: Venue) -> None:
    with venue.connect() as socket, pytest.raises(ConnectionClosed) as ended:
        socket.recv(timeout=20)
    assert ended.value.rcvd is not None and ended.value.rcvd.code == 1008


def test_heartbeats_count_with_numbers_and_tell_time_as_go_does(venue: Venue) -> None:
    with venue.connect() as socket:
        ask(socket, "heartbeats")
        beats = [first(socket, "heartbeats")["events"][0] for _ in range(3)]
    counters = [beat["heartbeat_counter"] for beat in beats]
    assert counters == [counters[0], counters[0] + 1, counters[0] + 2]
    shape = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)? \+0000 UTC m=\+\d+\.\d{9}"
    assert all(re.fullmatch(shape, beat["current_time"]) for beat in beats)


def test_a_book_arrives_whole_and_unsorted_and_then_changes(venue: Venue) -> None:
    with venue.connect() as socket:
        ask(socket, "level2", "SOL-USD")
        book: dict[tuple[str, str], Decimal] = {}
        found = [first(socket, "l2_data") for _ in range(12)]
    kinds = [frame["events"][0]["type"] for frame in found]
    assert kinds == ["snapshot"] + ["update"] * 11
    levels = found[0]["events"][0]["updates"]
    assert len(levels) == 402
    prices = [Decimal(level["price_level"]) for level in levels]
    assert prices != sorted(prices) and prices != sorted(prices, reverse=True)
    for frame in found:
        for level in frame["events"][0]["updates"]:
            assert set(level) == {"side", "event_time", "price_level", "new_quantity"}
            book[level["side"], level["price_level"]] = Decimal(level["new_quantity"])
        bids = [Decimal(price) for (side, price), size in book.items() if side == "bid" and size]
        asks = [Decimal(price) for (side, price), size in book.items() if side == "offer" and size]
        assert max(bids) < min(asks)


def test_trades_come_in_batches_newest_first(venue: Venue) -> None:
    with venue.connect() as socket:
        ask(socket, "market_trades", "BTC-USD")
        found = [first(socket, "market_trades") for _ in range(6)]
    assert [frame["events"][0]["type"] for frame in found] == ["snapshot"] + ["update"] * 5
    for frame in found:
        trades = frame["events"][0]["trades"]
        ids = [int(trade["trade_id"]) for trade in trades]
        assert ids == sorted(ids, reverse=True)
        for trade in trades:
            assert set(trade) == {"product_id", "trade_id", "price", "size", "time", "side"}
            assert trade["side"] in ("BUY", "SELL") and all_numbers(trade, "price", "size")


def test_candles_are_of_five_minutes(venue: Venue) -> None:
    with venue.connect() as socket:
        ask(socket, "candles", "ETH-USD")
        before = first(socket, "candles", "snapshot")["events"][0]["candles"]
        (live,) = first(socket, "candles", "update")["events"][0]["candles"]
    starts = [int(candle["start"]) for candle in before]
    assert starts == list(range(starts[0], starts[0] + 300 * len(starts), 300))
    assert starts[0] % 300 == 0
    assert int(live["start"]) in (starts[-1], starts[-1] + 300)
    assert set(live) == {"start", "high", "low", "open", "close", "volume", "product_id"}


def test_a_batch_ticker_leaves_bid_and_ask_out(venue: Venue) -> None:
    with venue.connect() as socket:
        ask(socket, "ticker_batch", "BTC-USD")
        for kind in ("snapshot", "update"):
            (ticker,) = first(socket, "ticker_batch", kind)["events"][0]["tickers"]
            assert set(ticker) == {field for field in TICKER_FIELDS if "best" not in field}


def test_status_lists_the_products(venue: Venue) -> None:
    with venue.connect() as socket:
        ask(socket, "status", "BTC-USD")
        (product,) = first(socket, "status")["events"][0]["products"]
    assert product["id"] == "BTC-USD" and product["base_increment"] == "0.00000001"
    assert product["status"] == "online" and product["quote_increment"] == "0.01"


def test_the_live_candle_is_what_the_ticks_showed(venue: Venue) -> None:
    with venue.subscribed("BTC-USD") as socket:
        ticks = [first(socket, "ticker", "update") for _ in range(12)]
    moments = [frame["timestamp"] for frame in ticks]
    prices = [Decimal(frame["events"][0]["tickers"][0]["price"]) for frame in ticks]
    hour = [moment[:13] for moment in moments]
    now = venue.control_get("clock")["epochMs"] // 1000
    candles = venue.get(
        f"{PRODUCTS}/BTC-USD/candles", start=now - 7_200, end=now + 60, granularity="ONE_HOUR"
    ).json()["candles"]
    assert candles, hour
    assert min(prices) >= min(Decimal(candle["low"]) for candle in candles)
    assert max(prices) <= max(Decimal(candle["high"]) for candle in candles)


def test_a_hundred_and_three_hundred_unknown_products_are_one_subscription(venue: Venue) -> None:
    with venue.connect() as socket:
        listed = [each["product_id"] for each in venue.get(PRODUCTS).json()["products"]]
        ask(socket, "ticker", *listed, *(f"X{number}-USD" for number in range(300)))
        assert first_ack(socket)["ticker"] == listed


def test_what_was_accepted_is_on_record(venue: Venue) -> None:
    with venue.subscribed("AXS-USD") as socket:
        first_ack(socket)
        entry = venue.log("subscribe")[-1]
    assert entry["channel"] == "ticker" and entry["products"] == ["AXS-USD"]
    assert json.dumps(entry)
