"""Refusals as programs read them: one `application/problem+json` body with a reference.

The body never repeats what the client sent; the reference finds the log line that may.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, field
from http import HTTPStatus

from starlette.responses import Response
from starlette.types import Send


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """One wrong field by its name on the wire, and what to do about it."""

    field: str
    detail: str


@dataclass(frozen=True, slots=True)
class Problem:
    """One refusal: a short machine name, a status, and a sentence a person can act on."""

    kind: str
    """Machine name such as `origin-refused`; on the wire `urn:spectra:<kind>`."""
    status: int
    detail: str
    errors: tuple[FieldProblem, ...] = ()
    """Every wrong field, when fields are what is wrong."""
    headers: tuple[tuple[str, str], ...] = ()
    """More headers for the answer, such as Retry-After."""
    reference: str = field(default_factory=lambda: secrets.token_hex(6))

    @property
    def title(self) -> str:
        """The standard phrase of the status, such as `Misdirected Request`."""
        return HTTPStatus(self.status).phrase

    def body(self) -> bytes:
        """Return the JSON of RFC 9457, with our `reference`."""
        wire: dict[str, object] = {
            "type": f"urn:spectra:{self.kind}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
        }
        if self.errors:
            wire["errors"] = [
                {"field": wrong.field, "detail": wrong.detail} for wrong in self.errors
            ]
        wire["reference"] = self.reference
        return json.dumps(wire).encode()


class ProblemResponse(Response):
    """A problem as an HTTP response that no cache keeps."""

    media_type = "application/problem+json"

    def __init__(self, problem: Problem) -> None:
        headers = {"cache-control": "no-store", **dict(problem.headers)}
        if problem.status == 401:
            headers["www-authenticate"] = "Bearer"
        super().__init__(problem.body(), problem.status, headers=headers)


async def refuse_handshake(
    problem: Problem, send: Send, *, headers: list[tuple[bytes, bytes]]
) -> None:
    """Answer a websocket handshake with 401 or 403 and the problem, before it is accepted."""
    body = problem.body()
    start = [
        (b"content-type", ProblemResponse.media_type.encode()),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
        *headers,
    ]
    status = 401 if problem.status == 401 else 403
    await send({"type": "websocket.http.response.start", "status": status, "headers": start})
    await send({"type": "websocket.http.response.body", "body": body})
