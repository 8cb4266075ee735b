"""Every way an endpoint can fail, as one problem: which field, and what to do; never what was sent.

SpectraError · a body that does not fit · no such address or method · what nobody foresaw
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from core.errors import SpectraError
from core.logs import fields
from core.web.problem import FieldProblem, Problem, ProblemResponse
from core.web.problems import NO_SUCH_ENDPOINT, problem_of

_LOG = logging.getLogger(__name__)
MAX_ERRORS = 20
_KINDS = {405: ("method-not-allowed", "This address does not know that method.")}
_WHERE = ("body", "query", "path", "header", "cookie")


async def _foreseen(request: Request, error: Exception) -> Response:
    assert isinstance(error, SpectraError)  # noqa: S101 - registered for nothing else
    problem = problem_of(error)
    if problem.status >= 500:
        _LOG.error(
            "api %s",
            fields(
                status="failed",
                path=request.url.path,
                reference=problem.reference,
                reason=type(error).__name__,
            ),
        )
    return ProblemResponse(problem)


async def _does_not_fit(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101
    wrong = tuple(_field(found) for found in error.errors()[:MAX_ERRORS])
    detail = "; ".join(f"{one.field}: {one.detail}" for one in wrong)
    return ProblemResponse(Problem("invalid-input", 422, detail, errors=wrong))


async def _no_such(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101
    if error.status_code == 404:
        return ProblemResponse(Problem(*NO_SUCH_ENDPOINT))
    kind, detail = _KINDS.get(error.status_code, ("refused", "Spectra does not serve this."))
    headers = tuple((error.headers or {}).items())
    return ProblemResponse(Problem(kind, error.status_code, detail, headers=headers))


async def _unforeseen(request: Request, error: Exception) -> Response:
    return ProblemResponse(Problem("internal-error", 500, "Spectra failed; see its log."))


def _field(found: dict[str, Any]) -> FieldProblem:
    """Return one finding by the name on the wire; `input` and `ctx` are left where they are."""
    place = [str(part) for part in found["loc"]]
    name = ".".join(place[1:] if place[:1] and place[0] in _WHERE else place)
    if found["type"] == "json_invalid":
        return FieldProblem("body", "This is not JSON.")
    if found["type"] == "extra_forbidden":
        # The name is the client's own text; it may be anything, even a secret put in its place.
        parent = ".".join(place[1:-1])
        return FieldProblem(parent or place[0], "There is a field that Spectra does not know.")
    return FieldProblem(name or "body", f"{found['msg'].removeprefix('Value error, ')}.")


ERRORS: dict[Any, Callable[[Request, Exception], Any]] = {
    SpectraError: _foreseen,
    RequestValidationError: _does_not_fit,
    HTTPException: _no_such,
    Exception: _unforeseen,
}
