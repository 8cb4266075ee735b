"""Which other sites' scripts may read the API: those the operator named, with a token only.

Answers a browser's question before the real request, and marks the answers it may read. A cookie is
never honoured across sites: the gate looks for none there.
"""

from __future__ import annotations

from starlette.types import Scope

Headers = list[tuple[bytes, bytes]]

_METHODS = b"GET, HEAD, POST, PUT, PATCH, DELETE"
_HEADERS = b"Authorization, Content-Type, Idempotency-Key"
_EXPOSED = b"Retry-After"
_KEPT_SECONDS = b"600"


def is_preflight(scope: Scope, origin: str) -> bool:
    """Say whether a browser asks here what another site's script may do."""
    return bool(
        origin
        and scope["type"] == "http"
        and scope["method"] == "OPTIONS"
        and any(name == b"access-control-request-method" for name, _ in scope["headers"])
    )


def preflight_headers() -> Headers:
    """Return the answer to that question, beside what every answer carries."""
    return [
        (b"access-control-allow-methods", _METHODS),
        (b"access-control-allow-headers", _HEADERS),
        (b"access-control-max-age", _KEPT_SECONDS),
    ]


def cors_headers(origin: str) -> Headers:
    """Return what lets a script of `origin` read an answer."""
    return [
        (b"access-control-allow-origin", origin.encode()),
        (b"access-control-expose-headers", _EXPOSED),
        (b"vary", b"origin"),
    ]
