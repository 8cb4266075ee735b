"""Candles fetched beside the page: whoever waits gets them, a reason, or the page back in time."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest

from core.domain import Granularity
from core.errors import SourceUnavailable
from core.market import CandleSeries
from core.ui.loading import CandleLoad

SERIES = CandleSeries(
    "BTC-USD", Granularity.ONE_HOUR, (), datetime(2026, 1, 1, tzinfo=UTC), stale=False
)


def test_what_comes_in_time_is_returned() -> None:
    assert CandleLoad(("BTC-USD",), lambda: SERIES).start().wait(30) is SERIES


def test_a_slow_venue_gives_the_page_back_and_is_not_asked_twice() -> None:
    answered, asked = threading.Event(), []

    def fetch() -> CandleSeries:
        asked.append(1)
        answered.wait(30)
        return SERIES

    load = CandleLoad(("BTC-USD",), fetch).start()
    assert load.wait(0.01) is None
    assert load.wait(0.01) is None
    answered.set()
    assert load.wait(30) is SERIES
    assert len(asked) == 1


def test_a_refusal_is_a_result() -> None:
    def refuse() -> CandleSeries:
        raise SourceUnavailable("the venue is closed")

    result = CandleLoad(("BTC-USD",), refuse).start().wait(30)
    assert isinstance(result, SourceUnavailable)
    assert str(result) == "the venue is closed"


def test_a_fetch_that_breaks_ends_the_waiting_and_is_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def broken() -> CandleSeries:
        raise ArithmeticError

    assert isinstance(CandleLoad(("BTC-USD",), broken).start().wait(30), SourceUnavailable)
    assert "BTC-USD" in caplog.text
