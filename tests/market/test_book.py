"""A book equals a plain list of everything the venue said, is bounded, and is never crossed."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.market.book import Book, BookBroken
from core.market.messages import BookChange, LevelUpdate, Side

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def levels(*updates: tuple[Side, int, int]) -> tuple[LevelUpdate, ...]:
    return tuple(LevelUpdate(side, Decimal(price), Decimal(size)) for side, price, size in updates)


def snapshot(*updates: tuple[Side, int, int]) -> BookChange:
    return BookChange("BTC-USD", True, levels(*updates))


def update(*updates: tuple[Side, int, int]) -> BookChange:
    return BookChange("BTC-USD", False, levels(*updates))


def prices(book: Book, *, depth: int = 50) -> tuple[list[int], list[int]]:
    view = book.view(depth=depth, as_of=NOON)
    return [int(level.price) for level in view.bids], [int(level.price) for level in view.asks]


def test_an_unsorted_snapshot_is_sorted_best_first() -> None:
    book = Book("BTC-USD")
    book.apply(
        snapshot((Side.OFFER, 12, 1), (Side.BID, 8, 1), (Side.OFFER, 11, 1), (Side.BID, 9, 1))
    )
    assert prices(book) == ([9, 8], [11, 12])


def test_sizes_are_absolute_and_zero_removes() -> None:
    book = Book("BTC-USD")
    book.apply(snapshot((Side.BID, 9, 1), (Side.BID, 8, 1)))
    book.apply(update((Side.BID, 9, 0), (Side.BID, 8, 5), (Side.BID, 7, 0)))
    (level,) = book.view(depth=5, as_of=NOON).bids
    assert (level.price, level.size) == (8, 5)


def test_a_second_snapshot_replaces_the_first() -> None:
    book = Book("BTC-USD")
    book.apply(snapshot((Side.BID, 9, 1)))
    book.apply(snapshot((Side.BID, 5, 1)))
    assert prices(book) == ([5], [])


def test_an_update_before_the_snapshot_is_refused() -> None:
    with pytest.raises(BookBroken):
        Book("BTC-USD").apply(update((Side.BID, 9, 1)))


def test_a_crossed_book_is_never_shown() -> None:
    book = Book("BTC-USD")
    book.apply(snapshot((Side.BID, 9, 1), (Side.OFFER, 11, 1)))
    book.apply(update((Side.BID, 11, 1)))
    with pytest.raises(BookBroken):
        book.view(depth=1, as_of=NOON)


def test_a_book_keeps_a_bounded_number_of_levels_and_the_best_ones() -> None:
    book = Book("BTC-USD", keep=10)
    book.apply(snapshot(*((Side.BID, price, 1) for price in range(1, 1001))))
    book.apply(update((Side.BID, 3, 9)))
    bids, _ = prices(book, depth=500)
    assert bids == list(range(1000, 990, -1))


def test_a_trimmed_book_that_runs_empty_asks_for_a_fresh_one() -> None:
    book = Book("BTC-USD", keep=10)
    book.apply(snapshot(*((Side.BID, price, 1) for price in range(1, 1001))))
    with pytest.raises(BookBroken):
        book.apply(update(*((Side.BID, price, 0) for price in range(993, 1001))))


level = st.tuples(
    st.sampled_from([Side.BID, Side.OFFER]), st.integers(1, 60), st.sampled_from([0, 0, 1, 2, 7])
)
batches = st.lists(st.lists(level, max_size=8), max_size=30)


@given(st.lists(level, max_size=60), batches, st.integers(1, 80))
def test_a_book_equals_a_plain_record_of_all_updates(
    first: list[tuple[Side, int, int]], rest: list[list[tuple[Side, int, int]]], depth: int
) -> None:
    # Asks are moved above bids, so that the record itself is never crossed.
    def apart(updates: list[tuple[Side, int, int]]) -> list[tuple[Side, int, int]]:
        return [(side, price + 100 * (side is Side.OFFER), size) for side, price, size in updates]

    book, record = Book("BTC-USD"), {}
    for number, batch in enumerate([first, *rest]):
        changes = apart(batch)
        book.apply((update if number else snapshot)(*changes))
        for side, price, size in changes:
            record[side, price] = size
    kept = [(side, price) for (side, price), size in record.items() if size]
    bids = sorted((price for side, price in kept if side is Side.BID), reverse=True)
    asks = sorted(price for side, price in kept if side is Side.OFFER)
    assert prices(book, depth=depth) == (bids[:depth], asks[:depth])


@given(st.lists(level, max_size=60), batches)
def test_a_trimmed_book_is_right_in_what_it_shows_or_asks_for_a_fresh_one(
    first: list[tuple[Side, int, int]], rest: list[list[tuple[Side, int, int]]]
) -> None:
    book, record = Book("BTC-USD", keep=4), {}
    try:
        for number, batch in enumerate([first, *rest]):
            bids = [(Side.BID, price, size) for _, price, size in batch]
            book.apply((update if number else snapshot)(*bids))
            record.update({price: size for _, price, size in bids})
            expected = sorted((price for price, size in record.items() if size), reverse=True)
            shown, _ = prices(book, depth=500)
            assert shown == expected[: len(shown)]
    except BookBroken:
        return
