"""Clocks: durations survive a wall clock that jumps."""

from __future__ import annotations

from datetime import UTC, datetime

from core.clock import ManualClock, SystemClock, epoch_ms


def test_a_jump_of_the_wall_clock_leaves_durations_alone() -> None:
    clock = ManualClock(datetime(2026, 1, 1, tzinfo=UTC))
    clock.advance(2.5)
    clock.jump(-3600)
    assert clock.monotonic() == 2.5
    assert clock.now() == datetime(2025, 12, 31, 23, 0, 2, 500_000, tzinfo=UTC)


def test_the_system_clock_is_aware_and_in_utc() -> None:
    offset = SystemClock().now().utcoffset()
    assert offset is not None
    assert not offset


def test_milliseconds_are_rounded_down_also_before_the_epoch() -> None:
    assert epoch_ms(datetime(2026, 9, 5, 22, 10, 29, 562_999, tzinfo=UTC)) == 1_788_646_229_562
    assert epoch_ms(datetime(1969, 12, 31, 23, 59, 59, 999_500, tzinfo=UTC)) == -1
