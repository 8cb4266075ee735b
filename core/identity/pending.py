"""Sign-ins at the provider that are under way: each may come back once, to the same browser.

    begin → state (in the address), cookie (in the browser), the rest stays here → take, once

The cookie is a stamp over the state and its end: a state seen elsewhere is worth nothing without
it. Kept by this process alone, for ten minutes; after a restart people start again.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, field

from core.clock import Clock, epoch_ms
from core.identity.digests import draw_text, is_stamp, stamp, subkey

LASTS_S = 600
_MAX_PENDING = 5_000


@dataclass(frozen=True, slots=True)
class Leaving:
    """What is kept while a browser is at the provider."""

    redirect_uri: str
    next_path: str
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)
    """Of PKCE; only the provider ever gets it."""


class Pending:
    """The sign-ins under way; safe to use from any thread."""

    def __init__(self, key: bytes, *, clock: Clock) -> None:
        self._key = subkey(key, "oidc state")
        self._clock = clock
        self._lock = threading.Lock()
        self._leaving: OrderedDict[str, Leaving] = OrderedDict()

    def add(self, leaving: Leaving) -> tuple[str, str]:
        """Keep it; return the state for the address and the text of the cookie."""
        state, ends = draw_text(), str(self._now() + LASTS_S)
        with self._lock:
            self._leaving[state] = leaving
            if len(self._leaving) > _MAX_PENDING:
                self._leaving.popitem(last=False)
        return state, f"{ends}.{stamp(self._key, f'{ends}.{state}')}"

    def take(self, state: str, cookie: str) -> Leaving | None:
        """Return what was kept under `state` for this browser, once; None otherwise."""
        ends, _, given = cookie.partition(".")
        if not is_stamp(self._key, f"{ends}.{state}", given):
            return None
        with self._lock:
            found = self._leaving.pop(state, None)
        # What was stamped here begins with a whole number.
        return found if self._now() < int(ends) else None

    def _now(self) -> int:
        return epoch_ms(self._clock.now()) // 1000
