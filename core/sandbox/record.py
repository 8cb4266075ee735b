"""What the sandbox accepted: an append-only record that tests and operators read back.

Never records a body or a header, and forgets the oldest entries beyond a hundred thousand.
"""

from __future__ import annotations

from collections import deque
from typing import Any

from core.sandbox.world.clock import WorldClock
from core.sandbox.world.figures import rfc3339

_KEPT = 100_000


class Record:
    """Numbered entries in the order things happened."""

    def __init__(self, clock: WorldClock) -> None:
        self._clock = clock
        self._entries: deque[dict[str, Any]] = deque(maxlen=_KEPT)
        self._next = 1

    def add(self, event: str, **details: object) -> None:
        """Append one entry; `details` must be fit for JSON."""
        at = rfc3339(self._clock.nanoseconds())
        self._entries.append({"n": self._next, "at": at, "event": event, **details})
        self._next += 1

    def since(self, number: int) -> list[dict[str, Any]]:
        """Return the entries numbered above `number`, oldest first."""
        return [entry for entry in self._entries if entry["n"] > number]
