"""The public REST API answers as the venue does, and fails as told."""

from __future__ import annotations

from decimal import Decimal

import httpx
import pytest

from core.sandbox import PRODUCTS as LISTED
from tests.sandbox.venue import PRODUCTS, Venue
from tests.waiting import wait_for

CANDLES = f"{PRODUCTS}/BTC-USD/candles"


def a_year_back(venue: Venue, seconds: int, count: int = 300) -> dict[str, int]:
    now = venue.control_get("clock")["epochMs"] // 1000
    return {"start": now - count * seconds, "end": now}


def test_all_products_are_listed_with_their_increments(venue: Venue) -> None:
    body = venue.get(PRODUCTS).json()
    assert body["num_products"] == len(body["products"]) == len(LISTED)
    assert [product["product_id"] for product in body["products"]] == list(LISTED)
    for product in body["products"]:
        price, step = Decimal(product["price"]), Decimal(product["price_increment"])
        assert price > 0 and price % step == 0
        assert product["product_id"] == f"{product['base_currency_id']}-USD"
        assert Decimal(product["approximate_quote_24h_volume"]) > 1_000_000
        assert product["status"] == "online" and not product["trading_disabled"]


def test_products_can_be_limited_and_named(venue: Venue) -> None:
    assert venue.get(PRODUCTS, limit=3).json()["num_products"] == 3
    named = venue.get(PRODUCTS, product_ids=["ETH-USD", "NOPE-USD", "SOL-USD"]).json()
    assert [product["product_id"] for product in named["products"]] == ["ETH-USD", "SOL-USD"]
    assert venue.get(PRODUCTS, product_type="FUTURE").json()["num_products"] == 0


def test_one_product_is_the_same_as_in_the_list(venue: Venue) -> None:
    one = venue.get(f"{PRODUCTS}/BTC-USD").json()
    assert one["product_id"] == "BTC-USD" and one["base_name"] == "Bitcoin"
    assert set(one) == set(venue.get(PRODUCTS, limit=1).json()["products"][0])


@pytest.mark.parametrize("path", [f"{PRODUCTS}/NOPE-USD", f"{PRODUCTS}/NOPE-USD/candles", "/no"])
def test_what_does_not_exist_is_not_found_in_the_venues_words(venue: Venue, path: str) -> None:
    answer = venue.get(path)
    assert answer.status_code == 404
    assert answer.json()["error"] == "NOT_FOUND"
    assert set(answer.json()) == {"error", "error_details", "message"}


@pytest.mark.parametrize(
    ("granularity", "seconds"),
    [("ONE_MINUTE", 60), ("FIVE_MINUTE", 300), ("ONE_HOUR", 3_600), ("ONE_DAY", 86_400)],
)
def test_three_hundred_candles_come_newest_first(
    venue: Venue, granularity: str, seconds: int
) -> None:
    asked = a_year_back(venue, seconds)
    candles = venue.get(CANDLES, granularity=granularity, **asked).json()["candles"]
    starts = [int(candle["start"]) for candle in candles]
    assert len(candles) == 300
    assert starts == [starts[0] - seconds * place for place in range(300)]
    assert all(set(x) == {"start", "low", "high", "open", "close", "volume"} for x in candles)
    assert starts[0] <= asked["end"] < starts[0] + seconds


def test_a_closed_candle_never_changes(venue: Venue) -> None:
    asked = {"start": 1_773_400_200, "end": 1_773_403_800, "granularity": "FIVE_MINUTE"}
    assert venue.get(CANDLES, **asked).text == venue.get(CANDLES, **asked).text


@pytest.mark.parametrize(
    "query",
    [
        {"start": 0, "end": 351 * 60, "granularity": "ONE_MINUTE"},
        {"start": 0, "end": 600, "granularity": "TEN_MINUTE"},
        {"start": 0, "end": 600},
        {"start": "x", "end": 600, "granularity": "ONE_MINUTE"},
        {"start": 600, "end": 600, "granularity": "ONE_MINUTE"},
        {"end": 600, "granularity": "ONE_MINUTE"},
        {"start": "9" * 5_000, "end": 600, "granularity": "ONE_MINUTE"},
    ],
)
def test_a_wrong_candle_request_is_an_invalid_argument(
    venue: Venue, query: dict[str, object]
) -> None:
    answer = venue.get(CANDLES, **query)
    assert answer.status_code == 400
    assert answer.json()["error"] == "INVALID_ARGUMENT"


