"""Puts the doors together: the routes and the middleware that app.py hands to the server.

    gate → /ws/market → our page in place of Streamlit's
         → /health /metrics /assets /sign-in /auth /api → Streamlit

Built before anything runs, so every door asks for the running Spectra when it is opened. It starts
nothing itself except, inside `serving`, the relay's task and the one that watches sessions end.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.bootstrap import Spectra, running
from core.errors import SpectraError
from core.market import Relay
from core.web.admission import rules_of
from core.web.api import api_routes
from core.web.assets import Assets
from core.web.entry import Entry, LocalEntry, SignedInEntry
from core.web.gate import Gate
from core.web.headers import build_headers
from core.web.health import health_route
from core.web.market_socket import MarketSocket
from core.web.metrics import metrics_route
from core.web.page import PageDoor, build_page
from core.web.problem import Problem, ProblemResponse
from core.web.sign_in import SignInDoors


class Front:
    """The doors of one server; `assets` is the folder behind /assets."""

    def __init__(
        self,
        *,
        index_html: str,
        assets: Path,
        component_html: str = "",
    ) -> None:
        page = build_page(index_html, assets)
        self._headers = build_headers(page, component_html=component_html)
        self._relay: Relay | None = None
        self._entry: Entry = LocalEntry()
        self.middleware = [
            Middleware(OneLineRefusal),
            Middleware(Gate, headers=self._headers, entry=lambda: self._entry),
            Middleware(MarketSocket, relay=self.relay),
            Middleware(PageDoor, html=page),
        ]
        self.routes: list[BaseRoute] = [
            health_route(running),
            metrics_route(running, self.relay),
            Mount("/assets", Assets(assets)),
            *SignInDoors(spectra=running, rules=lambda: self._entry.rules, assets=assets).routes,
            *api_routes(running, assets=assets),
        ]

    def relay(self) -> Relay:
        """Return the relay; RuntimeError outside `serving`."""
        if self._relay is None:
            raise RuntimeError("the relay is not running")
        return self._relay

    @asynccontextmanager
    async def serving(self, spectra: Spectra) -> AsyncIterator[None]:
        """Serve this Spectra in its mode, its relay running, for as long as the block lasts."""
        self._relay = Relay(spectra.market, clock=spectra.clock)
        task = asyncio.create_task(self._relay.run(), name="relay")
        try:
            async with self._open_entry(spectra):
                yield
        finally:
            self._relay = None
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    @asynccontextmanager
    async def _open_entry(self, spectra: Spectra) -> AsyncIterator[None]:
        rules = rules_of(spectra.settings)
        if spectra.settings.mode == "single":
            self._entry = LocalEntry(rules=rules, clock=spectra.clock)
            yield
            return
        people = spectra.identity
        entry = SignedInEntry(people, rules=rules, clock=spectra.clock)
        async with entry.sockets.watching(entry) as tell:
            people.on_end(tell)
            self._entry = entry
            yield

    async def broken(self, request: Request, error: Exception) -> Response:
        """Answer 500 for an error nobody foresaw; the server logs it with its traceback."""
        response = ProblemResponse(Problem("internal-error", 500, "Spectra failed; see its log."))
        response.raw_headers.extend(self._headers.of(request.url.path))
        return response


class OneLineRefusal:
    """ASGI middleware for start-up only: a foreseen refusal is one line, not a traceback."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on, rewording only the message of a failed start."""
        if scope["type"] != "lifespan":
            await self._app(scope, receive, send)
            return

        async def reworded(message: Message) -> None:
            # Starlette reports from inside its `except`, so the error is the current one.
            error = sys.exception()
            if message["type"] == "lifespan.startup.failed" and isinstance(error, SpectraError):
                message["message"] = f"Spectra cannot start. {error}"
            await send(message)

        await self._app(scope, receive, reworded)
