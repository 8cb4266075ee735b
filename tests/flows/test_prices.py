"""Prices from the sandbox to the cache, through every fault it can play; the status is true."""

from __future__ import annotations

import gc
import os
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from core.domain import FeedState, Granularity
from core.market import Market
from core.sandbox import PRODUCTS, SandboxProcess, start_sandbox
from tests.market.markets import a_running_market
from tests.waiting import wait_for

SILENCE = 1.5


class Control:
    """The sandbox's switches."""

    def __init__(self, sandbox: SandboxProcess) -> None:
        self.ws = sandbox.urls["coinbase"]["ws"]
        self.rest = sandbox.urls["coinbase"]["url"]
        self._http = httpx.Client(base_url=sandbox.urls["control"], trust_env=False)

    def arm(self, kind: str, **more: Any) -> None:
        body = {"venue": "coinbase", "path": "ws", "kind": kind, "count": 1, **more}
        self._http.post("/_sandbox/faults", json=body).raise_for_status()

    def turn(self, action: str) -> None:
        body = {"venue": "coinbase", "action": action}
        self._http.post("/_sandbox/connections", json=body).raise_for_status()

    def rest_after_test(self) -> None:
        self._http.delete("/_sandbox/faults").raise_for_status()
        self.turn("up")

    def close(self) -> None:
        self._http.close()


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Control]:
    with start_sandbox(seed=7) as process:
        control = Control(process)
        yield control
        control.close()


@pytest.fixture
def market(sandbox: Control, tmp_path: Path) -> Iterator[Market]:
    with a_running_market(
        sandbox.ws,
        folder=tmp_path,
        products=PRODUCTS[:30],
        rest_url=sandbox.rest,
        silence=SILENCE,
    ) as running:
        wait_for(lambda: healthy(running))
        yield running
        sandbox.rest_after_test()


def healthy(market: Market) -> bool:
    status = market.status()
    return (
        status.state is FeedState.CONNECTED
        and len(market.snapshot()) + len(status.missing_products) == status.products
    )


def newest(market: Market) -> int:
    return max(ticker.timestamp for ticker in market.snapshot().values())


def wait_for_fresh_prices(market: Market) -> None:
    before = newest(market)
    wait_for(lambda: newest(market) > before and healthy(market))
    for ticker in market.snapshot().values():
        assert ticker.price is None or 0 < ticker.price < 1e9
    status = market.status()
    assert (status.attempt, status.reason, status.retry_at) == (0, None, None)


def test_thirty_products_have_plausible_prices(market: Market) -> None:
    for ticker in market.snapshot().values():
        assert ticker.price and ticker.low_24h and ticker.high_24h and ticker.volume_24h
        assert ticker.low_24h <= ticker.price <= ticker.high_24h
        assert ticker.open_24h == ticker.price / (1 + ticker.change_24h_percent / 100)


@pytest.mark.parametrize("kind", ["reset_mid_frame", "garbage_bytes", "close", "huge_frame"])
def test_a_broken_connection_is_made_anew(market: Market, sandbox: Control, kind: str) -> None:
    size = {"bytes": 17 * 1024 * 1024} if kind == "huge_frame" else {}
    sandbox.arm(kind, **size)
    wait_for(lambda: market.status().reconnects == 1)
    wait_for_fresh_prices(market)


@pytest.mark.parametrize("kind", ["silence", "half_open"])
def test_silence_is_noticed_even_while_pongs_flow(
    market: Market, sandbox: Control, kind: str
) -> None:
    reasons = set()
    market.on_publish(lambda: reasons.add(market.status().reason))
    sandbox.arm(kind)
    wait_for(lambda: market.status().reconnects == 1)
    assert any("no data" in str(reason) for reason in reasons)
    wait_for_fresh_prices(market)


def test_a_lost_message_is_counted_and_healed(market: Market, sandbox: Control) -> None:
    sandbox.arm("gap")
    wait_for(lambda: market.status().gaps == 1 and market.status().reconnects == 1)
    wait_for_fresh_prices(market)


def test_messages_out_of_order_never_take_a_price_back(market: Market, sandbox: Control) -> None:
    times: dict[str, int] = {}
    steps_back: list[str] = []

    def watch() -> None:
        for name, ticker in market.snapshot().items():
            if ticker.timestamp < times.get(name, 0):
                steps_back.append(name)
            times[name] = ticker.timestamp

    market.on_publish(watch)
    sandbox.arm("reorder", count=5)
    wait_for(lambda: market.status().gaps >= 1)
    wait_for_fresh_prices(market)
    assert not steps_back


