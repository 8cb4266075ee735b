"""The gate: every request, http or websocket, passes here before any other code of the server.

    request → addresses, Host, Origin → client's X-Spectra-* dropped, ours added → body counted
            → the app → security headers on the answer

It is plain ASGI because Starlette's middleware helper sees no websockets. After a websocket is
accepted it stands aside: messages cost nothing here. It never decides; admission.py does.
"""

from __future__ import annotations

import logging

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.logs import fields
from core.web.admission import check_admission
from core.web.bodies import BodyTooLarge, bounded, declared_too_large
from core.web.headers import Headers, SecurityHeaders
from core.web.identity import Identify, SingleUser, with_identity
from core.web.problem import Problem, ProblemResponse, refuse_handshake

_LOG = logging.getLogger(__name__)
_TOO_LARGE = ("body-too-large", 413, "The request's body is larger than Spectra accepts (1 MiB).")


class Gate:
    """ASGI middleware that admits, identifies and covers; keeps nothing between requests."""

    def __init__(
        self, app: ASGIApp, *, headers: SecurityHeaders, identify: Identify | None = None
    ) -> None:
        self._app = app
        self._headers = headers
        self._identify = identify or SingleUser()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request or websocket, or refuse it; start and stop pass through."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        headers = self._headers.of(scope["path"])
        if problem := check_admission(scope):
            await self._refuse(problem, scope, receive, send, headers)
            return
        scope["headers"] = with_identity(scope["headers"], self._identify(scope))
        if scope["type"] == "websocket":
            await self._app(scope, receive, send)
        else:
            await self._serve(scope, receive, send, headers)

    async def _serve(self, scope: Scope, receive: Receive, send: Send, headers: Headers) -> None:
        started = False

        async def covered(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                message["headers"] = cover(message.get("headers", ()), headers)
            await send(message)

        if declared_too_large(scope):
            await self._refuse(Problem(*_TOO_LARGE), scope, receive, send, headers)
            return
        try:
            await self._app(scope, bounded(receive), covered)
        except BodyTooLarge:
            if started:
                raise
            await self._refuse(Problem(*_TOO_LARGE), scope, receive, send, headers)

    async def _refuse(
        self, problem: Problem, scope: Scope, receive: Receive, send: Send, headers: Headers
    ) -> None:
        _log_refusal(problem, scope)
        if scope["type"] == "websocket":
            await refuse_handshake(problem, send, headers=headers)
            return
        response = ProblemResponse(problem)
        # The rest of a refused body is not read, so this connection cannot be used again.
        response.raw_headers.extend([(b"connection", b"close"), *headers])
        await response(scope, receive, send)


def cover(answered: list[tuple[bytes, bytes]], ours: Headers) -> Headers:
    """Return the answer's headers with ours in place of any of the same name."""
    names = {name for name, _ in ours}
    return [*((name, value) for name, value in answered if name.lower() not in names), *ours]


def _log_refusal(problem: Problem, scope: Scope) -> None:
    seen = {name: value for name, value in scope["headers"] if name in (b"host", b"origin")}
    _LOG.warning(
        "refused %s",
        fields(
            reason=problem.kind,
            status=problem.status,
            reference=problem.reference,
            method=scope.get("method", "WEBSOCKET"),
            path=_shown(scope["path"]),
            peer=(scope.get("client") or ("unknown",))[0],
            host=_shown(seen.get(b"host", b"").decode("latin-1")),
            origin=_shown(seen.get(b"origin", b"").decode("latin-1")),
        ),
    )


def _shown(text: str) -> str:
    """Return at most 80 plain characters of what a client sent."""
    return "".join(c if c.isascii() and c.isprintable() else "?" for c in text[:80])
