"""Waiting for a condition: looked at often, with a generous end, never by sleeping a guess."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

DEADLINE = 60.0

_T = TypeVar("_T")


def wait_for(condition: Callable[[], _T], what: object = "the condition") -> _T:
    """Return what `condition` returns as soon as it is true; fail naming `what` after a minute."""
    end = time.monotonic() + DEADLINE
    while not (found := condition()):
        assert time.monotonic() < end, f"waited {DEADLINE:.0f} s for {what}"
        time.sleep(0.01)
    return found
