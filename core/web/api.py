"""The REST door's last answer: what is not an endpoint is a 404 that programs can read.

Without it Streamlit would answer any unknown address with its page and 200.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from core.web.problem import Problem, ProblemResponse

_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


async def no_such_endpoint(request: Request) -> Response:
    """Answer 404, whatever the method."""
    return ProblemResponse(Problem("no-such-endpoint", 404, "There is no such endpoint."))


def api_routes() -> list[Route]:
    """Return the routes under /api; the catch-all comes last."""
    return [
        Route("/api", no_such_endpoint, methods=_METHODS),
        Route("/api/{path:path}", no_such_endpoint, methods=_METHODS),
    ]
