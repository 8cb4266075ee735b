"""Decides who may knock: addresses, Host and Origin of a request, before anything else sees it.

Pure: reads an ASGI scope, returns a problem or None. In single-user mode nobody signs in, so the
only protection is that the browser is on this machine and the page it runs is ours. It never reads
a body, and never believes a forwarded address unless the operator named a proxy.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from typing import Any
from urllib.parse import urlsplit

from starlette.types import Scope

from core.settings import Settings
from core.web.problem import Problem

Network = IPv4Network | IPv6Network

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_SITE, _MODE, _DEST = b"sec-fetch-site", b"sec-fetch-mode", b"sec-fetch-dest"
HOSTLESS_PATHS = frozenset({"/health"})
"""Doors a probe may knock on by any name; they say nothing secret and change nothing."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What this server answers to; the defaults are those of single-user mode on this machine."""

    public_origin: str = ""
    """`scheme://host[:port]` that people open, in lower case; empty means this machine's names."""
    proxies: tuple[Network, ...] = ()
    """Where the proxy that ends TLS and names the client speaks from; empty without one."""
    cors_origins: frozenset[str] = frozenset()
    """Other sites whose scripts may call /api with a token."""

    @property
    def behind_proxy(self) -> bool:
        """Whether a proxy stands in front."""
        return bool(self.proxies)

    @property
    def secure(self) -> bool:
        """Whether people come in over TLS."""
        return self.public_origin.startswith("https://")


LOCAL_RULES = Rules()


def rules_of(settings: Settings) -> Rules:
    """Return the rules the operator's settings ask for."""
    return Rules(
        public_origin=settings.public_url.lower().rstrip("/"),
        proxies=tuple(map(ip_network, settings.proxies)) if settings.behind_tls_proxy else (),
        cors_origins=frozenset(settings.cors_origins),
    )


@dataclass(frozen=True, slots=True)
class _Sent:
    """What admission reads of a request's headers."""

    hosts: list[str]
    origins: list[str]
    has_cookie: bool
    has_bearer: bool
    protocol: str
    is_embedded: bool
    """A browser says that another site's page asks for a part of itself, such as an image."""


def check_admission(scope: Scope, rules: Rules = LOCAL_RULES) -> Problem | None:
    """Return why this request is refused, or None: its addresses, then Host, then Origin."""
    sent = _read(scope)
    if problem := check_addresses(scope.get("client"), scope.get("server"), rules):
        return problem
    if scope["path"] not in HOSTLESS_PATHS and (problem := _check_address(scope, sent, rules)):
        return problem
    if sent.is_embedded and not sent.origins:
        return _foreign()
    unsafe = scope["type"] == "websocket" or scope["method"] not in SAFE_METHODS
    return check_origin(
        sent.origins,
        allowed=_origins(scope, sent.hosts, rules),
        required=unsafe and sent.has_cookie and not sent.has_bearer,
    )


