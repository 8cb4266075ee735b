"""The time, as an argument: production code asks a `Clock`, tests hand it a `ManualClock`.

This module never sleeps; waiting belongs to the thread or event loop that waits.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Wall time for what is shown and stored, monotonic time for how long something took.

    Safe to call from any thread. Wall time may jump when the machine's clock is set; durations
    must therefore come from `monotonic()`.
    """

    def now(self) -> datetime:
        """Return the present moment as an aware UTC datetime."""
        ...

    def monotonic(self) -> float:
        """Return seconds since an arbitrary start; never goes backwards."""
        ...


class SystemClock:
    """The machine's own clocks."""

    def now(self) -> datetime:
        """Return the present moment as an aware UTC datetime."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Return seconds since an arbitrary start; never goes backwards."""
        return time.monotonic()


class ManualClock:
    """A clock that stands still until a test moves it; `jump` moves wall time alone."""

    def __init__(self, start: datetime = datetime(2026, 1, 1, tzinfo=UTC)) -> None:
        self._now = start
        self._monotonic = 0.0

    def now(self) -> datetime:
        """Return the moment the test last set."""
        return self._now

    def monotonic(self) -> float:
        """Return the seconds advanced so far."""
        return self._monotonic

    def advance(self, seconds: float) -> None:
        """Let `seconds` pass on both clocks."""
        self._now += timedelta(seconds=seconds)
        self._monotonic += seconds

    def jump(self, seconds: float) -> None:
        """Set the wall clock forward or back, as an operator or NTP would."""
        self._now += timedelta(seconds=seconds)


def epoch_ms(moment: datetime) -> int:
    """Return whole milliseconds since 1970-01-01 UTC, rounded down; `moment` must be aware."""
    return (moment - _EPOCH) // timedelta(milliseconds=1)


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
