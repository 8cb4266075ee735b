"""The open websockets of each session, so that they close with it, within a second.

    session ends here      → Identity's callback → the sockets of that session get their end
    session ends elsewhere → a look into the database every half second → the same

Messages to a browser pass untouched; only listening is wrapped. It decides nothing: it asks.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from typing import Any, Protocol

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.errors import SpectraError
from core.logs import fields
from core.web.recognising import recognise

SESSION_ENDED = 4401
"""The close code that tells our pages to go and sign in."""

_LOG = logging.getLogger(__name__)
_LOOK_SECONDS = 0.5


class Sessions(Protocol):
    """What is asked about sessions; called in a thread, raises StorageUnavailable."""

    def watch(self, keys: Iterable[str], /) -> set[str]:
        """Return those that have ended."""
        ...

    def touch(self, keys: Iterable[str], /) -> None:
        """Note that these are in use; called often, it does little but once a minute."""
        ...


class OpenSockets:
    """Every open websocket by the id of its session, or its token; belongs to one event loop."""

    def __init__(self) -> None:
        self._open: dict[str, set[asyncio.Future[None]]] = {}

    @property
    def keys(self) -> tuple[str, ...]:
        """What sockets are open under."""
        return tuple(self._open)

    async def serve(
        self, app: ASGIApp, scope: Scope, receive: Receive, send: Send, *, key: str
    ) -> None:
        """Run `app` for one websocket until either is over: the connection, or its session."""
        ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        others = self._open.setdefault(key, set())
        others.add(ended)
        try:
            await app(scope, _until(ended, receive), send)
        finally:
            others.discard(ended)
            if not others and self._open.get(key) is others:
                del self._open[key]
        if ended.done():
            with suppress(OSError, RuntimeError):  # it may have gone, or closed, by itself
                await send({"type": "websocket.close", "code": SESSION_ENDED})

    def end(self, keys: Iterable[str]) -> None:
        """End every socket kept under these; call it in the loop's own thread."""
        for key in keys:
            for ended in tuple(self._open.get(key, ())):
                if not ended.done():
                    ended.set_result(None)

    @asynccontextmanager
    async def watching(self, sessions: Sessions) -> AsyncIterator[Callable[[list[str]], None]]:
        """Look for ended sessions during the block; gives what to call from any thread."""
        loop = asyncio.get_running_loop()
        task = asyncio.create_task(self._look(sessions), name="session-watch")
        try:
            yield lambda ids: _tell(loop, self.end, ids)
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _look(self, sessions: Sessions) -> None:
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            if not self._open:
                continue
            try:
                self.end(await recognise(sessions.watch, self.keys))
                # A wall display is never idle: its socket is open.
                await recognise(sessions.touch, self.keys)
            except SpectraError as error:
                _LOG.warning("session watch %s", fields(status="failed", reason=str(error)))
            except Exception:
                # Whoever looks must not stop looking: sessions that end would keep their sockets.
                _LOG.exception("session watch %s", fields(status="failed"))


def _tell(
    loop: asyncio.AbstractEventLoop, end: Callable[[list[str]], None], ids: list[str]
) -> None:
    with suppress(RuntimeError):  # the loop is gone, and every socket with it
        loop.call_soon_threadsafe(end, ids)


def _until(ended: asyncio.Future[None], receive: Receive) -> Receive:
    """Return a `receive` that reports a disconnect as soon as `ended` is done."""
    pending: asyncio.Task[Message] | None = None

    async def receive_until_ended() -> Message:
        nonlocal pending
        pending = pending or asyncio.ensure_future(_received(receive))
        try:
            waits: set[asyncio.Future[Any]] = {pending, ended}
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:
            pending.cancel()
            raise
        if ended.done():
            pending.cancel()
            return {"type": "websocket.disconnect", "code": SESSION_ENDED, "reason": ""}
        message, pending = pending.result(), None
        return message

    return receive_until_ended


async def _received(receive: Receive) -> Message:
    return await receive()
