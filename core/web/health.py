"""`/health`: whether this process serves, and how its parts are doing, for probes and people.

200 while the process can serve, with `degraded` when a part is not well. It says nothing secret.
"""

from __future__ import annotations

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from core.bootstrap import VERSION, Spectra
from core.clock import epoch_ms
from core.domain import FeedState, FeedStatus

_ABSENT = {"state": "not configured"}


def health_route(spectra: Callable[[], Spectra]) -> Route:
    """Return the route; `spectra` is asked at each request."""

    async def health(request: Request) -> Response:
        now = spectra()
        body = describe_health(now.market.status(), now_ms=epoch_ms(now.clock.now()))
        return JSONResponse(body, headers={"cache-control": "no-store"})

    return Route("/health", health)


def describe_health(status: FeedStatus, *, now_ms: int) -> dict[str, object]:
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
    return {
        "status": "ok" if status.state is FeedState.CONNECTED else "degraded",
        "feed": feed,
        "sync": _ABSENT,
        "database": _ABSENT,
        "version": VERSION,
    }
