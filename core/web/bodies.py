"""Counts a request's body as it arrives and stops reading at the limit; knows what kind it says.

It never holds the body: each piece is passed on at once, so a long upload costs no memory here.
"""

from __future__ import annotations

from starlette.types import Message, Receive, Scope

MAX_BODY_BYTES = 1024 * 1024
"""Nothing Spectra takes in is larger; files are not uploaded."""


class BodyTooLarge(Exception):
    """More bytes arrived than allowed; the request must be ended with 413."""


def declared_too_large(scope: Scope, *, limit: int = MAX_BODY_BYTES) -> bool:
    """Say whether Content-Length alone already breaks the limit, or cannot be read."""
    for name, value in scope["headers"]:
        if name == b"content-length":
            return not value.isdigit() or len(value) > 12 or int(value) > limit
    return False


def is_not_json(scope: Scope) -> bool:
    """Say whether an API request brings a body that does not call itself JSON."""
    if not scope["path"].startswith("/api/"):
        return False
    sent = {name: value.lower() for name, value in scope["headers"]}
    has_body = sent.get(b"content-length", b"0") != b"0" or b"transfer-encoding" in sent
    kind = sent.get(b"content-type", b"").partition(b";")[0].strip()
    return has_body and kind != b"application/json"


def bounded(receive: Receive, *, limit: int = MAX_BODY_BYTES) -> Receive:
    """Return a `receive` that raises BodyTooLarge once more than `limit` bytes came through."""
    seen = 0

    async def receive_bounded() -> Message:
        nonlocal seen
        message = await receive()
        if message["type"] == "http.request":
            seen += len(message.get("body", b""))
            if seen > limit:
                raise BodyTooLarge
        return message

    return receive_bounded
