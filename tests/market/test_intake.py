"""The hot path gives exactly what the careful parser gives, and counts what it could not use."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from itertools import count

import pytest

from core.clock import ManualClock, SystemClock, epoch_ms
from core.market import parse_frame
from core.market.cache import TickerCache
from core.market.intake import MAX_OLD_IN_A_ROW, Intake
from core.market.messages import Tickers
from tests.market.scripted_venue import a_ticker, ack_frame, heartbeat_frame, ticker_frame
from tests.market.test_coinbase import CAPTURED, garbage

PRODUCTS = ("BTC-USD", "ETH-USD")


def an_intake() -> tuple[Intake, TickerCache]:
    cache = TickerCache(PRODUCTS)
    return Intake(cache, clock=SystemClock()), cache


def give(intake: Intake, *frames: str) -> None:
    for frame in frames:
        intake.handle(frame.encode())
    intake.flush()


def test_the_hot_path_and_the_parser_agree() -> None:
    cache = TickerCache(["BTC-PERP-INTX"])
    intake = Intake(cache, clock=SystemClock())
    give(intake, CAPTURED[0])
    parsed = parse_frame(CAPTURED[0])
    assert isinstance(parsed, Tickers)
    assert list(cache.snapshot().values()) == list(parsed.tickers)


def test_the_newest_of_a_burst_wins() -> None:
    intake, cache = an_intake()
    give(intake, *(ticker_frame(n, a_ticker(price=str(n + 1))) for n in range(50)))
    assert cache.snapshot()["BTC-USD"].price == 50.0
    assert intake.accepted == 50


def test_the_newest_wins_also_when_one_of_the_two_is_malformed() -> None:
    for prices, expected in ((("1", ""), None), (("", "2"), 2.0)):
        intake, cache = an_intake()
        give(intake, *(ticker_frame(n, a_ticker(price=price)) for n, price in enumerate(prices)))
        assert cache.snapshot()["BTC-USD"].price == expected


def test_a_product_nobody_asked_for_is_not_kept() -> None:
    intake, cache = an_intake()
    give(
        intake,
        ticker_frame(0, a_ticker("EVIL-USD"), a_ticker("BTC-USD")),
        ticker_frame(1, a_ticker("EVIL-USD", "")),
    )
    assert set(cache.snapshot()) == {"BTC-USD"}


def test_nothing_new_is_nothing_published() -> None:
    intake, _ = an_intake()
    assert not intake.flush()
    give(intake, heartbeat_frame(0), ack_frame(1, {}))
    assert not intake.flush()


def test_a_late_frame_does_not_undo_a_newer_price() -> None:
    intake, cache = an_intake()
    give(
        intake,
        ticker_frame(0, a_ticker(price="1")),
        ticker_frame(2, a_ticker(price="3")),
        ticker_frame(1, a_ticker(price="2")),
    )
    assert cache.snapshot()["BTC-USD"].price == 3.0
    assert intake.gaps == 1 and intake.broken is not None


def test_a_counter_that_starts_anew_breaks_the_link() -> None:
    intake, _ = an_intake()
    give(intake, *(heartbeat_frame(n) for n in range(100, 110)))
    give(intake, *(heartbeat_frame(n) for n in range(MAX_OLD_IN_A_ROW - 1)))
    assert intake.broken is None
    give(intake, heartbeat_frame(MAX_OLD_IN_A_ROW))
    assert intake.broken is not None
    intake.begin_link()
    assert intake.broken is None


def test_a_frame_with_an_impossible_time_is_counted_and_leaves_the_price() -> None:
    intake, cache = an_intake()
    bad = ticker_frame(1, a_ticker(price="2")).replace("2026-09-05", "2026-99-05")
    give(intake, ticker_frame(0, a_ticker(price="1")))
    give(intake, bad)
    assert cache.snapshot()["BTC-USD"].price == 1.0
    assert intake.rejected == 1


def test_garbage_is_counted_and_never_ends_the_link(full: bool) -> None:
    rng = random.Random(5)
    intake, cache = an_intake()
    numbers = count()
    for _ in range(50_000 if full else 3_000):
        intake.handle(garbage(rng))
    before = intake.rejected
    assert before > 1_000
    intake.begin_link()
    give(intake, *(ticker_frame(next(numbers), a_ticker(price="5")) for _ in range(3)))
    assert cache.snapshot()["BTC-USD"].price == 5.0
    assert (intake.rejected, intake.broken) == (before, None)


def test_a_price_from_the_future_gets_the_time_it_came() -> None:
    clock = ManualClock(datetime(2026, 9, 5, 12, tzinfo=UTC))
    cache = TickerCache(PRODUCTS)
    intake = Intake(cache, clock=clock)
    stamped = ticker_frame(0, a_ticker()).replace("2026-09", "9999-12")
    give(intake, stamped)
    assert "9999-12" in stamped
    assert cache.snapshot()["BTC-USD"].timestamp == epoch_ms(clock.now())
    assert intake.rejected == 1


@pytest.mark.parametrize(
    "tickers",
    [
        "[" + ",".join(["0"] * 1_000_000) + "]",
        '["x",' + ",".join(["{}"] * 400) + "]",
        "[]},{}" + ",{}" * 5_000_000 + ',{"tickers":[]',
        '["x",' + ",".join(['{"product_id":"BTC-USD","price":[]}'] * 1_001) + "]",
    ],
)
def test_a_frame_full_of_rubbish_is_refused_after_a_few(tickers: str) -> None:
    intake, cache = an_intake()
    body = f'"sequence_num":0,"timestamp":"2026-09-05T22:10:29Z","events":[{{"tickers":{tickers}}}]'
    give(intake, f'{{"channel":"ticker",{body}}}')
    assert intake.rejected == 1
    assert not cache.snapshot()
