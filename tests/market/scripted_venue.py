"""A kept fake of Coinbase's market socket: real sockets, and a script that says what to send.

It answers subscriptions as the venue does; the script of a test then plays its part. It never
calls the code under test.
"""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, Self

from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

STAMP = "2026-09-05T22:10:29.562008293Z"


def ticker_frame(sequence: int, *tickers: dict[str, Any], kind: str = "update") -> str:
    return json.dumps(
        {
            "channel": "ticker",
            "timestamp": STAMP,
            "sequence_num": sequence,
            "events": [{"type": kind, "tickers": list(tickers)}],
        }
    )


def a_ticker(product_id: str = "BTC-USD", price: object = "100.5", **more: object) -> dict:
    return {"type": "ticker", "product_id": product_id, "price": price, **more}


def ack_frame(sequence: int, channels: dict[str, list[str]]) -> str:
    return json.dumps(
        {
            "channel": "subscriptions",
            "timestamp": STAMP,
            "sequence_num": sequence,
            "events": [{"subscriptions": channels}],
        }
    )


def heartbeat_frame(sequence: int) -> str:
    return json.dumps(
        {
            "channel": "heartbeats",
            "timestamp": STAMP,
            "sequence_num": sequence,
            "events": [{"current_time": "2026-09-05", "heartbeat_counter": sequence}],
        }
    )


def book_frame(sequence: int, product_id: str, kind: str, levels: Iterable[tuple]) -> str:
    updates = [
        {"side": side, "event_time": STAMP, "price_level": price, "new_quantity": size}
        for side, price, size in levels
    ]
    return json.dumps(
        {
            "channel": "l2_data",
            "timestamp": STAMP,
            "sequence_num": sequence,
            "events": [{"type": kind, "product_id": product_id, "updates": updates}],
        }
    )


class Visit:
    """One client's connection, with the counter that the venue keeps for it."""

    def __init__(self, socket: ServerConnection, number: int) -> None:
        self.socket = socket
        self.number = number
        """0 for the first client that ever came."""
        self.sequence = 0
        self.requests: list[dict[str, Any]] = []
        self.channels: dict[str, list[str]] = {}

    async def receive(self) -> dict[str, Any]:
        request = json.loads(await self.socket.recv())
        self.requests.append(request)
        names = request.get("product_ids", [request["channel"]])
        listed = self.channels.setdefault(request["channel"], [])
        if request["type"] == "subscribe":
            listed.extend(names)
        else:
            self.channels[request["channel"]] = [name for name in listed if name not in names]
        return request

    async def subscriptions(self, count: int = 2) -> None:
        for _ in range(count):
            await self.receive()

    async def send(self, build: Callable[..., str], *arguments: Any, **more: Any) -> None:
        await self.socket.send(build(self.sequence, *arguments, **more))
        self.sequence += 1

    async def acknowledge(self, *, leave_out: tuple[str, ...] = ()) -> None:
        granted = {
            channel: [name for name in names if name not in leave_out]
            for channel, names in self.channels.items()
        }
        await self.send(ack_frame, granted)

    async def stay(self) -> None:
        await self.socket.wait_closed()


Script = Callable[[Visit], Awaitable[None]]


class ScriptedVenue:
    """Serves one script to every client, in a thread of its own; a context manager."""

    def __init__(self, script: Script, **options: Any) -> None:
        self._script = script
        self._options = {"compression": None, "ping_interval": None, **options}
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)
        self.visits: list[Visit] = []
        self.open = 0
        self.url = ""

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._ready.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)
        assert not self._thread.is_alive()

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._stop = asyncio.Event()
        async with serve(self._client, "127.0.0.1", 0, **self._options) as server:
            self.url = f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}"
            self._ready.set()
            await self._stop.wait()
            server.close(close_connections=True)

    async def _client(self, socket: ServerConnection) -> None:
        visit = Visit(socket, len(self.visits))
        self.visits.append(visit)
        self.open += 1
        try:
            await self._script(visit)
        except ConnectionClosed:
            pass
        finally:
            self.open -= 1
