"""How often one client may ask: a moving window of fifteen minutes, by address or by person.

Pure but for its memory, which is bounded. It never sees a password, a token or a body, and
it never believes a header: the gate says who asks.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from ipaddress import IPv4Address, IPv6Address, ip_address
from math import ceil

from core.clock import Clock

WINDOW_SECONDS = 900.0
CREDENTIAL_LIMIT = 100
"""Requests by one address where passwords, keys and codes are taken or given out."""
GENERAL_LIMIT = 1000
"""Requests by one person, or by one address without a name, everywhere else that is counted."""

_MAX_KEYS = 20_000


class MovingWindow:
    """Counts hits by key over the last `seconds`; safe in one thread (the event loop's)."""

    def __init__(self, limit: int, *, clock: Clock, seconds: float = WINDOW_SECONDS) -> None:
        self._limit = limit
        self._seconds = seconds
        self._clock = clock
        self._hits: OrderedDict[str, deque[float]] = OrderedDict()

    def hit(self, key: str) -> int:
        """Count one request; return 0, or after how many seconds the next one will pass."""
        now = self._clock.monotonic()
        hits = self._hits.get(key)
        if hits is None:
            hits = self._hits[key] = deque()
            if len(self._hits) > _MAX_KEYS:
                self._hits.popitem(last=False)
        self._hits.move_to_end(key)
        while hits and hits[0] <= now - self._seconds:
            hits.popleft()
        if len(hits) >= self._limit:
            return max(1, ceil(hits[0] + self._seconds - now))
        hits.append(now)
        return 0


class Limits:
    """The windows of one server."""

    def __init__(self, clock: Clock) -> None:
        self._credential = MovingWindow(CREDENTIAL_LIMIT, clock=clock)
        self._general = MovingWindow(GENERAL_LIMIT, clock=clock)

    def hit(self, *, credential: bool, ip: str, user_id: str | None) -> int:
        """Count one request; return 0, or the seconds to wait."""
        place = _place(ip)
        if credential:
            return self._credential.hit(place)
        return self._general.hit(f"user {user_id}" if user_id else f"address {place}")


def _place(ip: str) -> str:
    """Return what counts as one address: of IPv6 the /64, all of which one customer has."""
    try:
        parsed = ip_address(ip)
    except ValueError:
        return ip
    if isinstance(parsed, IPv4Address):
        return ip
    return str(parsed.ipv4_mapped or IPv6Address(int(parsed) >> 64 << 64))
