"""What each address of the server is for: who may ask for it, and with which key.

One table, read by the gate before anything else runs; an address that is not in it needs a session.
"""

from __future__ import annotations

from starlette.types import Scope

from core.web.admission import SAFE_METHODS

API = "/api/v1"
SIGN_IN = "/sign-in"
DOCS = f"{API}/docs"
METRICS = "/metrics"
MARKET = "/ws/market"

FORMS_BEFORE_A_SESSION = frozenset({"/auth/sign-in", "/auth/oidc/sign-in", f"{API}/auth/token"})
"""Unsafe addresses for people who have no session yet; an exact Origin protects them."""
PUBLIC = frozenset({"/health", SIGN_IN, "/auth/oidc/callback", "/favicon.png"})
CREDENTIAL = frozenset(
    {
        *FORMS_BEFORE_A_SESSION,
        "/auth/oidc/callback",
        f"{API}/auth/confirm",
        f"{API}/users/me/password",
        f"{API}/users/me/tokens",
    }
)
"""Addresses that take a password, a key or a code, or give one out: counted by client address."""
NOT_PAGES = (
    "/_stcore/",
    "/component/",
    "/media/",
    "/static/",
    "/assets/",
    "/api/",
    "/auth/",
    "/ws/",
)
"""Folders in which nothing is a page of the app."""


def is_unsafe(scope: Scope) -> bool:
    """Say whether this request may change something."""
    return scope["type"] == "http" and scope["method"] not in SAFE_METHODS


def is_public(scope: Scope) -> bool:
    """Say whether a stranger may ask this; never for a websocket."""
    path: str = scope["path"]
    if scope["type"] != "http":
        return False
    form = path in FORMS_BEFORE_A_SESSION and is_unsafe(scope)
    return form or path in PUBLIC or path.startswith("/assets/")


def needs_no_name(scope: Scope) -> bool:
    """Say whether the answer is the same whoever asks, so that nobody need be looked up."""
    path: str = scope["path"]
    return path == "/health" or path.startswith("/assets/")


def takes_bearer(path: str) -> bool:
    """Say whether a program may come in here with a token instead of a session."""
    return path.startswith("/api/") or path in (METRICS, MARKET)


def is_page(scope: Scope) -> bool:
    """Say whether a person opened this in a browser, and can be shown the way to sign in."""
    path: str = scope["path"]
    if path == DOCS:
        return bool(scope["type"] == "http")
    return (
        scope["type"] == "http"
        and scope["method"] in ("GET", "HEAD")
        and "/_stcore/" not in path
        and path not in (METRICS, "/api", "/health")
        and not path.startswith(NOT_PAGES)
    )


def is_credential(scope: Scope) -> bool:
    """Say whether guessing could be tried here."""
    path: str = scope["path"]
    return path in CREDENTIAL and (is_unsafe(scope) or path == "/auth/oidc/callback")


def is_counted(scope: Scope) -> bool:
    """Say whether requests here are counted at all; a page is 71 of them and is not."""
    path: str = scope["path"]
    return scope["type"] == "http" and path.startswith(("/api/", "/auth/"))
