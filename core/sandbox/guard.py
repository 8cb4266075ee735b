"""The control API's guard: obeys programs of this machine, and no page that a browser has open.

    request → Host → Origin → type of the body → its bytes, counted → the app

A page can send a form anywhere without asking first, and can point a name of its own at loopback;
what a page cannot do is leave its Origin out, name our port as its Host and send JSON, all at once.
Never keeps more of a body than the limit, and never lets the app see a request it refused.
"""

from __future__ import annotations

from dataclasses import dataclass

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MAX_BODY = 64 * 1024
_NAMES = ("127.0.0.1", "localhost")


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a request goes no further."""

    status: int
    error: str


_TOO_LARGE = Refusal(413, f"the body must be at most {MAX_BODY} bytes")


class Guard:
    """ASGI middleware for a server that speaks http only; keeps nothing between requests."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or refuse it as JSON that says why."""
        refusal = check_request(scope)
        body = None if refusal else await _read(receive)
        if body is None:
            await _refuse(refusal or _TOO_LARGE, scope, receive, send)
            return
        unread: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

        async def replay() -> Message:
            return unread.pop() if unread else await receive()

        await self._app(scope, replay, send)


def check_request(scope: Scope) -> Refusal | None:
    """Decide by the head of a request alone; None lets it pass."""
    port = scope["server"][1]
    hosts = [f"{name}:{port}" for name in _NAMES]
    named = _values(scope, b"host")
    if len(named) != 1 or named[0] not in hosts:
        return Refusal(421, f"host: must be {' or '.join(hosts)}")
    if _values(scope, b"origin"):
        return Refusal(403, "origin: web pages may not use the control API")
    announced = _values(scope, b"transfer-encoding") + _values(scope, b"content-length")
    if set(announced) <= {"0"}:
        return None
    kinds = [kind.partition(";")[0].strip().lower() for kind in _values(scope, b"content-type")]
    if kinds != ["application/json"]:
        return Refusal(415, "content-type: must be application/json")
    return None


def _values(scope: Scope, name: bytes) -> list[str]:
    return [value.decode("latin-1") for key, value in scope["headers"] if key == name]


async def _read(receive: Receive) -> bytes | None:
    """Return the body, or None once it is over the limit or the client has left."""
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > MAX_BODY or message["type"] == "http.disconnect":
            return None
        if not message.get("more_body", False):
            return bytes(body)


async def _refuse(refusal: Refusal, scope: Scope, receive: Receive, send: Send) -> None:
    # The rest of a refused body is not read, so this connection cannot be used again.
    answer = JSONResponse({"error": refusal.error}, refusal.status, headers={"connection": "close"})
    await answer(scope, receive, send)
