"""The control API: arm faults, cut links, move the clock, read what was accepted.

    GET/POST/DELETE /_sandbox/faults        what is armed · arm one · disarm all
    GET/POST        /_sandbox/connections   {"venue":"coinbase","action":"drop"|"down"|"up"}
    GET/POST        /_sandbox/clock         {"advance": seconds} or {"set": "2026-01-01T00:00:00Z"}
    GET             /_sandbox/log           ?since=n

A request that makes no sense is answered 422 with a sentence that says what would; one that a web
page could have sent never gets here (see guard). It has a port of its own, and never shows up in
the record it serves.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Protocol

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from core.sandbox.faults import VENUES, RefusedFault, Switchboard, parse_fault
from core.sandbox.record import Record
from core.sandbox.world import WorldClock

ACTIONS = ("drop", "down", "up")
_FARTHEST = 5 * 366 * 86_400.0
_EARLIEST, _LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


class Connections(Protocol):
    """The socket server of a venue; called in its own event loop, any number of times."""

    async def up(self) -> None:
        """Accept connections."""
        ...

    async def down(self) -> None:
        """Accept none, and cut those there are."""
        ...

    def drop(self) -> int:
        """Cut those there are and return how many."""
        ...

    def state(self) -> dict[str, Any]:
        """Return whether it is up, and how many connections there are."""
        ...


class Control:
    """Builds the ASGI application of the control API."""

    def __init__(
        self,
        *,
        faults: Switchboard,
        clock: WorldClock,
        record: Record,
        servers: Mapping[str, Connections],
    ) -> None:
        self._faults = faults
        self._clock = clock
        self._record = record
        self._servers = servers
        self.app = Starlette(
            routes=[
                Route("/_sandbox/faults", self._armed, methods=["GET"]),
                Route("/_sandbox/faults", self._arm, methods=["POST"]),
                Route("/_sandbox/faults", self._disarm, methods=["DELETE"]),
                Route("/_sandbox/connections", self._state, methods=["GET"]),
                Route("/_sandbox/connections", self._act, methods=["POST"]),
                Route("/_sandbox/clock", self._time, methods=["GET"]),
                Route("/_sandbox/clock", self._move, methods=["POST"]),
                Route("/_sandbox/log", self._log, methods=["GET"]),
            ],
            exception_handlers={RefusedFault: _refuse},
        )

    async def _armed(self, _request: Request) -> Response:
        return JSONResponse({"faults": self._faults.armed()})

    async def _arm(self, request: Request) -> Response:
        self._faults.arm(parse_fault(await _body(request)))
        return await self._armed(request)

    async def _disarm(self, request: Request) -> Response:
        self._faults.clear()
        return await self._armed(request)

    async def _state(self, _request: Request) -> Response:
        return JSONResponse({name: server.state() for name, server in self._servers.items()})

    async def _act(self, request: Request) -> Response:
        body = await _body(request)
        venue, action = _named(body, "venue", VENUES), _named(body, "action", ACTIONS)
        server = self._servers[venue]
        if action == "up":
            await server.up()
        elif action == "down":
            await server.down()
        else:
            server.drop()
        return await self._state(request)

    async def _time(self, _request: Request) -> Response:
        now = self._clock.now()
        return JSONResponse({"now": now.isoformat(), "epochMs": round(now.timestamp() * 1000)})

    async def _move(self, request: Request) -> Response:
        body = await _body(request)
        if not isinstance(body, dict) or len(body) != 1 or not body.keys() <= {"advance", "set"}:
            raise RefusedFault('send {"advance": seconds} or {"set": "2026-01-01T00:00:00Z"}')
        if "set" in body:
            self._clock.set(parse_moment(body["set"]))
        else:
            self._clock.advance(_seconds(body["advance"]))
        return await self._time(request)

    async def _log(self, request: Request) -> Response:
        since = request.query_params.get("since", "0")
        if not since.isascii() or not since.isdigit() or len(since) > 15:
            raise RefusedFault("since: must be the number of an entry, such as 12")
        return JSONResponse({"entries": self._record.since(int(since))})


def parse_moment(value: object) -> datetime:
    """Return an aware moment between 2000 and 2100 from ISO text, or raise RefusedFault."""
    try:
        moment = datetime.fromisoformat(value if isinstance(value, str) else "")
    except ValueError as error:
        raise RefusedFault("set: must be ISO 8601 text such as 2026-01-01T00:00:00Z") from error
    if moment.tzinfo is None:
        raise RefusedFault("set: must say its time zone, such as 2026-01-01T00:00:00Z")
    if not _EARLIEST <= moment <= _LATEST:
        raise RefusedFault("set: must be between the years 2000 and 2100")
    return moment


def _seconds(value: object) -> float:
    good = isinstance(value, int | float) and not isinstance(value, bool)
    # Compared before it becomes a float: whole numbers of JSON can be larger than any float.
    if not good or not -_FARTHEST <= value <= _FARTHEST:  # type: ignore[operator]
        raise RefusedFault(f"advance: must be seconds, at most {_FARTHEST:.0f} either way")
    return float(value)  # type: ignore[arg-type]


def _named(body: object, key: str, choices: tuple[str, ...]) -> str:
    value = body.get(key) if isinstance(body, dict) else None
    if not isinstance(value, str) or value not in choices:
        raise RefusedFault(f"{key}: {value!r:.60} is not one of {', '.join(choices)}")
    return value


async def _body(request: Request) -> Any:
    try:
        return json.loads(await request.body())
    except (ValueError, RecursionError) as error:
        raise RefusedFault("the body is not JSON") from error


async def _refuse(_request: Request, error: Exception) -> Response:
    return JSONResponse({"error": str(error)}, status_code=422)
