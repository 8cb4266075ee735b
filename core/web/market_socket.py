"""`/ws/market`: the relay's stream to one browser, for as long as it listens.

    relay.stream() → websocket.send … → the browser leaves → both tasks gone

The browser has nothing to say here: its messages are dropped, and one that is large or one too many
ends the connection. It never queues: the stream itself hands a slow client a fresh snapshot.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import aclosing, suppress

from starlette.types import ASGIApp, Receive, Scope, Send

from core.market import Relay

PATH = "/ws/market"
MAX_MESSAGE_SIZE = 1024
MAX_MESSAGES = 32
"""Over the whole life of a connection; our own pages send none."""

_POLICY_VIOLATION = 1008
_TOO_BIG = 1009
_RESTARTING = 1012


class MarketSocket:
    """ASGI middleware that takes one path for itself and passes everything else on.

    Not a route, because each middleware between a route and the server would be called again for
    every message to every browser. `relay` is asked at each connection.
    """

    def __init__(self, app: ASGIApp, *, relay: Callable[[], Relay]) -> None:
        self._app = app
        self._relay = relay

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the socket, or leave the request to the app."""
        if scope["type"] == "websocket" and scope["path"] == PATH:
            await self.stream(receive, send)
        else:
            await self._app(scope, receive, send)

    async def stream(self, receive: Receive, send: Send) -> None:
        """Stream until the browser leaves, misbehaves, or the server stops.

        The server's own task listens and one more task sends.
        """
        await receive()  # websocket.connect, the gate has let it in
        await send({"type": "websocket.accept"})
        # A failing sender ends the listener too, so no browser waits on a silent connection.
        async with asyncio.TaskGroup() as tasks:
            sender = tasks.create_task(_forward(self._relay(), send), name="market-socket")
            code = await _listen(receive)
            sender.cancel()
        if code:
            await send({"type": "websocket.close", "code": code})


async def _forward(relay: Relay, send: Send) -> None:
    """Send the stream; a browser that left raises OSError here and a disconnect to the listener."""
    with suppress(OSError):
        async with aclosing(relay.stream()) as stream:
            async for text in stream:
                await send({"type": "websocket.send", "text": text})
        await send({"type": "websocket.close", "code": _RESTARTING})


async def _listen(receive: Receive) -> int:
    """Return the code to close with, or 0 when the connection is gone already."""
    for _ in range(MAX_MESSAGES):
        message = await receive()
        if message["type"] == "websocket.disconnect":
            return 0
        if len(message.get("text") or message.get("bytes") or "") > MAX_MESSAGE_SIZE:
            return _TOO_BIG
    return _POLICY_VIOLATION
