"""One server for relay_ws.py: `relay_server.py bare|spectra HZ PRODUCTS` prints its port."""

from __future__ import annotations

import asyncio
import gc
import itertools
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import streamlit as st

import app as spectra_app
from core.bootstrap import Spectra, open_services
from core.clock import SystemClock
from core.domain import FeedState, FeedStatus
from core.market import Reference, Relay, Ticker
from core.settings import load_settings
from core.web import bind, serve


class StandIn:
    """A market whose every product changes `hz` times a second, from eight prepared pictures."""

    def __init__(self, products: int, hz: float) -> None:
        pictures = [{f"C{i}-USD": self._ticker(i, k) for i in range(products)} for k in range(8)]
        self._pictures = itertools.cycle(pictures)
        self._now = next(self._pictures)
        self._wake: list[Callable[[], None]] = []
        self._since = datetime.fromisoformat("2026-01-01T00:00:00+00:00")
        threading.Thread(target=self._publish, args=(1 / hz,), daemon=True).start()

    def snapshot(self) -> Mapping[str, Ticker]:
        return self._now

    def references(self) -> Mapping[str, Reference]:
        return {}

    def status(self) -> FeedStatus:
        return FeedStatus(state=FeedState.CONNECTED, source="stand-in", since_at=self._since)

    def on_publish(self, callback: Callable[[], None]) -> Callable[[], None]:
        self._wake.append(callback)
        return lambda: self._wake.remove(callback)

    def _publish(self, every: float) -> None:
        due = time.monotonic()
        while True:
            due += every
            time.sleep(max(0.0, due - time.monotonic()))
            self._now = next(self._pictures)
            for callback in list(self._wake):
                callback()

    def _ticker(self, i: int, k: int) -> Ticker:
        return Ticker(
            product_id=f"C{i}-USD",
            symbol=f"C{i}",
            timestamp=1767225600000,
            price=1234.56 + i + k / 8,
            open_24h=1200.0 + i,
            volume_24h=98765.4321 + k,
            low_24h=1190.01,
            high_24h=1300.99,
            change_24h=34.56 + k / 8,
            change_24h_percent=2.8799 + k / 100,
            best_bid=1234.55 + k / 8,
            best_bid_size=0.5317,
            best_ask=1234.57 + k / 8,
            best_ask_size=1.2051,
        )


def whole_app(market: Any) -> Any:
    """Return Spectra's own app, with the stand-in as its market."""

    @asynccontextmanager
    async def lifespan(_: object) -> AsyncIterator[None]:
        with TemporaryDirectory() as home, open_services(load_settings(home=home)) as kept:
            spectra = Spectra(
                settings=kept.settings,
                clock=kept.clock,
                vault=kept.vault,
                store=kept.store,
                identity=kept.identity,
                market=market,
                started_at=kept.clock.now(),
                _close=lambda: None,
            )
            async with spectra_app.front.serving(spectra):
                gc.collect()
                gc.freeze()  # as app.py does
                yield

    front = spectra_app.front
    return st.App(
        spectra_app.SHELL, lifespan=lifespan, routes=front.routes, middleware=front.middleware
    )


class Bare:
    """The least an ASGI app can do: accept, and send each text to everyone in one loop."""

    def __init__(self, market: Any) -> None:
        self._relay = Relay(market, clock=SystemClock())
        self._sends: list[Any] = []
        self._tasks: list[asyncio.Task[None]] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await receive()
            loop = asyncio.get_running_loop()
            self._tasks = [loop.create_task(self._relay.run()), loop.create_task(self._fan_out())]
            await send({"type": "lifespan.startup.complete"})
            await receive()
            await send({"type": "lifespan.shutdown.complete"})
            return
        await receive()
        await send({"type": "websocket.accept"})
        self._sends.append(send)
        while (await receive())["type"] != "websocket.disconnect":
            pass
        self._sends.remove(send)

    async def _fan_out(self) -> None:
        async for text in self._relay.stream():
            message = {"type": "websocket.send", "text": text}
            for send in list(self._sends):
                try:
                    await send(message)
                except OSError:
                    continue


def main() -> None:
    """Serve until terminated."""
    kind, hz, products = sys.argv[1], float(sys.argv[2]), int(sys.argv[3])
    market = StandIn(products, hz)
    application = whole_app(market) if kind == "spectra" else Bare(market)
    listener = bind("127.0.0.1", 0)
    port = listener.getsockname()[1]
    serve(application, listener, ready=lambda: print(port, flush=True))


if __name__ == "__main__":
    main()
