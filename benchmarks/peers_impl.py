"""Spectra's market code in the shape that a comparison harness of other clients expects.

`Feed`, `Cache`, `relay` and `run_client` only adapt signatures: what runs is `core.market`.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import Any

import msgspec
import uvicorn
from starlette.applications import Starlette
from starlette.types import Receive, Scope, Send

from core.clock import SystemClock
from core.market.cache import TickerCache
from core.market.connection import FeedTiming, open_connection
from core.market.fanout import Fanout
from core.market.intake import Intake
from core.market.subscriptions import Request
from core.market.ticker import Ticker
from core.web.market_socket import MarketSocket


class Feed:
    """Frame bytes → cached ticker; `snapshot` flushes first, as the feed does every 16 ms."""

    RAW = "bytes"

    def __init__(self, product_ids: Sequence[str]) -> None:
        self._cache = TickerCache(product_ids)
        self._intake = Intake(self._cache, clock=SystemClock())
        self._first: bytes | None = None

    @property
    def cache(self) -> Mapping[str, Ticker]:
        """Return what readers see."""
        return self._cache.snapshot()

    def handle(self, raw: bytes) -> None:
        """Take one frame; the harness plays its frames again and again, each time a new link."""
        if raw is self._first:
            self._intake.begin_link()
        elif self._first is None:
            self._first = raw
        self._intake.handle(raw)

    def snapshot(self) -> dict[str, dict[str, Any]]:
        """Return the normalized tickers as dicts with their wire names."""
        self._intake.flush()
        return {key: msgspec.to_builtins(value) for key, value in self._cache.snapshot().items()}


class Cache:
    """The ticker cache."""

    def __init__(self, product_ids: Sequence[str]) -> None:
        cache = TickerCache(product_ids)
        self.put, self.tick, self.snapshot = cache.put, cache.publish, cache.snapshot


def run_client(url: str, subscribe_text: str, on_text: Callable[[bytes], object], n: int) -> None:
    """Connect, subscribe, and give every frame after the ack to `on_text` until it raises."""
    asked = json.loads(subscribe_text)
    request = Request(asked["channel"], tuple(asked["product_ids"]))

    async def main() -> None:
        connection = await open_connection(url, timing=FeedTiming())
        frames = 0

        def on_frame(frame: bytes) -> None:
            # The watchdog is told of life as in the feed; the harness counts for itself.
            nonlocal frames
            frames += 1
            if frames > 1:
                on_text(frame)

        try:
            await connection.send([request])
            await connection.read(on_frame, life=lambda: frames)
        finally:
            await connection.close()

    asyncio.run(main())


async def relay(
    port: int, batches: AsyncIterator[bytes], ready: Callable[[], None], opts: dict[str, Any]
) -> None:
    """Send each batch through the relay's fan-out and the endpoint of `/ws/market`."""
    # The first message of a stream is the picture; the harness expects its own stamp in it.
    latest = f'{{"t":{time.monotonic_ns():019d}}}'

    def newest(_seq: int) -> str:
        return latest

    fanout = Fanout(newest)
    socket = MarketSocket(Starlette(), relay=lambda: fanout)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await socket.stream(receive, send)

    config = uvicorn.Config(
        app,
        port=port,
        ws=opts["ws"],
        ws_per_message_deflate=opts["deflate"],
        log_level="error",
        lifespan="off",
        loop="none",
    )
    server = uvicorn.Server(config)
    server.install_signal_handlers = lambda: None
    serving = asyncio.ensure_future(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    ready()
    async for batch in batches:
        latest = batch.decode()
        fanout.advance(newest)
    server.should_exit = server.force_exit = True
    serving.cancel()
