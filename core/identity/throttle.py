"""How often passwords may be tried: 5 failures per account and 20 per address in 15 minutes.

    before a check → take a place in both windows → failed: it stays, else: it is given back

A place is taken before the password is looked at, so a thousand attempts at once are no better
than one after the other. Accounts that do not exist are counted like those that do. The memory is
bounded, and is this process's own.
"""

from __future__ import annotations

import threading
from collections import OrderedDict, deque
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import IPv6Address, ip_address
from math import ceil

from core.clock import Clock
from core.identity.refusals import TooManyAttempts

WINDOW_S = 15 * 60.0
PER_ACCOUNT = 5
PER_ADDRESS = 20
_MAX_KEYS = 20_000


class Attempt:
    """One attempt under way; whoever checks the password says how it went."""

    def __init__(self) -> None:
        self.failed = False
        self.succeeded = False


class Attempts:
    """The failures of the last fifteen minutes; safe to use from any thread."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._accounts = _Windows(PER_ACCOUNT)
        self._addresses = _Windows(PER_ADDRESS)

    @contextmanager
    def trying(self, account: str, *, ip: str) -> Iterator[Attempt]:
        """Count the block as a failure if it says so; TooManyAttempts if there were enough.

        A success forgives the account's earlier failures, never the address's. An `ip` of "" is
        the machine's own operator and is not counted.
        """
        address, at = _address(ip), self._clock.monotonic()
        with self._lock:
            wait = self._accounts.wait(account, at)
            if address:
                wait = max(wait, self._addresses.wait(address, at))
            if wait > 0:
                raise TooManyAttempts(ceil(wait))
            self._accounts.add(account, at)
            if address:
                self._addresses.add(address, at)
        attempt = Attempt()
        try:
            yield attempt
        finally:
            if not attempt.failed:
                self._give_back(account, address, at, forgive=attempt.succeeded)

    def _give_back(self, account: str, address: str, at: float, *, forgive: bool) -> None:
        with self._lock:
            self._addresses.remove(address, at)
            if forgive:
                self._accounts.clear(account)
            else:
                self._accounts.remove(account, at)


class _Windows:
    """The moments of attempts by key, oldest first."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._moments: OrderedDict[str, deque[float]] = OrderedDict()

    def wait(self, key: str, now: float) -> float:
        """Return the seconds until `key` has a place again, 0 if it has one."""
        moments = self._moments.get(key, deque())
        while moments and moments[0] <= now - WINDOW_S:
            moments.popleft()
        return 0.0 if len(moments) < self._limit else moments[0] + WINDOW_S - now

    def add(self, key: str, at: float) -> None:
        self._moments.setdefault(key, deque()).append(at)
        self._moments.move_to_end(key)
        if len(self._moments) > _MAX_KEYS:
            self._moments.popitem(last=False)

    def remove(self, key: str, at: float) -> None:
        moments = self._moments.get(key)
        if moments is not None and at in moments:
            moments.remove(at)
            if not moments:
                del self._moments[key]

    def clear(self, key: str) -> None:
        self._moments.pop(key, None)


def _address(ip: str) -> str:
    """Return what is counted as one place: an IPv4 address, or the /64 one customer has."""
    try:
        parsed = ip_address(ip)
    except ValueError:
        return ip
    if not isinstance(parsed, IPv6Address):
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(IPv6Address(int(parsed) >> 64 << 64)) + "/64"
