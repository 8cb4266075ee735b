"""The public Advanced Trade REST API: products, candles, recent trades, book and server time.

    request → fault due? → route → body from the world, or the venue's own error shape

Never asks for a signature and never changes anything.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from core.sandbox.catalogue import LISTINGS, PRODUCTS
from core.sandbox.coinbase import bodies
from core.sandbox.coinbase.link import VENUE
from core.sandbox.faults import REST_KINDS, Fault, Switchboard
from core.sandbox.record import Record
from core.sandbox.world import SPANS, World

MAX_CANDLES = 350
_BASE = "/api/v3/brokerage"
_HELD_FOR = 60.0
_SLOW_FOR = 3.0
_SLOW_PARTS = 20
_TRADES_HORIZON = 1_800


class CoinbaseRest:
    """Builds the ASGI application of the public REST API."""

    def __init__(self, world: World, *, faults: Switchboard, record: Record) -> None:
        self._world = world
        self.app = Starlette(
            routes=[
                Route(f"{_BASE}/market/products", self._products),
                Route(f"{_BASE}/market/products/{{product}}", self._product),
                Route(f"{_BASE}/market/products/{{product}}/candles", self._candles),
                Route(f"{_BASE}/market/products/{{product}}/ticker", self._ticker),
                Route(f"{_BASE}/market/product_book", self._book),
                Route(f"{_BASE}/time", self._brokerage_time),
                Route("/v2/time", self._plain_time),
            ],
            middleware=[Middleware(FaultyDoor, faults=faults, record=record)],
            exception_handlers={HTTPException: _explain},
        )

    def _now(self) -> float:
        return self._world.clock.seconds()

    async def _products(self, request: Request) -> Response:
        query = request.query_params
        wanted = query.getlist("product_ids") or list(PRODUCTS)
        if query.get("product_type", "SPOT") != "SPOT":
            wanted = []
        offset = _whole(query.get("offset"), "offset", default=0, most=100_000)
        limit = _whole(query.get("limit"), "limit", default=len(PRODUCTS), most=100_000)
        known = [name for name in wanted if name in LISTINGS][offset:][: limit or None]
        # A hundred products are a quarter of a second of arithmetic when the world is new.
        listed = await asyncio.to_thread(
            lambda now: [bodies.product(self._world, name, now) for name in known], self._now()
        )
        return JSONResponse({"products": listed, "num_products": len(listed)})

    async def _product(self, request: Request) -> Response:
        return JSONResponse(bodies.product(self._world, _known(request), self._now()))

    async def _candles(self, request: Request) -> Response:
        product, query = _known(request), request.query_params
        span = SPANS.get(query.get("granularity", ""))
        if span is None:
            raise _invalid("granularity", f"must be one of {', '.join(SPANS)}")
        start = _whole(query.get("start"), "start", most=10**11)
        end = _whole(query.get("end"), "end", most=10**11)
        if start >= end:
            raise _invalid("start", "must be before end")
        if (end - start) // span > MAX_CANDLES:
            raise _invalid(
                "granularity", f"number of candles requested should be {MAX_CANDLES} or less"
            )
        listed = await asyncio.to_thread(
            bodies.candles, self._world, product, start=start, end=end, span=span, now=self._now()
        )
        return JSONResponse({"candles": listed})

    async def _ticker(self, request: Request) -> Response:
        product = _known(request)
        limit = _whole(request.query_params.get("limit"), "limit", default=100, most=1_000)
        recent = await asyncio.to_thread(
            bodies.recent_trades,
            self._world,
            product,
            now=self._now(),
            limit=max(1, limit),
            horizon=_TRADES_HORIZON,
        )
        return JSONResponse(recent)

    async def _book(self, request: Request) -> Response:
        product = request.query_params.get("product_id", "")
        if product not in LISTINGS:
            raise HTTPException(404, "valid product_id is required")
        limit = _whole(request.query_params.get("limit"), "limit", default=0, most=10_000)
        return JSONResponse(bodies.book(self._world, product, self._now(), limit=limit))

    async def _brokerage_time(self, _request: Request) -> Response:
        return JSONResponse(bodies.brokerage_time(self._world.clock.nanoseconds()))

    async def _plain_time(self, _request: Request) -> Response:
        return JSONResponse(bodies.plain_time(self._world.clock.nanoseconds()))


class FaultyDoor:
    """Stands before the routes: records each request, and does what a due fault says instead."""

    def __init__(self, app: ASGIApp, *, faults: Switchboard, record: Record) -> None:
        self._app = app
        self._faults = faults
        self._record = record

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path = scope["path"]
        fault = self._faults.take(VENUE, path, REST_KINDS)
        kind = {"fault": fault.kind} if fault else {}
        query = scope["query_string"].decode("latin-1")
        self._record.add("request", venue=VENUE, path=path, query=query, **kind)
        if fault is None:
            await self._app(scope, receive, send)
            return
        if fault.kind == "timeout":
            await asyncio.sleep(_HELD_FOR if fault.seconds is None else fault.seconds)
        answer = _faulty_answer(fault)
        await answer(scope, receive, send)


def _faulty_answer(fault: Fault) -> Response:
    if fault.kind == "429":
        wait = 1 if fault.seconds is None else math.ceil(fault.seconds)
        body = bodies.error("RESOURCE_EXHAUSTED", "rate limit exceeded")
        return JSONResponse(body, status_code=429, headers={"Retry-After": str(wait)})
    if fault.kind == "garbage":
        page = "<html><head><title>Welcome</title></head><body>Sign in to this network"
        return PlainTextResponse(page, media_type="text/html")
    if fault.kind == "slow":
        total = _SLOW_FOR if fault.seconds is None else fault.seconds
        return StreamingResponse(_drip(total), media_type="application/json")
    if fault.kind == "500":
        return JSONResponse(bodies.error("INTERNAL", "internal server error"), status_code=500)
    return PlainTextResponse("upstream connect error: service unavailable", status_code=503)


async def _drip(seconds: float) -> AsyncIterator[str]:
    yield '{"products":['
    for _ in range(_SLOW_PARTS):
        await asyncio.sleep(seconds / _SLOW_PARTS)
        yield " "
    yield '],"candles":[],"num_products":0}'


def _known(request: Request) -> str:
    product: str = request.path_params["product"]
    if product not in LISTINGS:
        raise HTTPException(404, "valid product_id is required")
    return product


def _whole(text: str | None, name: str, *, default: int | None = None, most: int) -> int:
    if text is None and default is not None:
        return default
    if text is None or not text.isascii() or not text.isdigit() or int(text[:20]) > most:
        raise _invalid(name, f"must be a whole number up to {most}")
    return int(text)


def _invalid(name: str, problem: str) -> HTTPException:
    return HTTPException(400, f"{name}: {problem}")


async def _explain(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for this class alone
    names = {400: "INVALID_ARGUMENT", 404: "NOT_FOUND", 405: "METHOD_NOT_ALLOWED"}
    body = bodies.error(names.get(error.status_code, "UNKNOWN"), error.detail)
    return JSONResponse(body, status_code=error.status_code)