def test_three_hundred_and_fifty_candles_are_allowed(venue: Venue) -> None:
    asked = {"start": 1_773_300_000, "end": 1_773_321_000, "granularity": "ONE_MINUTE"}
    assert len(venue.get(CANDLES, **asked).json()["candles"]) == 350


def test_recent_trades_are_newest_first_with_the_best_prices(venue: Venue) -> None:
    body = venue.get(f"{PRODUCTS}/BTC-USD/ticker", limit=25).json()
    ids = [int(trade["trade_id"]) for trade in body["trades"]]
    assert len(ids) == 25 and ids == sorted(ids, reverse=True)
    assert Decimal(body["best_bid"]) < Decimal(body["best_ask"])


def test_the_book_is_sorted_and_limited(venue: Venue) -> None:
    path = "/api/v3/brokerage/market/product_book"
    book = venue.get(path, product_id="ETH-USD", limit=10).json()["pricebook"]
    bids = [Decimal(level["price"]) for level in book["bids"]]
    asks = [Decimal(level["price"]) for level in book["asks"]]
    assert len(bids) == len(asks) == 10
    assert bids == sorted(bids, reverse=True) and asks == sorted(asks) and bids[0] < asks[0]
    assert len(venue.get(path, product_id="ETH-USD").json()["pricebook"]["bids"]) > 150
    assert venue.get(path, product_id="NOPE").status_code == 404


def test_the_servers_time_is_the_worlds(venue: Venue) -> None:
    world = venue.control_get("clock")["epochMs"] / 1000
    assert abs(venue.get("/v2/time").json()["data"]["epoch"] - world) < 30
    assert abs(int(venue.get("/api/v3/brokerage/time").json()["epochMillis"]) / 1000 - world) < 30


def test_too_many_requests_says_when_to_come_back(venue: Venue) -> None:
    venue.arm("429", path=PRODUCTS, seconds=7)
    answer = venue.get(CANDLES)
    assert answer.status_code == 429 and answer.headers["Retry-After"] == "7"
    assert venue.get(PRODUCTS, limit=1).status_code == 200, "used up"


@pytest.mark.parametrize("kind", ["500", "503"])
def test_a_server_error_comes_as_often_as_asked(venue: Venue, kind: str) -> None:
    venue.arm(kind, path="/api/v3/", count=2)
    answers = [venue.get(PRODUCTS, limit=1).status_code for _ in range(3)]
    assert answers == [int(kind), int(kind), 200]


def test_a_fault_is_for_its_path_alone(venue: Venue) -> None:
    venue.arm("500", path=f"{PRODUCTS}/BTC-USD/candles")
    assert venue.get(PRODUCTS, limit=1).status_code == 200
    assert venue.get(CANDLES).status_code == 500


def test_garbage_is_a_page_where_json_belongs(venue: Venue) -> None:
    venue.arm("garbage", path=PRODUCTS)
    answer = venue.get(PRODUCTS)
    assert answer.status_code == 200 and answer.text.startswith("<html>")


def test_a_timeout_holds_the_request_without_a_byte(venue: Venue) -> None:
    venue.arm("timeout", path=PRODUCTS)
    with pytest.raises(httpx.ReadTimeout):
        httpx.get(venue.rest + PRODUCTS, timeout=0.5, trust_env=False)


def test_slow_drips_its_body(venue: Venue) -> None:
    venue.arm("slow", path=PRODUCTS, seconds=30)
    with httpx.stream("GET", venue.rest + PRODUCTS, timeout=20, trust_env=False) as answer:
        assert answer.status_code == 200
        assert next(answer.iter_raw()).startswith(b"{")


def test_requests_are_on_record_with_what_befell_them(venue: Venue) -> None:
    venue.arm("503", path=PRODUCTS)
    venue.get(PRODUCTS, limit=2)
    wait_for(lambda: bool(venue.log("request")), "the request is on record")
    entry = venue.log("request")[-1]
    assert (entry["path"], entry["query"], entry["fault"]) == (PRODUCTS, "limit=2", "503")
