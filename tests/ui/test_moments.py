"""Moments in words: the reader's own day, daylight saving, and nothing made up."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from core.ui.moments import (
    find_zone,
    format_ago,
    format_clock,
    format_stamp,
    format_until,
    format_when,
    start_of_day,
    zone_names,
)

NOW = datetime(2026, 11, 21, 14, 32, 7, tzinfo=UTC)
BERLIN, KIRITIMATI, MIDWAY = map(
    find_zone, ("Europe/Berlin", "Pacific/Kiritimati", "Pacific/Midway")
)


@pytest.mark.parametrize(
    ("zone", "shown"),
    [("UTC", "14:32:07 UTC"), ("Europe/Berlin", "15:32:07 CET"), ("Asia/Dubai", "18:32:07 UTC+04")],
)
def test_a_time_of_day_names_its_zone(zone: str, shown: str) -> None:
    assert format_clock(NOW, find_zone(zone)) == shown


def test_summer_time_is_named_as_such() -> None:
    summer = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)
    assert format_clock(summer, BERLIN) == "14:00:00 CEST"


def test_an_unknown_zone_is_utc_and_not_an_error() -> None:
    for name in ("Mars/Olympus", "", "../../etc/passwd", "/etc/passwd", "\0"):
        assert find_zone(name) is UTC


def test_days_are_those_of_the_reader() -> None:
    late = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)
    assert format_when(late, now=NOW) == "yesterday 23:30"
    assert format_when(late, now=NOW, zone=BERLIN) == "today 00:30"
    assert format_when(late, now=NOW, zone=KIRITIMATI) == "yesterday 13:30"
    assert format_when(late, now=NOW, zone=MIDWAY) == "yesterday 12:30"


def test_older_days_have_a_date_and_a_year_only_when_it_is_another() -> None:
    assert format_when(NOW - timedelta(days=18), now=NOW) == "3 Nov 14:32"
    assert format_when(NOW - timedelta(days=400), now=NOW) == "17 Oct 2025 14:32"


@pytest.mark.parametrize(
    ("age", "shown"),
    [
        (timedelta(seconds=-5), "just now"),
        (timedelta(seconds=59), "just now"),
        (timedelta(minutes=3), "3 min ago"),
        (timedelta(hours=5), "5 h ago"),
        (timedelta(days=12), "12 days ago"),
        (timedelta(days=90), "3 months ago"),
    ],
)
def test_how_long_ago_is_one_step(age: timedelta, shown: str) -> None:
    assert format_ago(NOW - age, now=NOW) == shown


def test_what_never_was_is_said_so() -> None:
    assert format_ago(None, now=NOW) == "never"
    assert format_stamp(None) == format_clock(None) == format_when(None, now=NOW) == "–"


def test_what_is_left_is_never_zero() -> None:
    assert format_until(None, now=NOW) == "never expires"
    assert format_until(NOW, now=NOW) == "expired"
    assert format_until(NOW + timedelta(minutes=5), now=NOW) == "expires in 1 h"
    assert format_until(NOW + timedelta(days=29, hours=3), now=NOW) == "expires in 29 days"
    just_made = NOW + timedelta(days=90) - timedelta(seconds=2)
    assert format_until(just_made, now=NOW) == "expires in 90 days"


def test_a_day_begins_where_the_reader_is() -> None:
    assert start_of_day(date(2026, 3, 29), BERLIN) == datetime(2026, 3, 28, 23, tzinfo=UTC)
    assert start_of_day(date(2026, 3, 30), BERLIN) == datetime(2026, 3, 29, 22, tzinfo=UTC)


def test_stamps_sort_as_text() -> None:
    assert format_stamp(NOW, BERLIN) == "2026-11-21 15:32:07"


def test_the_names_to_choose_from_are_all_known_and_without_technical_ones() -> None:
    names = zone_names()
    assert names[0] == "UTC"
    assert {"Europe/Berlin", "America/New_York", "Asia/Kolkata"} <= set(names)
    assert not any(name.startswith("Etc/") for name in names)
    assert all(find_zone(name) is not UTC for name in names[1:])
