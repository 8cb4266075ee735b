"""Trades come at a venue's pace, are the same whenever asked for, and agree with the quote."""

from __future__ import annotations

import random
from collections import Counter
from statistics import fmean

import pytest

from core.sandbox.catalogue import LISTINGS, PRODUCTS
from core.sandbox.world import Book, World, WorldClock

NOW = 1_773_480_413


@pytest.fixture(scope="module")
def world() -> World:
    return World(seed=7, clock=WorldClock())


def test_big_products_trade_several_times_a_second_and_small_ones_every_few(world: World) -> None:
    seconds = [world.trades.second(NOW + second) for second in range(200)]
    count = Counter(trade.product for second in seconds for trade in second)
    assert 40 < sum(count.values()) / 200 < 60
    assert count["BTC-USD"] / 200 > 2
    assert 0.03 < fmean(count[name] for name in PRODUCTS[60:]) / 200 < 1


def test_a_second_is_the_same_in_every_world_of_its_seed(world: World) -> None:
    other = World(seed=7, clock=WorldClock())
    assert other.trades.second(NOW + 5) == world.trades.second(NOW + 5)
    assert World(seed=8, clock=WorldClock()).trades.second(NOW) != world.trades.second(NOW)


def test_the_rate_scales_the_pace_and_nought_is_silence() -> None:
    quick = World(seed=7, clock=WorldClock(), rate=4.0)
    assert fmean(len(quick.trades.second(NOW + i)) for i in range(50)) > 150
    assert World(seed=7, clock=WorldClock(), rate=0.0).trades.second(NOW) == ()


def test_trades_are_in_order_and_numbered_without_repeats(world: World) -> None:
    found = [trade for second in range(60) for trade in world.trades.second(NOW + second)]
    assert [x.moment for x in found] == sorted(x.moment for x in found)
    assert len({x.trade_id for x in found}) == len(found)
    assert [x.trade_id for x in found] == sorted(x.trade_id for x in found)


def test_a_busy_market_numbers_its_trades_without_repeats_too() -> None:
    busy = World(seed=7, clock=WorldClock(), rate=100.0)
    ids = [x.trade_id for second in range(3) for x in busy.trades.second(NOW + second)]
    assert len(ids) > 10_000 and ids == sorted(set(ids))


def test_a_trade_is_at_the_price_of_its_moment_on_the_side_that_rested(world: World) -> None:
    for trade in world.trades.second(NOW):
        quote = world.trades.quote(trade.product, trade.moment)
        assert trade.price == world.prices.at(trade.product, trade.moment) == quote.price
        assert trade.price == (quote.bid if trade.maker_side == "BUY" else quote.ask)
        assert trade.size > 0


def test_what_trades_in_an_hour_is_about_an_hour_of_volume(world: World) -> None:
    listing = LISTINGS["BTC-USD"]
    found = [
        trade.size
        for second in range(1_200)
        for trade in world.trades.second(NOW + second)
        if trade.product == "BTC-USD"
    ]
    hour = listing.volume / listing.price / 24 * 10**listing.base_decimals
    assert 0.4 < 3 * sum(found) / hour < 2.5


@pytest.mark.parametrize("name", PRODUCTS)
def test_a_quote_has_a_spread_and_sizes(world: World, name: str) -> None:
    for second in range(20):
        quote = world.trades.quote(name, NOW + second)
        assert 0 < quote.bid < quote.ask
        assert quote.price in (quote.bid, quote.ask)
        assert (quote.ask - quote.bid) / quote.price < 0.02
        assert quote.bid_size > 0 and quote.ask_size > 0


@pytest.mark.parametrize("name", ["BTC-USD", "SHIB-USD", "USDT-USD", "RLC-USD"])
def test_a_book_follows_the_price_and_is_never_crossed(world: World, name: str) -> None:
    book = Book(name, world.trades.quote(name, NOW), random.Random(1))
    for second in range(200):
        quote = world.trades.quote(name, NOW + second)
        before = {"bid": dict(book.bids), "offer": dict(book.asks)}
        changes = book.follow(quote)
        assert max(book.bids) == quote.bid < quote.ask == min(book.asks)
        assert 150 <= len(book.bids) <= 201 and len(book.asks) == 201
        for change in changes:
            before[change.side].pop(change.price, None)
            if change.size:
                before[change.side][change.price] = change.size
        assert before == {"bid": book.bids, "offer": book.asks}
        assert len({(change.side, change.price) for change in changes}) == len(changes)
        assert len(changes) < 120, "a book moves a little, it is not replaced"
