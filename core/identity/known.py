"""Sessions this process has just looked up, so that one page's seventy requests ask once.

What is known is believed for half a second: a session ended by another process is out by then. It
never answers for a session without its cookie, and keeps of the cookie only the hash.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable

from core.clock import Clock
from core.domain import UserSession

BELIEVED_S = 0.5
_MAX_KNOWN = 10_000


class KnownSessions:
    """Sessions by the hash of their cookie; safe to use from any thread, never blocks for long."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._entries: OrderedDict[str, tuple[UserSession, float]] = OrderedDict()
        self._hashes: dict[str, str] = {}
        self._generation = 0

    @property
    def generation(self) -> int:
        """A number that changes whenever something is forgotten."""
        return self._generation

    def get(self, token_hash: str) -> UserSession | None:
        """Return the session if it was looked up a moment ago."""
        with self._lock:
            entry = self._entries.get(token_hash)
        if entry is None or self._clock.monotonic() - entry[1] >= BELIEVED_S:
            return None
        return entry[0]

    def put(self, token_hash: str, session: UserSession, *, generation: int) -> None:
        """Keep what was looked up, unless something was forgotten since `generation` was read.

        The session could be what was forgotten, after it was read and before it came here.
        """
        with self._lock:
            if generation != self._generation:
                return
            self._entries[token_hash] = (session, self._clock.monotonic())
            self._entries.move_to_end(token_hash)
            self._hashes[session.id] = token_hash
            if len(self._entries) > _MAX_KNOWN:
                _, (oldest, _) = self._entries.popitem(last=False)
                self._hashes.pop(oldest.id, None)

    def forget(self, session_ids: Iterable[str]) -> None:
        """Look these up again the next time."""
        with self._lock:
            self._generation += 1
            for session_id in session_ids:
                self._entries.pop(self._hashes.pop(session_id, ""), None)
