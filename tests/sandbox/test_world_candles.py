"""Candles agree with each other, with the prices they come from, and with the ticker."""

from __future__ import annotations

from itertools import pairwise

import pytest

from core.sandbox.catalogue import LISTINGS, PRODUCTS
from core.sandbox.world import DAY, SPANS, Bar, World, WorldClock

NOW = 1_773_480_413.7
TODAY = int(NOW) // DAY * DAY
COARSER = list(pairwise(SPANS.values()))


@pytest.fixture(scope="module")
def world() -> World:
    return World(seed=7, clock=WorldClock())


def bars(
    world: World, name: str, *, start: int, end: int, span: int, now: float = NOW
) -> list[Bar]:
    return list(world.candles.bars(name, start=start, end=end, span=span, now=now))


def together(parts: list[Bar]) -> Bar:
    return Bar(
        start=parts[0].start,
        open=parts[0].open,
        high=max(part.high for part in parts),
        low=min(part.low for part in parts),
        close=parts[-1].close,
        volume=sum(part.volume for part in parts),
    )


@pytest.mark.parametrize(("fine", "coarse"), COARSER)
@pytest.mark.parametrize("name", ["BTC-USD", "PEPE-USD"])
def test_a_coarser_candle_is_the_finer_ones_put_together(
    world: World, name: str, fine: int, coarse: int
) -> None:
    start = TODAY - 3 * coarse if coarse < DAY else TODAY - DAY
    for whole in bars(world, name, start=start, end=int(NOW) + 1, span=coarse):
        parts = bars(world, name, start=whole.start, end=whole.start + coarse, span=fine)
        assert whole == together(parts)


def test_a_candle_holds_every_price_of_its_span(world: World) -> None:
    start = TODAY - 3_600
    for bar in bars(world, "SOL-USD", start=start, end=TODAY, span=60):
        path = [world.prices.at("SOL-USD", bar.start + step / 4) for step in range(241)]
        assert bar.open == path[0] and bar.close == path[-1]
        assert bar.low <= min(path) and max(path) <= bar.high


def test_each_candle_opens_where_the_one_before_closed(world: World) -> None:
    for span in SPANS.values():
        found = bars(world, "ETH-USD", start=TODAY - 60 * span, end=TODAY, span=span)
        assert len(found) == 60
        assert all(a.close == b.open for a, b in pairwise(found))


def test_the_last_candle_ends_at_the_present_price(world: World) -> None:
    for span in SPANS.values():
        last = bars(world, "XRP-USD", start=TODAY - DAY, end=int(NOW) + 1, span=span)[-1]
        assert last.start <= NOW < last.start + span
        assert last.close == world.prices.at("XRP-USD", NOW)


def test_a_candle_only_ever_widens_while_it_lives(world: World) -> None:
    start = TODAY + 3_600
    lives = [
        bars(world, "UNI-USD", start=start, end=start + 300, span=300, now=start + step / 2)[0]
        for step in range(1, 600)
    ]
    for earlier, later in pairwise(lives):
        assert later.high >= earlier.high and later.low <= earlier.low
        assert later.volume >= earlier.volume and later.open == earlier.open


def test_nothing_is_known_of_the_future(world: World) -> None:
    assert bars(world, "BTC-USD", start=int(NOW) + 60, end=int(NOW) + 3_600, span=60) == []


def test_the_day_of_a_ticker_is_its_five_minute_candles_put_together(world: World) -> None:
    for name in PRODUCTS[::15]:
        stats = world.candles.day_stats(name, NOW)
        start = int(NOW) // 300 * 300 - DAY
        whole = together(bars(world, name, start=start, end=int(NOW) + 1, span=300))
        assert (stats.open, stats.high, stats.low) == (whole.open, whole.high, whole.low)
        assert stats.volume == whole.volume


def test_days_have_sane_shapes_and_volumes(world: World) -> None:
    for name in ("BTC-USD", "TAO-USD"):
        listing = LISTINGS[name]
        usual = listing.volume / listing.price * 10**listing.base_decimals
        days = bars(world, name, start=TODAY - 120 * DAY, end=TODAY, span=DAY)
        assert len(days) == 120
        for bar in days:
            assert 0 < bar.low <= min(bar.open, bar.close) <= max(bar.open, bar.close) <= bar.high
            assert 0.3 * usual < bar.volume < 4 * usual
        assert 0.7 * usual < sum(bar.volume for bar in days) / 120 < 1.5 * usual