def test_a_duplicate_changes_nothing(market: Market, sandbox: Control) -> None:
    sandbox.arm("duplicate", count=20)
    wait_for_fresh_prices(market)
    assert (market.status().gaps, market.status().reconnects) == (0, 0)


def test_garbage_is_counted_and_the_connection_stays(market: Market, sandbox: Control) -> None:
    sandbox.arm("garbage", count=28)
    wait_for(lambda: market.status().rejected >= 10)
    wait_for_fresh_prices(market)
    assert market.status().reconnects == 0


def test_nonsense_in_a_ticker_leaves_fields_absent_and_the_rest_intact(
    market: Market, sandbox: Control
) -> None:
    sandbox.arm("bad_values", count=60)
    for _ in range(3):
        wait_for_fresh_prices(market)
    assert market.status().reconnects == 0


def test_an_error_frame_does_not_end_a_working_connection(market: Market, sandbox: Control) -> None:
    sandbox.arm("error_frame")
    wait_for_fresh_prices(market)
    assert healthy(market)


def test_a_product_left_out_in_silence_is_named(sandbox: Control, tmp_path: Path) -> None:
    sandbox.arm("missing_product", product_id="ETH-USD")
    with a_running_market(sandbox.ws, folder=tmp_path, rest_url=sandbox.rest) as market:
        wait_for(lambda: market.status().missing_products == ("ETH-USD",))
        assert market.status().state is FeedState.CONNECTED
    sandbox.rest_after_test()


def test_a_refusing_venue_is_told_with_the_next_attempt_within_a_second(
    sandbox: Control, tmp_path: Path
) -> None:
    sandbox.turn("down")
    with a_running_market(
        sandbox.ws, folder=tmp_path, rest_url=sandbox.rest, first_retry=1.0, longest_retry=30.0
    ) as market:
        wait_for(lambda: market.status().retry_at)
        status = market.status()
        assert status.state is FeedState.DISCONNECTED and status.reason
        assert status.retry_at is not None
        wait = (status.retry_at - status.since_at).total_seconds()
        assert 0.45 <= wait <= 1.0
        sandbox.turn("up")
        market.retry_now()
        wait_for(lambda: healthy(market))


def open_files() -> int:
    return len(os.listdir("/proc/self/fd"))


def test_many_restarts_of_the_venue_leak_nothing(
    market: Market, sandbox: Control, full: bool
) -> None:
    gc.collect()
    threads, files = threading.active_count(), open_files()
    rounds = 200 if full else 20
    for number in range(1, rounds + 1):
        sandbox.turn("down")
        wait_for(lambda: market.status().state is not FeedState.CONNECTED)
        sandbox.turn("up")
        wait_for(lambda: healthy(market))
        assert market.status().reconnects == number
    gc.collect()
    wait_for(lambda: threading.active_count() <= threads and open_files() <= files + 2)


def test_books_candles_and_instruments_come_from_the_same_market(market: Market) -> None:
    book = wait_for(lambda: market.order_book("BTC-USD", depth=20))
    ticker = market.snapshot()["BTC-USD"]
    assert book.bids[0].price < book.asks[0].price
    assert float(book.bids[0].price) == pytest.approx(ticker.price, rel=0.05)
    series = market.candles("BTC-USD", Granularity.FIVE_MINUTE, count=400)
    assert len(series.candles) > 300 and not series.stale
    assert datetime.now(UTC) - series.candles[-1].start_at < timedelta(minutes=10)
    assert wait_for(market.instruments)["BTC-USD"].price_increment
    wait_for(lambda: "BTC-USD" in market.references())


@pytest.mark.parametrize("kind", ["gap", "garbage", "close"])
def test_a_book_heals_too_and_prices_do_not_notice(
    market: Market, sandbox: Control, kind: str
) -> None:
    wait_for(lambda: market.order_book("BTC-USD"))
    sandbox.arm(kind, count=2)

    def fresh_after(moment: datetime) -> bool:
        book = market.order_book("BTC-USD")
        assert book is None or not book.asks or book.bids[0].price < book.asks[0].price
        return book is not None and book.as_of > moment

    for _ in range(3):
        now = datetime.now(UTC)
        wait_for(lambda: fresh_after(now))  # noqa: B023
    wait_for_fresh_prices(market)
