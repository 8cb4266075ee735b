"""One WebSocket connection to the venue: opened, watched for silence, closed; never reopened.

    connect → send requests → frames → on_frame … until something is wrong → LinkLost(reason)

A link that answers pings but sends no data counts as dead: only data is life.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Never
from urllib.parse import urlsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus, WebSocketException

from core.errors import SpectraError
from core.market.coinbase import MAX_FRAME_BYTES
from core.market.subscriptions import Request

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class LinkLost(SpectraError):
    """The connection could not be made, or ended; the text says why in words for a person."""


@dataclass(frozen=True, slots=True)
class FeedTiming:
    """Every wait of the feed, in seconds; tests use shorter ones."""

    silence: float = 15.0
    """So long without data means the link is dead."""
    open_timeout: float = 10.0
    close_timeout: float = 0.5
    ping_interval: float = 5.0
    ping_timeout: float = 10.0
    first_retry: float = 1.0
    """The first delay before a retry, and what it grows to."""
    longest_retry: float = 30.0
    healthy_after: float = 60.0
    publish_every: float = 0.016


class _OnlyThere(connect):
    """A client that goes where it was told and follows no redirect to another host."""

    def process_redirect(self, exc: Exception) -> Exception | str:
        return exc


class Connection:
    """One open connection; everything happens in the event loop that opened it."""

    def __init__(self, socket: ClientConnection, *, host: str, timing: FeedTiming) -> None:
        self._socket = socket
        self._host = host
        self._timing = timing
        self._verdict: str | None = None

    async def send(self, requests: Iterable[Request]) -> None:
        """Send subscribe or unsubscribe messages in order."""
        try:
            for request in requests:
                await self._socket.send(request.encode())
        except ConnectionClosed as error:
            raise LinkLost(self._why_closed()) from error

    async def read(self, on_frame: Callable[[bytes], object], *, life: Callable[[], int]) -> Never:
        """Hand every frame to `on_frame` until the link is lost.

        `life` returns a number that grows while useful data comes; if it stands still for
        `timing.silence` seconds the link is cut.
        """
        watchdog = asyncio.get_running_loop().create_task(self._watch(life))
        receive = self._socket.recv
        try:
            while True:
                on_frame(await receive(decode=False))
        except ConnectionClosed as error:
            raise LinkLost(self._why_closed()) from error
        finally:
            watchdog.cancel()

    def cut(self, reason: str) -> None:
        """Drop the connection at once; `read` then raises LinkLost with `reason`."""
        self._verdict = self._verdict or reason
        self._socket.transport.abort()

    async def close(self) -> None:
        """Say goodbye, but wait for the other side only briefly."""
        try:
            await self._socket.close()
        finally:  # also when the farewell itself is cancelled
            self._socket.transport.abort()

    async def _watch(self, life: Callable[[], int]) -> None:
        seen, still_for, step = life(), 0.0, self._timing.silence / 15
        while True:
            await asyncio.sleep(step)
            now = life()
            still_for = still_for + step if now == seen else 0.0
            seen = now
            if still_for >= self._timing.silence:
                self.cut(f"no data from {self._host} for {self._timing.silence:g} s")

    def _why_closed(self) -> str:
        if self._verdict:
            return self._verdict
        code = self._socket.close_code
        return f"{self._host} closed the connection (code {code})"


async def open_connection(url: str, *, timing: FeedTiming) -> Connection:
    """Connect to the venue's socket, or raise LinkLost saying why not."""
    host = urlsplit(url).hostname or url
    try:
        opened = await _OnlyThere(
            url,
            compression=None,
            max_size=MAX_FRAME_BYTES,
            open_timeout=timing.open_timeout,
            close_timeout=timing.close_timeout,
            ping_interval=timing.ping_interval,
            ping_timeout=timing.ping_timeout,
            # A proxy of the environment has no way back to this machine.
            proxy=None if host in _LOOPBACK else True,
        )
    except (OSError, WebSocketException, ValueError, EOFError) as error:
        raise LinkLost(_why_not_opened(error, host=host)) from error
    return Connection(opened, host=host, timing=timing)


def _why_not_opened(error: Exception, *, host: str) -> str:
    match error:
        case TimeoutError():
            return f"{host} did not answer in time"
        case socket.gaierror():
            return f"the name {host} could not be looked up; is this machine online?"
        case ConnectionRefusedError():
            return f"{host} refused the connection"
        case ssl.SSLError():
            return f"{host} could not prove its identity (TLS)"
        case InvalidStatus():
            return f"{host} answered with HTTP status {error.response.status_code}"
        case OSError():
            return f"{host} could not be reached"
        case _:
            return f"{host} did not answer as a WebSocket server"
