"""The depth curve: what rests near the price, added up from the inside out."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from core.domain import BookLevel, OrderBook
from core.ui.depth import build_depth

HALF = Decimal("0.5")


def a_book(bids: list[tuple[str, str]], asks: list[tuple[str, str]]) -> OrderBook:
    def levels(rows: list[tuple[str, str]]) -> tuple[BookLevel, ...]:
        return tuple(BookLevel(Decimal(price), Decimal(size)) for price, size in rows)

    return OrderBook("BTC-USD", levels(bids), levels(asks), datetime(2026, 1, 1, tzinfo=UTC))


def test_sizes_are_added_up_from_the_best_price_outwards() -> None:
    curve = build_depth(
        a_book([("99.9", "1"), ("99.7", "2")], [("100.1", "3"), ("100.4", "4")]), percent=HALF
    )
    assert curve is not None
    assert curve.middle == 100.0
    assert (curve.low, curve.high) == (99.5, 100.5)
    assert curve.bids == ((99.9, 1.0), (99.7, 3.0))
    assert curve.asks == ((100.1, 3.0), (100.4, 7.0))


def test_what_lies_farther_away_is_left_out() -> None:
    curve = build_depth(
        a_book([("99.9", "1"), ("99.4", "50")], [("100.1", "1"), ("100.6", "50")]), percent=HALF
    )
    assert curve is not None
    assert curve.bids == ((99.9, 1.0),)
    assert curve.asks == ((100.1, 1.0),)


@pytest.mark.parametrize(("bids", "asks"), [([], [("1", "1")]), ([("1", "1")], []), ([], [])])
def test_a_book_with_an_empty_side_has_no_curve(
    bids: list[tuple[str, str]], asks: list[tuple[str, str]]
) -> None:
    assert build_depth(a_book(bids, asks), percent=HALF) is None


def test_a_thousand_levels_become_few_points_with_the_whole_sum() -> None:
    rows = [(str(Decimal(100_000 - i) / 1_000), "0.1") for i in range(1, 500)]
    curve = build_depth(a_book(rows, [("100.001", "1")]), percent=HALF)
    assert curve is not None
    assert len(curve.bids) <= 81
    assert curve.bids[-1] == (99.501, 49.9)
