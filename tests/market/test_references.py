"""What prices are compared with: known answers, and unknown rather than wrong."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from core.domain import Candle
from core.market import Reference
from core.market.references import PriceDay, reference_of
from tests.market.markets import a_running_market
from tests.market.venue_rest import RestVenue, candles_of
from tests.waiting import wait_for

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def a_candle(start: datetime, close: float, opened: float | None = None) -> Candle:
    first, last = Decimal(str(opened if opened is not None else close)), Decimal(str(close))
    return Candle(start, first, max(first, last), min(first, last), last, Decimal(1))


def steps_before(moment: datetime, closes: list[float]) -> list[Candle]:
    return [
        a_candle(moment - timedelta(minutes=5 * back), close)
        for back, close in zip(range(len(closes), 0, -1), closes, strict=True)
    ]


def test_the_price_an_hour_ago_is_the_last_one_by_then() -> None:
    candles = steps_before(NOON, [float(number) for number in range(1, 101)])
    # The step that ended at 11:00 is the twelfth before the last.
    assert reference_of(candles, NOON).price_1h_ago == 88.0
    assert reference_of(candles, NOON + timedelta(minutes=4)).price_1h_ago == 88.0
    assert reference_of(candles, NOON + timedelta(minutes=5)).price_1h_ago == 89.0


def test_today_opens_with_the_first_price_since_midnight() -> None:
    midnight = NOON.replace(hour=0)
    candles = [
        a_candle(midnight - timedelta(minutes=5), 1),
        a_candle(midnight + timedelta(minutes=10), 3, opened=2),
        a_candle(midnight + timedelta(minutes=15), 4),
    ]
    assert reference_of(candles, NOON).open_today == 2.0
    assert reference_of(candles[:1], NOON).open_today is None


def test_the_deviation_of_alternating_moves_is_their_size_times_the_root_of_288() -> None:
    closes = [100 * math.exp(0.001 * (number % 2)) for number in range(289)]
    sigma = reference_of(steps_before(NOON, closes), NOON).day_sigma_percent
    assert sigma == pytest.approx(0.001 * math.sqrt(288) * 100, rel=1e-2)


def test_a_steady_rise_has_no_deviation() -> None:
    closes = [100 * math.exp(0.001 * number) for number in range(289)]
    sigma = reference_of(steps_before(NOON, closes), NOON).day_sigma_percent
    assert sigma == pytest.approx(0, abs=1e-6)


def test_steps_without_trades_count_as_no_move() -> None:
    closes = [100.0 if number < 150 else 101.0 for number in range(289)]
    candles = steps_before(NOON, closes)
    every_tenth = [*candles[:149:10], candles[149], candles[150], *candles[158::10]]
    full = reference_of(candles, NOON).day_sigma_percent
    assert reference_of(every_tenth, NOON).day_sigma_percent == pytest.approx(full, rel=0.05)


def test_a_price_next_to_nothing_breaks_no_deviation() -> None:
    closes = [100.0, 5e-324] * 144
    assert math.isfinite(reference_of(steps_before(NOON, closes), NOON).day_sigma_percent or 0)


def test_what_the_candles_do_not_cover_is_unknown() -> None:
    assert reference_of([], NOON) == Reference()
    few = steps_before(NOON, [1.0] * 5)
    assert reference_of(few, NOON).price_1h_ago is None
    assert reference_of(few, NOON).day_sigma_percent is None
    old = steps_before(NOON - timedelta(days=2), [1.0] * 100)
    assert reference_of(old, NOON) == Reference()


def test_live_prices_carry_the_reference_on_past_midnight() -> None:
    late = NOON.replace(hour=23, minute=55)
    day = PriceDay(steps_before(late, [50.0] * 100))
    for minute in range(0, 75):
        day.roll(late + timedelta(minutes=minute), 100.0 + minute)
    now = late + timedelta(minutes=75)
    reference = day.reference(now)
    assert reference.open_today == 105.0  # the first price at 00:00
    assert reference.price_1h_ago == 114.0  # the last price before 00:10


def test_a_running_market_learns_its_references_gently(tmp_path: Path) -> None:
    with (
        RestVenue(lambda path, params: candles_of(params, step=300)) as venue,
        a_running_market(folder=tmp_path, rest_url=venue.url) as market,
    ):
        wait_for(lambda: len(market.references()) == 2)
        assert market.references()["BTC-USD"].price_1h_ago is not None
        asked = [path for path, _ in venue.questions if path.endswith("candles")]
        assert len(asked) == 2
