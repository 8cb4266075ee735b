"""The pure modules of panel and header, imported in Chromium from where the app serves them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

pytestmark = pytest.mark.browser

Run = Callable[..., Any]
LAST = {"time": 900, "open": 10, "high": 12, "low": 9, "close": 11, "volume": 5}


def extend(run: Run, *, price: float, at: int) -> Any:
    tick = {"price": price, "at": at, "span": 900}
    return run("candleseries", "(m, [last, tick]) => m.extendCandle(last, tick)", [LAST, tick])


def test_a_price_in_the_same_span_moves_the_last_candle(run: Run) -> None:
    assert extend(run, price=13, at=1_000_000) == {**LAST, "high": 13, "close": 13}
    assert extend(run, price=8, at=1_799_999) == {**LAST, "low": 8, "close": 8}


def test_a_price_in_the_next_span_begins_a_candle_of_unknown_volume(run: Run) -> None:
    new = {"time": 1800, "open": 13, "high": 13, "low": 13, "close": 13}
    assert extend(run, price=13, at=1_800_000) == new


def test_a_price_from_before_the_last_candle_changes_nothing(run: Run) -> None:
    assert extend(run, price=13, at=899_999) is None


def test_an_average_begins_where_it_has_enough_candles(run: Run) -> None:
    closes = [1, 2, 3, 4, 5]
    candles = [{"time": i, "close": close} for i, close in enumerate(closes)]
    points = run("candleseries", "(m, c) => m.movingAverage(c, 3)", candles)
    assert points == [{"time": i + 2, "value": i + 2} for i in range(3)]
    assert run("candleseries", "(m, c) => m.lastAverage(c, 3)", candles) == points[-1]
    assert run("candleseries", "(m, c) => m.lastAverage(c, 9)", candles) is None


def facts(run: Run, ticker: dict[str, float] | None) -> dict[str, str]:
    script = "(m, t) => m.productFacts(t ?? undefined, { quote: 'USD', now: 5000 })"
    return {label: value for label, value, *_ in run("productfacts", script, ticker)}


def test_what_is_not_known_of_a_product_is_a_dash(run: Run) -> None:
    assert facts(run, None)["24 h range"] == "– – –"
    only_price = facts(run, {"timestamp": 4000, "price": 2})
    assert only_price["Volume 24 h"] == only_price["Spread"] == "–"
    assert only_price["Last tick"] == "1.0 s ago"


def test_spread_and_volume_are_those_of_the_ticker(run: Run) -> None:
    ticker = {"timestamp": 0, "price": 200, "volume24h": 1e6, "bestBid": 199, "bestAsk": 201}
    known = facts(run, ticker)
    assert known["Volume 24 h"] == "200M USD"
    assert known["Spread"] == "100.0 bp"


def test_a_crossed_book_has_no_spread(run: Run) -> None:
    assert facts(run, {"timestamp": 0, "bestBid": 201, "bestAsk": 199})["Spread"] == "–"


@pytest.mark.parametrize(
    ("state", "glyph", "word"),
    [
        ("connected", "●", "Connected"),
        ("connecting", "◐", "Connecting…"),
        ("disconnected", "○", "Disconnected"),
    ],
)
def test_each_state_has_one_glyph_and_word(run: Run, state: str, glyph: str, word: str) -> None:
    hub = {"status": {"state": state}, "serverReachable": True}
    said = run("feedwords", "(m, hub) => m.feedState(hub)", hub)
    assert said == {"state": state, "glyph": glyph, "word": word}


def test_a_page_without_its_server_is_disconnected_whatever_came_last(run: Run) -> None:
    hub = {"status": {"state": "connected"}, "serverReachable": False}
    assert run("feedwords", "(m, hub) => m.feedState(hub).state", hub) == "disconnected"
    assert "still running" in run("feedwords", "(m, hub) => m.feedReason(hub)", hub)
