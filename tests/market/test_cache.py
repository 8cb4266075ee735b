"""Every reader of the cache has one picture that does not change under it."""

from __future__ import annotations

import threading

import pytest

from core.market.cache import TickerCache
from core.market.ticker import Ticker

PRODUCTS = [f"T{number}-USD" for number in range(40)]


def a_round(cache: TickerCache, number: int) -> None:
    """Give every product the same price, then let readers see it."""
    for product in PRODUCTS:
        cache.put(product, Ticker(product, "T", number, price=float(number)))
    cache.publish()


def test_readers_see_nothing_before_it_is_published() -> None:
    cache = TickerCache(PRODUCTS)
    cache.put(PRODUCTS[0], Ticker(PRODUCTS[0], "T", 0))
    assert cache.snapshot() == {}
    cache.publish()
    assert list(cache.snapshot()) == [PRODUCTS[0]]


def test_a_snapshot_cannot_be_changed_and_does_not_change() -> None:
    cache = TickerCache(PRODUCTS)
    a_round(cache, 1)
    snapshot = cache.snapshot()
    a_round(cache, 2)
    assert {ticker.price for ticker in snapshot.values()} == {1.0}
    with pytest.raises(TypeError):
        snapshot[PRODUCTS[0]] = Ticker("X", "X", 0)  # type: ignore[index]


def test_readers_in_other_threads_never_see_half_a_round() -> None:
    cache = TickerCache(PRODUCTS)
    a_round(cache, 0)
    done, torn, rounds_seen = threading.Event(), [], set()

    def read() -> None:
        while not done.is_set():
            prices = {ticker.price for ticker in cache.snapshot().values()}
            rounds_seen.update(prices)
            if len(prices) != 1:
                torn.append(prices)

    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    for number in range(1, 2_000):
        a_round(cache, number)
    done.set()
    for reader in readers:
        reader.join()
    assert not torn and len(rounds_seen) > 1


def test_an_unchanged_ticker_stays_the_same_object_from_picture_to_picture() -> None:
    cache = TickerCache(PRODUCTS)
    a_round(cache, 1)
    before = cache.snapshot()
    cache.put(PRODUCTS[0], Ticker(PRODUCTS[0], "T", 2))
    cache.publish()
    after = cache.snapshot()
    assert [name for name in PRODUCTS if after[name] is not before[name]] == [PRODUCTS[0]]
