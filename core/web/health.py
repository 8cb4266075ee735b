"""`/health`: whether this process serves, and how its parts are doing, for probes and people.

200 while the process can serve, with `degraded` when a part is not well; 503 when the database
cannot be used, for nobody can sign in then. It says nothing secret.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from core.bootstrap import VERSION, Spectra
from core.clock import epoch_ms
from core.domain import FeedState, FeedStatus
from core.storage import StoreHealth

_ABSENT = {"state": "not configured"}


def health_route(spectra: Callable[[], Spectra]) -> Route:
    """Return the route; `spectra` is asked at each request."""

    async def health(request: Request) -> Response:
        now = spectra()
        database = await asyncio.to_thread(now.store.check)
        body = describe_health(
            now.market.status(), database=database, now_ms=epoch_ms(now.clock.now())
        )
        status = 200 if database.ok else 503
        return JSONResponse(body, status, headers={"cache-control": "no-store"})

    return Route("/health", health)


def describe_health(status: FeedStatus, *, database: StoreHealth, now_ms: int) -> dict[str, object]:
    """Return the body; an age that is not known is left out, never zero."""
    feed: dict[str, object] = {
        "state": status.state.value,
        "source": status.source,
        "reconnects": status.reconnects,
        "products": status.products,
        "missingProducts": list(status.missing_products),
    }
    if status.last_message_at is not None:
        feed["lastMessageAt"] = epoch_ms(status.last_message_at)
        # The wall clock may have been set back since; an age is never negative.
        feed["ageMs"] = max(0, now_ms - epoch_ms(status.last_message_at))
    if status.reason is not None:
        feed["reason"] = status.reason
    well = database.ok and status.state is FeedState.CONNECTED
    return {
        "status": "ok" if well else "degraded",
        "feed": feed,
        "sync": _ABSENT,
        # Why it cannot be used is in the log: the reason may name a server.
        "database": {"state": "ok" if database.ok else "down", "kind": database.dialect},
        "version": VERSION,
    }
