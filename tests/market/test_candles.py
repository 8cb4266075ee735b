"""Candles come in windows, are kept on disk, and outlive the venue's absence."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from core.clock import ManualClock
from core.domain import Granularity
from core.errors import SourceUnavailable
from core.market import CandleSeries
from core.market.candles import (
    WINDOW,
    CandleStore,
    KeptCandles,
    missing_spans,
    parse_candles,
    plan_windows,
)
from core.market.rest import PublicRest
from tests.market.markets import a_running_market
from tests.market.venue_rest import RestVenue, a_wire_candle, candles_of

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
MINUTE = Granularity.ONE_MINUTE


def with_store(
    folder: Path,
    scenario: Callable[[CandleStore, RestVenue, ManualClock], Awaitable[None]],
) -> None:
    async def main() -> None:
        clock = ManualClock(NOON + timedelta(seconds=30))
        with RestVenue(lambda path, params: candles_of(params)) as venue:
            async with PublicRest(venue.url) as rest:
                store = CandleStore(rest, products=["BTC-USD"], folder=folder, clock=clock)
                await scenario(store, venue, clock)

    asyncio.run(main())


def starts(series: CandleSeries) -> list[datetime]:
    return [candle.start_at for candle in series.candles]


def minutes_up_to(moment: datetime, count: int) -> list[datetime]:
    return [moment - timedelta(minutes=back) for back in reversed(range(count))]


def test_the_newest_candles_come_oldest_first_with_the_open_one_last(tmp_path: Path) -> None:
    async def scenario(store: CandleStore, venue: RestVenue, clock: ManualClock) -> None:
        series = await store.load("BTC-USD", MINUTE, count=10)
        assert starts(series) == minutes_up_to(NOON, 10)
        assert (series.stale, series.as_of) == (False, clock.now())
        ((path, params),) = venue.questions
        assert path == "/api/v3/brokerage/market/products/BTC-USD/candles"
        assert params["granularity"] == "ONE_MINUTE"

    with_store(tmp_path, scenario)


def test_many_candles_are_asked_for_in_windows_the_venue_accepts(tmp_path: Path) -> None:
    async def scenario(store: CandleStore, venue: RestVenue, clock: ManualClock) -> None:
        series = await store.load("BTC-USD", MINUTE, count=750)
        assert starts(series) == minutes_up_to(NOON, 750)
        asked = [int(params["end"]) - int(params["start"]) for _, params in venue.questions]
        assert len(asked) == 3 and max(asked) // 60 < WINDOW

    with_store(tmp_path, scenario)


def test_only_what_is_not_kept_is_asked_for_again(tmp_path: Path) -> None:
    async def scenario(store: CandleStore, venue: RestVenue, clock: ManualClock) -> None:
        await store.load("BTC-USD", MINUTE, count=300)
        clock.advance(120)
        venue.questions.clear()
        series = await store.load("BTC-USD", MINUTE, count=300)
        assert starts(series) == minutes_up_to(NOON + timedelta(minutes=2), 300)
        ((_, params),) = venue.questions
        assert int(params["end"]) - int(params["start"]) < 5 * 60

    with_store(tmp_path, scenario)


def test_more_history_asks_only_for_the_older_part(tmp_path: Path) -> None:
    async def scenario(store: CandleStore, venue: RestVenue, clock: ManualClock) -> None:
        await store.load("BTC-USD", MINUTE, count=100)
        series = await store.load("BTC-USD", MINUTE, count=200)
        assert starts(series) == minutes_up_to(NOON, 200)

    with_store(tmp_path, scenario)


def test_the_same_question_within_two_seconds_is_not_asked_twice(tmp_path: Path) -> None:
    async def scenario(store: CandleStore, venue: RestVenue, clock: ManualClock) -> None:
        series = await asyncio.gather(*(store.load("BTC-USD", MINUTE, count=9) for _ in range(5)))
        assert len(set(series)) == 1 and len(venue.questions) == 1

    with_store(tmp_path, scenario)


def test_an_open_candle_is_replaced_when_it_moves(tmp_path: Path) -> None:
    async def scenario(store: CandleStore, venue: RestVenue, clock: ManualClock) -> None:
        await store.load("BTC-USD", MINUTE, count=5)
        venue.answer = lambda path, params: {
            "candles": [a_wire_candle(int(NOON.timestamp()), "777")]
        }
        clock.advance(10)
        series = await store.load("BTC-USD", MINUTE, count=5)
        assert series.candles[-1].close == 777

    with_store(tmp_path, scenario)


def test_offline_the_last_known_candles_are_given_and_called_stale(tmp_path: Path) -> None:
    async def scenario(store: CandleStore, venue: RestVenue, clock: ManualClock) -> None:
        fresh = await store.load("BTC-USD", MINUTE, count=5)
        venue.answer = lambda path, params: 503
        clock.advance(10)
        series = await store.load("BTC-USD", MINUTE, count=5)
        assert series.stale and series.as_of == fresh.as_of
        assert starts(series) == starts(fresh)

    with_store(tmp_path, scenario)


def test_candles_outlive_the_process(tmp_path: Path) -> None:
    async def first(store: CandleStore, venue: RestVenue, clock: ManualClock) -> None:
        await store.load("BTC-USD", MINUTE, count=50)

    async def second(store: CandleStore, venue: RestVenue, clock: ManualClock) -> None:
        venue.answer = lambda path, params: 503
        series = await store.load("BTC-USD", MINUTE, count=50)
        assert series.stale
        assert starts(series) == minutes_up_to(NOON, 50)[:-2]  # the open ones are never kept

    with_store(tmp_path, first)
    with_store(tmp_path, second)


@pytest.mark.parametrize("damage", [b"", b"{", b'{"since":1}', b"\xff", b"[" * 100_000])
def test_a_damaged_file_counts_as_absent(tmp_path: Path, damage: bytes) -> None:
    async def load(store: CandleStore, venue: RestVenue, clock: ManualClock) -> None:
        assert len((await store.load("BTC-USD", MINUTE, count=50)).candles) == 50

    with_store(tmp_path, load)
    (file,) = tmp_path.iterdir()
    file.write_bytes(damage)
    with_store(tmp_path, load)


CANDLE = '{"start_at":"%s","open":"%s","high":"2","low":"1","close":"1","volume":"1"}'
KEPT = '{"since":"%s","until":"%s","candles":[%s]}'
ZONED, NAIVE = "2026-01-01T00:00:00Z", "2026-01-01T00:00:00"


@pytest.mark.parametrize(
    "kept",
    [
        KEPT % (NAIVE, NAIVE, CANDLE % (ZONED, "1")),
        KEPT % (ZONED, ZONED, CANDLE % (NAIVE, "1")),
        *(
            KEPT % (ZONED, ZONED, CANDLE % (ZONED, number))
            for number in ("NaN", "sNaN", "1e999999999", "-1")
        ),
    ],
)
def test_a_file_with_values_nobody_wrote_counts_as_absent(tmp_path: Path, kept: str) -> None:
    test_a_damaged_file_counts_as_absent(tmp_path, kept.encode())


def test_a_file_from_the_future_is_not_trusted(tmp_path: Path) -> None:
    async def ahead(store: CandleStore, venue: RestVenue, clock: ManualClock) -> None:
        clock.jump(86_400)
        await store.load("BTC-USD", MINUTE, count=50)

    async def later(store: CandleStore, venue: RestVenue, clock: ManualClock) -> None:
        assert starts(await store.load("BTC-USD", MINUTE, count=50)) == minutes_up_to(NOON, 50)

    with_store(tmp_path, ahead)
    with_store(tmp_path, later)


@pytest.mark.parametrize(
    "answer",
    [
        429,
        b"<html>",
        {"candles": None},
        {"candles": [{}]},
        {"candles": [a_wire_candle(1, "NaN")]},
        {"candles": [a_wire_candle(1, "-1")]},
        {"candles": [{**a_wire_candle(1, "5"), "high": "4"}]},
        {"candles": [a_wire_candle(1)] * 601},
        b"[" * 50 + b"]" * 50,
    ],
)
def test_an_answer_that_makes_no_sense_is_no_candles(tmp_path: Path, answer: object) -> None:
    async def scenario(store: CandleStore, venue: RestVenue, clock: ManualClock) -> None:
        venue.answer = lambda path, params: answer
        with pytest.raises(SourceUnavailable):
            await store.load("BTC-USD", MINUTE, count=5)

    with_store(tmp_path, scenario)


def test_a_product_that_is_not_followed_is_never_asked_for(tmp_path: Path) -> None:
    async def scenario(store: CandleStore, venue: RestVenue, clock: ManualClock) -> None:
        for name in ("../../etc/passwd", "DOGE-USD"):
            with pytest.raises(SourceUnavailable):
                await store.load(name, MINUTE, count=5)
        assert venue.questions == [] and list(tmp_path.iterdir()) == []

    with_store(tmp_path, scenario)


def test_candles_nobody_asked_for_are_left_out() -> None:
    body = {"candles": [a_wire_candle(second) for second in (0, 60, 120, 180)]}
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    parsed = parse_candles(
        body, first=epoch + timedelta(minutes=1), last=epoch + timedelta(minutes=2)
    )
    assert [candle.start_at.minute for candle in parsed] == [1, 2]


def test_one_candle_that_makes_no_sense_is_left_out() -> None:
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    body = {"candles": [a_wire_candle(0), a_wire_candle(60, "NaN"), None]}
    assert len(parse_candles(body, first=epoch, last=epoch + timedelta(hours=1))) == 1


def test_missing_spans_are_before_and_after_what_is_kept() -> None:
    kept = KeptCandles(NOON, NOON + timedelta(hours=2), ())
    early, end = NOON - timedelta(hours=1), NOON + timedelta(hours=3)
    assert missing_spans(kept, start=early, end=end) == [(early, kept.since), (kept.until, end)]
    assert missing_spans(kept, start=NOON, end=end) == [(kept.until, end)]
    assert missing_spans(kept, start=end, end=end) == [(end, end)]
    assert missing_spans(None, start=early, end=end) == [(early, end)]


def test_windows_cover_their_spans_without_overlap() -> None:
    spans = [(NOON, NOON + timedelta(minutes=750))]
    windows = plan_windows(spans, MINUTE)
    assert windows[0][0] == NOON and windows[-1][1] == spans[0][1]
    for (_, last), (first, _) in itertools.pairwise(windows):
        assert first - last == timedelta(minutes=1)


def test_a_page_asks_a_running_market_and_waits(tmp_path: Path) -> None:
    with (
        RestVenue(lambda path, params: candles_of(params)) as venue,
        a_running_market(folder=tmp_path, rest_url=venue.url) as market,
    ):
        assert len(market.candles("BTC-USD", MINUTE, count=20).candles) == 20
    with pytest.raises(SourceUnavailable):
        market.candles("BTC-USD", MINUTE)
