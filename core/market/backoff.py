"""How long to wait before the next attempt: 1, 2, 4 … 30 s, shortened at random.

Never sleeps; it only counts. The randomness keeps many clients from returning in one instant.
"""

from __future__ import annotations

import random
from dataclasses import dataclass


@dataclass(slots=True)
class Backoff:
    """The schedule of one link; every delay lies between half its step and the whole step."""

    rng: random.Random
    first: float = 1.0
    cap: float = 30.0
    healthy_after: float = 60.0
    """A link that worked this many seconds starts over at `first`."""
    attempt: int = 0
    """Delays given since the link was last healthy."""

    def next_delay(self, *, worked_for: float) -> float:
        """Return seconds to wait after a link that worked for `worked_for` seconds (0 = never)."""
        if worked_for >= self.healthy_after:
            self.attempt = 0
        # 2**32 steps are beyond any cap; the bound keeps the power from growing for ever.
        step = min(self.cap, self.first * 2.0 ** min(self.attempt, 32))
        self.attempt += 1
        return step * self.rng.uniform(0.5, 1.0)
