"""Decides who may come in: addresses, Host and Origin of a request, before anything else sees it.

Pure: reads an ASGI scope, returns a problem or None. In single-user mode nobody signs in, so the
only protection is that the browser is on this machine and the page it runs is ours. It never reads
a body.
"""

from __future__ import annotations

from functools import lru_cache
from ipaddress import ip_address
from typing import Any

from starlette.types import Scope

from core.web.problem import Problem

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
HOSTLESS_PATHS = frozenset({"/health"})
"""Doors a probe may knock on by any name; they say nothing secret and change nothing."""


def check_admission(scope: Scope) -> Problem | None:
    """Return why this request is refused, or None: its addresses, then Host, then Origin."""
    hosts, origins, has_cookie = _read(scope)
    if problem := check_addresses(scope.get("client"), scope.get("server")):
        return problem
    port = scope["server"][1]
    secure = scope["scheme"] in ("https", "wss")
    if scope["path"] not in HOSTLESS_PATHS and (problem := check_host(hosts, port, secure=secure)):
        return problem
    unsafe = scope["type"] == "websocket" or scope["method"] not in SAFE_METHODS
    return check_origin(
        origins,
        allowed=_origins(hosts, port, secure=secure),
        required=unsafe and has_cookie,
    )


def check_addresses(client: Any, server: Any) -> Problem | None:
    """Refuse unless both ends of the connection are on this machine; unknown is refused too."""
    if client and server and server[1] and _is_loopback(client[0]) and _is_loopback(server[0]):
        return None
    return Problem(
        "not-this-machine",
        403,
        "Single-user mode serves this machine only; use a tunnel such as ssh -L to reach it.",
    )


def check_host(hosts: list[str], port: int, *, secure: bool = False) -> Problem | None:
    """Refuse a Host that is not exactly this server: a rebound DNS name lands here."""
    if len(hosts) == 1 and hosts[0] in _allowed_hosts(port, secure):
        return None
    return Problem(
        "host-refused", 421, f"Open Spectra as http://127.0.0.1:{port}, with this very port."
    )


def check_origin(origins: list[str], *, allowed: frozenset[str], required: bool) -> Problem | None:
    """Refuse any Origin but this server's own; an absent one passes unless `required`."""
    if not origins and not required:
        return None
    if len(origins) == 1 and origins[0] in allowed:
        return None
    return Problem("origin-refused", 403, "The request comes from a page that is not Spectra's.")


def _read(scope: Scope) -> tuple[list[str], list[str], bool]:
    hosts: list[str] = []
    origins: list[str] = []
    has_cookie = False
    for name, value in scope["headers"]:
        if name == b"host":
            hosts.append(value.decode("latin-1").lower())
        elif name == b"origin":
            origins.append(value.decode("latin-1").lower())
        elif name == b"cookie":
            has_cookie = True
    return hosts, origins, has_cookie


def _origins(hosts: list[str], port: int, *, secure: bool) -> frozenset[str]:
    """Return the one origin that matches the Host used; every own one when the Host is not ours."""
    scheme = "https" if secure else "http"
    own = _allowed_hosts(port, secure)
    return frozenset(f"{scheme}://{host}" for host in own.intersection(hosts) or own)


@lru_cache(maxsize=16)
def _allowed_hosts(port: int, secure: bool) -> frozenset[str]:
    names = ("127.0.0.1", "localhost", "[::1]")
    bare = names if port == (443 if secure else 80) else ()
    return frozenset((*(f"{name}:{port}" for name in names), *bare))


@lru_cache(maxsize=1024)
def _is_loopback(address: str) -> bool:
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    mapped = getattr(parsed, "ipv4_mapped", None)
    return (mapped or parsed).is_loopback
