"""The market is a pure function of seed, product and time, and moves like a real one."""

from __future__ import annotations

import math
from itertools import pairwise
from statistics import correlation, fmean, median

import pytest

from core.sandbox.catalogue import LISTINGS, PRODUCTS
from core.sandbox.world import DAY, Prices
from core.sandbox.world.prices import BIN

NOW = 1_773_480_413
VOLATILE = [product for product in PRODUCTS if LISTINGS[product].sigma > 0.01]


@pytest.fixture(scope="module")
def prices() -> Prices:
    return Prices(7)


def changes_of_the_day(prices: Prices, now: int) -> list[float]:
    return [prices.at(name, now) / prices.at(name, now - DAY) - 1 for name in VOLATILE]


def test_the_same_seed_gives_the_same_price_whatever_was_asked_before() -> None:
    forwards, backwards = Prices(3), Prices(3)
    moments = [NOW + 0.125, NOW - 200 * DAY, NOW + 17, NOW - 3 * DAY - 0.5]
    one = [forwards.at("SOL-USD", moment) for moment in moments]
    backwards.extremes("SOL-USD", (NOW - 9 * DAY) // BIN, NOW // BIN)
    assert [backwards.at("SOL-USD", moment) for moment in reversed(moments)] == one[::-1]


def test_known_prices_stay_what_they_were(prices: Prices) -> None:
    known = {name: prices.at(name, 1_773_480_413.25) for name in ("BTC-USD", "ETH-USD", "PEPE-USD")}
    assert known == KNOWN


def test_another_seed_is_another_market(prices: Prices) -> None:
    other = Prices(8)
    assert sum(other.at(name, NOW) != prices.at(name, NOW) for name in VOLATILE) > 90


def test_prices_stay_within_reach_of_their_anchor_for_years(prices: Prices) -> None:
    for name in PRODUCTS:
        for days in range(0, 4 * 365, 61):
            ratio = prices.at(name, NOW - days * DAY) / LISTINGS[name].anchor
            assert 0.4 < ratio < 2.5, name


def test_a_day_is_like_a_real_day(prices: Prices) -> None:
    days = [changes_of_the_day(prices, NOW - days * DAY) for days in range(0, 300, 20)]
    everything = [abs(change) for day in days for change in day]
    assert max(everything) < 0.25
    assert 0.85 < sum(change < 0.06 for change in everything) / len(everything) < 0.99
    assert sum(change > 0.06 for change in everything) >= len(days)
    assert 0.01 < median(everything) < 0.03


def test_some_days_rise_and_some_fall(prices: Prices) -> None:
    breadth = [
        fmean(change > 0 for change in changes_of_the_day(prices, NOW - days * DAY))
        for days in range(0, 120, 5)
    ]
    assert min(breadth) < 0.25 and max(breadth) > 0.75


def test_products_move_with_bitcoin_but_not_in_step(prices: Prices) -> None:
    def returns(name: str) -> list[float]:
        edges = [prices.edge(name, NOW // BIN - place) for place in range(3 * 288)]
        return [a - b for a, b in pairwise(edges)]

    bitcoin = returns("BTC-USD")
    found = [correlation(bitcoin, returns(name)) for name in VOLATILE if name != "BTC-USD"]
    assert 0.3 < fmean(found) < 0.9
    assert max(found) < 0.95


def test_the_price_never_leaps_between_moments(prices: Prices) -> None:
    for name in ("BTC-USD", "DOGE-USD", "MOG-USD"):
        scale = LISTINGS[name].sigma / math.sqrt(DAY)
        path = [prices.log_at(name, NOW + step / 10) for step in range(6_000)]
        steps = [abs(a - b) for a, b in pairwise(path)]
        assert max(steps) < 3 * scale


def test_a_bin_ends_where_the_next_begins(prices: Prices) -> None:
    for number in range(NOW // BIN - 300, NOW // BIN):
        assert prices.seconds("ADA-USD", number)[BIN] == prices.seconds("ADA-USD", number + 1)[0]


@pytest.mark.parametrize("name", ["BTC-USD", "WIF-USD"])
def test_the_quick_search_finds_the_true_extremes(prices: Prices, name: str) -> None:
    first = NOW // BIN - 400
    everything = [log for bin in range(first, NOW // BIN) for log in prices.seconds(name, bin)]
    assert prices.extremes(name, first, NOW // BIN) == (max(everything), min(everything))


KNOWN = {"BTC-USD": 6_010_435, "ETH-USD": 298_767, "PEPE-USD": 973}
"""Seed 7 at 2026-03-14T09:26:53.25Z, in price increments."""
