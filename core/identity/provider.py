"""The identity provider as Spectra believes it: found by its issuer, checked at every step.

    issuer → discovery (must name the same issuer) → endpoints, keys → ID token → Claims

Only keys of the provider's own set count, only asymmetric algorithms, and nothing in a token's
header chooses where a key comes from. Everything is asked over https, or on this machine.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote_plus, urlsplit

from core.clock import Clock
from core.errors import SourceUnavailable
from core.identity.fetch import LOOPBACK, Fetch
from core.identity.idtoken import KeyRing, read_keys
from core.identity.pending import Leaving
from core.identity.refusals import SignInRefused

_KEPT_S = 3600.0
_ASK_AGAIN_S = 60.0
_LEFT_ALONE_S = 10.0
"""A provider that failed is not asked again at once: everyone who signs in would wait for it."""


@dataclass(frozen=True, slots=True)
class OidcConfig:
    """The one identity provider people may sign in with."""

    issuer: str
    """Its name and address, without a slash at the end."""
    client_id: str
    client_secret: str = field(repr=False)
    """Empty for a client that proves itself by PKCE alone."""
    domains: tuple[str, ...] = ()
    """Domains of verified e-mail addresses that may make an account by signing in."""


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Where the provider is asked what, as its discovery document says."""

    issuer: str
    """As it is in ID tokens: a slash at the end may be there that the setting leaves out."""
    authorize: str
    token: str
    keys: str
    userinfo: str
    names_itself: bool
    """Whether its way back always carries `iss` (RFC 9207)."""
    takes_basic: bool


class Provider:
    """One provider, remembered for an hour; safe to use from any thread.

    All raise SourceUnavailable when it cannot be asked, SignInRefused when it says no.
    """

    def __init__(self, config: OidcConfig, *, clock: Clock, fetch: Fetch | None = None) -> None:
        self._config = config
        self._clock = clock
        self._fetch = fetch or Fetch(clock)
        self._lock = threading.Lock()
        self._endpoints: tuple[Endpoints, float] | None = None
        self._not_before = 0.0
        self._keys: tuple[KeyRing, float] | None = None

    def endpoints(self) -> Endpoints:
        """Return where to ask; what was known goes on while the provider cannot be asked."""
        with self._lock:
            now, known = self._clock.monotonic(), self._endpoints
            if known is not None and (now - known[1] < _KEPT_S or now < self._not_before):
                return known[0]
            if now < self._not_before:
                raise SourceUnavailable("The identity provider does not answer. Try again soon.")
            self._not_before = now + _LEFT_ALONE_S
            try:
                self._endpoints = known = (self._discover(), now)
            except (SourceUnavailable, SignInRefused):
                if known is None:
                    raise
            else:
                self._not_before = now
            return known[0]

    def keys(self, *, for_kid: str | None) -> KeyRing:
        """Return the keys ID tokens are signed with; asked again for one it does not know."""
        url = self.endpoints().keys
        with self._lock:
            now = self._clock.monotonic()
            age = now - self._keys[1] if self._keys else _KEPT_S
            unknown = self._keys is not None and not self._keys[0].knows(for_kid)
            if self._keys is None or age >= _KEPT_S or (unknown and age >= _ASK_AGAIN_S):
                self._keys = (read_keys(self._fetch.get(url)), now)
            return self._keys[0]

    def exchange(self, code: str, leaving: Leaving) -> dict[str, Any]:
        """Return what the provider gives for a code: an ID token, an access token."""
        endpoints, config = self.endpoints(), self._config
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": leaving.redirect_uri,
            "code_verifier": leaving.verifier,
        }
        basic = None
        if config.client_secret and endpoints.takes_basic:
            basic = quote_plus(config.client_id), quote_plus(config.client_secret)
        else:
            form["client_id"] = config.client_id
            if config.client_secret:
                form["client_secret"] = config.client_secret
        return self._fetch.post(endpoints.token, form, basic=basic)

    def userinfo(self, access_token: str) -> dict[str, Any]:
        """Return what the provider says about the person of an access token; {} if it cannot."""
        url = self.endpoints().userinfo
        return self._fetch.get(url, bearer=access_token) if url and access_token else {}

    def _discover(self) -> Endpoints:
        issuer = self._config.issuer
        found = self._fetch.get(f"{issuer}/.well-known/openid-configuration")
        if found.get("issuer") not in (issuer, f"{issuer}/"):
            raise SourceUnavailable("The identity provider names another issuer than is set.")
        methods = found.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        return Endpoints(
            issuer=found["issuer"],
            authorize=self._address(found, "authorization_endpoint"),
            token=self._address(found, "token_endpoint"),
            keys=self._address(found, "jwks_uri"),
            userinfo=self._address(found, "userinfo_endpoint", needed=False),
            names_itself=found.get("authorization_response_iss_parameter_supported") is True,
            takes_basic=isinstance(methods, list) and "client_secret_basic" in methods,
        )

    def _address(self, found: dict[str, Any], name: str, *, needed: bool = True) -> str:
        address = found.get(name)
        if address is None and not needed:
            return ""
        if not isinstance(address, str) or not _is_safe(address, self._config.issuer):
            raise SourceUnavailable(f"The identity provider's {name} cannot be used.")
        return address


def _is_safe(address: str, issuer: str) -> bool:
    """Return whether codes and secrets may be sent there: https, or this machine talking to itself.

    Plain http is only for an issuer that is on this machine as well.
    """
    try:
        parts, home = urlsplit(address), urlsplit(issuer)
        names = bool(parts.hostname) and parts.username is None and not parts.fragment
    except ValueError:
        return False
    if not names or not address.isprintable() or " " in address:
        return False
    local = parts.scheme == home.scheme == "http" and parts.hostname in LOOPBACK
    return parts.scheme == "https" or local
