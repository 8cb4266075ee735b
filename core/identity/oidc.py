"""Signing in through an identity provider, by OpenID Connect."""

from __future__ import annotations

from dataclasses import dataclass, field


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