def check_addresses(client: Any, server: Any, rules: Rules = LOCAL_RULES) -> Problem | None:
    """Refuse unless both ends are on this machine; behind a proxy, unless the peer is that one."""
    if rules.behind_proxy:
        if client and _is_among(client[0], rules.proxies):
            return None
        return Problem("not-the-proxy", 403, f"Open Spectra as {rules.public_origin}.")
    if client and server and server[1] and _is_loopback(client[0]) and _is_loopback(server[0]):
        return None
    return Problem(
        "not-this-machine",
        403,
        "Spectra serves this machine only here; use a tunnel such as ssh -L to reach it.",
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
    return _foreign()


def cross_origin(scope: Scope, rules: Rules) -> str:
    """Return the Origin of another site the operator allows to call /api, or an empty text."""
    if not rules.cors_origins or not scope["path"].startswith("/api/"):
        return ""
    origins = _read(scope).origins
    return origins[0] if len(origins) == 1 and origins[0] in rules.cors_origins else ""


def client_ip(scope: Scope, rules: Rules = LOCAL_RULES) -> str:
    """Return the address of who asks: the peer, or what a trusted proxy says it saw.

    Only the rightmost X-Forwarded-For entry is read: the proxy wrote it, the client all others.
    """
    peer = str((scope.get("client") or ("unknown",))[0])
    if not rules.behind_proxy:
        return peer
    named = _last(scope, b"x-forwarded-for")
    try:
        return str(ip_address(named))
    except ValueError:
        return peer


def _foreign() -> Problem:
    return Problem("origin-refused", 403, "The request comes from a page that is not Spectra's.")


def _check_address(scope: Scope, sent: _Sent, rules: Rules) -> Problem | None:
    if rules.behind_proxy and sent.protocol not in ("https", "wss"):
        return Problem("plain-http", 403, f"Open Spectra as {rules.public_origin}.")
    if not rules.public_origin:
        return check_host(sent.hosts, scope["server"][1], secure=_is_secure(scope))
    if sent.hosts == [urlsplit(rules.public_origin).netloc]:
        return None
    return Problem("host-refused", 421, f"Open Spectra as {rules.public_origin}.")


def _read(scope: Scope) -> _Sent:
    hosts: list[str] = []
    origins: list[str] = []
    has_cookie = has_bearer = False
    protocol = ""
    fetch = {_SITE: b"", _MODE: b"", _DEST: b""}
    for name, value in scope["headers"]:
        if name == b"host":
            hosts.append(value.decode("latin-1").lower())
        elif name == b"origin":
            origins.append(value.decode("latin-1").lower())
        elif name == b"cookie":
            has_cookie = True
        elif name == b"authorization":
            has_bearer = has_bearer or value[:7].lower() == b"bearer "
        elif name == b"x-forwarded-proto":
            protocol = value.decode("latin-1").rpartition(",")[2].strip().lower()
        elif name in fetch:
            fetch[name] = value.lower()
    return _Sent(hosts, origins, has_cookie, has_bearer, protocol, _is_embedded(fetch))


def _is_embedded(fetch: dict[bytes, bytes]) -> bool:
    """Say so unless a person follows a link; only browsers send these, and no page can set them."""
    visits = fetch[_MODE] == b"navigate" and fetch[_DEST] in (b"", b"document")
    return fetch[_SITE] in (b"cross-site", b"same-site") and not visits


def _last(scope: Scope, header: bytes) -> str:
    found = [value for name, value in scope["headers"] if name == header]
    return found[-1].decode("latin-1").rpartition(",")[2].strip() if found else ""


def _is_secure(scope: Scope) -> bool:
    return scope["scheme"] in ("https", "wss")


def _origins(scope: Scope, hosts: list[str], rules: Rules) -> frozenset[str]:
    """Return the one origin that matches the Host used; every own one when the Host is not ours."""
    if rules.public_origin:
        own_origins = frozenset({rules.public_origin})
    else:
        secure = _is_secure(scope)
        scheme = "https" if secure else "http"
        own = _allowed_hosts(scope["server"][1], secure)
        own_origins = frozenset(f"{scheme}://{host}" for host in own.intersection(hosts) or own)
    if scope["type"] == "http" and scope["path"].startswith("/api/"):
        return own_origins | rules.cors_origins
    return own_origins


@lru_cache(maxsize=16)
def _allowed_hosts(port: int, secure: bool) -> frozenset[str]:
    names = ("127.0.0.1", "localhost", "[::1]")
    bare = names if port == (443 if secure else 80) else ()
    return frozenset((*(f"{name}:{port}" for name in names), *bare))


@lru_cache(maxsize=1024)
def _is_loopback(address: str) -> bool:
    parsed = _parsed(address)
    return parsed is not None and parsed.is_loopback


@lru_cache(maxsize=1024)
def _is_among(address: str, networks: tuple[Network, ...]) -> bool:
    parsed = _parsed(address)
    return parsed is not None and any(parsed in network for network in networks)


def _parsed(address: str) -> IPv4Address | IPv6Address | None:
    try:
        parsed = ip_address(address)
    except ValueError:
        return None
    return getattr(parsed, "ipv4_mapped", None) or parsed
