"""The sandbox's own time: it runs at the pace of the machine's clock, and can be set or advanced.

Never stands still and never answers with a local time zone.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime


class WorldClock:
    """Nanoseconds since 1970 of a world whose time an operator or a test may move."""

    def __init__(self, start: datetime | None = None) -> None:
        self._offset = 0
        self._born = time.monotonic_ns()
        if start is not None:
            self.set(start)

    def nanoseconds(self) -> int:
        """Return the present moment of the world in nanoseconds since 1970 UTC."""
        return time.time_ns() + self._offset

    def seconds(self) -> float:
        """Return the present moment of the world in seconds since 1970 UTC."""
        return self.nanoseconds() / 1e9

    def now(self) -> datetime:
        """Return the present moment of the world as an aware UTC datetime."""
        return datetime.fromtimestamp(self.seconds(), UTC)

    def monotonic(self) -> float:
        """Return seconds since the world was made, whatever its clock was set to."""
        return (time.monotonic_ns() - self._born) / 1e9

    def advance(self, seconds: float) -> None:
        """Move the world's time by `seconds`, which may be negative."""
        self._offset += round(seconds * 1e9)

    def set(self, moment: datetime) -> None:
        """Let the world's time be `moment` (aware) now, and go on from there."""
        self._offset = round(moment.timestamp() * 1e9) - time.time_ns()
