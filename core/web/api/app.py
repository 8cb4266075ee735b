"""The FastAPI app: its routers, its errors, its OpenAPI document.

Unknown addresses get a 404 that programs can read; without it Streamlit would answer any of them
with its page and 200. It never shows what a client sent, nor why something broke inside.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route

from core.bootstrap import VERSION, Spectra
from core.web.api import account, audit, exports, session, sessions, tokens
from core.web.api.describe import describe
from core.web.api.docs import docs_route
from core.web.api.errors import ERRORS
from core.web.api.shapes import PROBLEMS
from core.web.paths import API
from core.web.problem import Problem, ProblemResponse
from core.web.problems import NO_SUCH_ENDPOINT

_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
ROUTERS = (session, account, sessions, tokens, audit, exports)


def build_api(spectra: Callable[[], Spectra]) -> FastAPI:
    """Return the app; `spectra` is asked at each request."""
    api = FastAPI(
        title="Spectra",
        version=VERSION,
        summary="Accounts, sessions, tokens, preferences and the audit log.",
        openapi_url="/openapi.json",
        docs_url=None,
        redoc_url=None,
        responses=PROBLEMS,
        redirect_slashes=False,
        separate_input_output_schemas=False,
    )
    api.state.spectra = spectra
    for module in ROUTERS:
        api.include_router(module.router)
    for kind, answer in ERRORS.items():
        api.add_exception_handler(kind, answer)
    document = api.openapi
    api.openapi = lambda: describe(document())  # type: ignore[method-assign]
    return api


def api_routes(spectra: Callable[[], Spectra], *, assets: Path) -> list[BaseRoute]:
    """Return the routes under /api; the catch-all comes last."""
    return [
        docs_route(assets),
        Mount(API, build_api(spectra)),
        Route("/api", no_such_endpoint, methods=_METHODS),
        Route("/api/{path:path}", no_such_endpoint, methods=_METHODS),
    ]


async def no_such_endpoint(request: Request) -> Response:
    """Answer 404, whatever the method."""
    return ProblemResponse(Problem(*NO_SUCH_ENDPOINT))
