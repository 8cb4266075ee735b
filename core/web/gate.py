"""The gate: every request, http or websocket, passes here before any other code of the server.

    request → addresses, Host, Origin → who is asking → how often → may they → client's X-Spectra-*
            dropped, ours added → body counted → the app → security headers on the answer

It is plain ASGI because Starlette's middleware helper sees no websockets. After a websocket is
accepted it stands aside: messages to the browser cost nothing here. It never decides: admission.py
and entry.py do.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.errors import StorageUnavailable
from core.logs import fields
from core.web.admission import check_admission, cross_origin
from core.web.bodies import BodyTooLarge, bounded, declared_too_large, is_not_json
from core.web.cors import cors_headers, is_preflight, preflight_headers
from core.web.entry import Entry, LocalEntry, Redirect, socket_key
from core.web.headers import Headers, SecurityHeaders
from core.web.identity import with_identity
from core.web.paths import is_counted, is_credential
from core.web.problem import Problem, ProblemResponse, refuse_handshake
from core.web.problems import UNAVAILABLE
from core.web.visit import Visit, put_visit

_LOG = logging.getLogger(__name__)
_TOO_LARGE = ("body-too-large", 413, "The request's body is larger than Spectra accepts (1 MiB).")
_NOT_JSON = ("body-not-json", 415, "Send the body as JSON, with `Content-Type: application/json`.")
_TOO_MANY = ("too-many-requests", 429, "Too many requests; ask again later.")


class Gate:
    """ASGI middleware that admits, identifies and covers; `entry` is asked at each request."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        headers: SecurityHeaders,
        entry: Callable[[], Entry] | None = None,
    ) -> None:
        self._app = app
        self._headers = headers
        local = LocalEntry()
        self._entry = entry or (lambda: local)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request or websocket, or refuse it; start and stop pass through."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        entry = self._entry()
        origin = cross_origin(scope, entry.rules)
        headers = self._headers.of(scope["path"], secure=entry.rules.secure)
        headers = [*headers, *cors_headers(origin)] if origin else headers
        answer: Problem | Redirect | None = check_admission(scope, entry.rules)
        if answer is None and is_preflight(scope, origin):
            allowed = Response(status_code=204)
            allowed.raw_headers.extend([*headers, *preflight_headers()])
            await allowed(scope, receive, send)
            return
        if answer is None:
            try:
                visit = await entry.identify(scope)
                answer = self._refusal(entry, scope, visit)
            except StorageUnavailable:
                answer = Problem(*UNAVAILABLE)
        if answer is not None:
            await self._refuse(answer, scope, receive, send, headers)
            return
        scope["headers"] = with_identity(scope["headers"], visit.identity)
        put_visit(scope, visit)
        if scope["type"] == "http":
            await self._serve(scope, receive, send, headers)
        elif entry.sockets is None:
            await self._app(scope, receive, send)
        else:
            key = socket_key(visit)
            await entry.sockets.serve(self._app, scope, receive, send, key=key)

    def _refusal(self, entry: Entry, scope: Scope, visit: Visit) -> Problem | Redirect | None:
        if entry.limits is not None and is_counted(scope):
            wait = entry.limits.hit(
                credential=is_credential(scope), ip=visit.actor.ip, user_id=visit.actor.user_id
            )
            if wait:
                return Problem(*_TOO_MANY, headers=(("retry-after", str(wait)),))
        return entry.refusal(scope, visit)

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
        if is_not_json(scope):
            await self._refuse(Problem(*_NOT_JSON), scope, receive, send, headers)
            return
        try:
            await self._app(scope, bounded(receive), covered)
        except BodyTooLarge:
            if started:
                raise
            await self._refuse(Problem(*_TOO_LARGE), scope, receive, send, headers)

    async def _refuse(
        self,
        answer: Problem | Redirect,
        scope: Scope,
        receive: Receive,
        send: Send,
        headers: Headers,
    ) -> None:
        response: Response
        if isinstance(answer, Redirect):
            response = RedirectResponse(answer.location, 303, {"cache-control": "no-store"})
            response.raw_headers.extend(headers)
            await response(scope, receive, send)
            return
        _log_refusal(answer, scope)
        if scope["type"] == "websocket":
            await refuse_handshake(answer, send, headers=headers)
            return
        response = ProblemResponse(answer)
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
