"""Watches the counter that the venue puts on every frame of a connection: what is lost shows.

Never decides what to do about a gap; the feed reconnects, because only a fresh snapshot heals one.
"""

from __future__ import annotations

from enum import StrEnum


class Verdict(StrEnum):
    """What one sequence number means."""

    NEXT = "next"
    """As expected: use the frame."""
    GAP = "gap"
    """Frames before this one were lost: use the frame, then get a fresh snapshot."""
    OLD = "old"
    """A duplicate, or out of order: ignore the frame."""


class SequenceTracker:
    """Judges the numbers of one connection in the order they arrive; not thread-safe."""

    def __init__(self) -> None:
        self.expected: int | None = None
        """The number that comes next; None before the first frame."""
        self._excused = 0
        self._excused_at: int | None = None

    def judge(self, number: int) -> Verdict:
        """Say what `number` means and move on; a negative one (absent on the wire) is NEXT."""
        expected = self.expected
        if number < 0:
            return Verdict.NEXT
        if expected is not None and number < expected:
            return Verdict.OLD
        lost = 0 if expected is None else number - expected
        excused = self._excused if self._excused_at == expected else 0
        self.expected = number + 1
        return Verdict.NEXT if lost <= excused else Verdict.GAP

    def excuse_one(self) -> None:
        """Take note of a frame too broken to hold its number, so that its absence is no gap."""
        if self._excused_at != self.expected:
            self._excused, self._excused_at = 0, self.expected
        self._excused += 1
