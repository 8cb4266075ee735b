"""ID tokens: whose they are, after every check OpenID Connect asks for.

    signature by the provider's own key → iss aud azp exp iat nbf nonce at_hash → claims

Pure: keys and time come in. Never says which check failed to anyone but the log.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from authlib.oidc.core import CodeIDToken  # type: ignore[import-untyped]
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import GuestProtocol, JWKRegistry, Key, KeySet
from joserfc.jws import JWSRegistry

from core.errors import SourceUnavailable

_ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
_RSA_MODULUS = range(342, 1368)
"""Characters of base64url: 2,048 to 8,192 bits."""
_PUBLIC_PARTS = {
    "RSA": ("kty", "n", "e", "kid", "alg"),
    "EC": ("kty", "crv", "x", "y", "kid", "alg"),
}
_MAX_KEYS = 50
_LEEWAY_S = 60
_MAX_AGE_S = 600
_MAX_TOKEN = 16 * 1024
_SUBJECT = re.compile(r"[!-~]{1,255}")


class InvalidIdToken(Exception):
    """The token proves nothing; the text is for the log and never quotes the token."""


@dataclass(frozen=True, slots=True)
class KeyRing:
    """The provider's keys for signing."""

    keys: tuple[Key, ...]

    def knows(self, kid: str | None) -> bool:
        """Return whether there is a key of this id; without an id any key will do."""
        return kid is None or any(key.kid == kid for key in self.keys)


@dataclass(frozen=True, slots=True)
class Expected:
    """What a token must say to be the answer to our question."""

    issuer: str
    client_id: str
    nonce: str
    access_token: str
    now: datetime


def read_keys(document: Mapping[str, Any]) -> KeyRing:
    """Return the keys of a JWKS document that may sign; SourceUnavailable if there is none."""
    listed = document.get("keys")
    offered = listed[:_MAX_KEYS] if isinstance(listed, list) else []
    keys = tuple(key for each in offered if (key := _read_key(each)) is not None)
    if not keys:
        raise SourceUnavailable("The identity provider offers no key that can be used.")
    return KeyRing(keys)


def check_id_token(
    token: object, expected: Expected, *, keys: Callable[[str | None], KeyRing]
) -> dict[str, Any]:
    """Return the claims of a token that passes every check, else raise InvalidIdToken.

    `keys` is asked once, for the id of the key the token claims to be signed with.
    """
    if not isinstance(token, str) or not token.isascii() or len(token) > _MAX_TOKEN:
        raise InvalidIdToken("no token")

    def choose(signed: GuestProtocol) -> KeySet:
        kid = signed.headers().get("kid")
        return KeySet(list(keys(kid if isinstance(kid, str) else None).keys))

    # Unknown headers are to be ignored (RFC 7515, 4); unknown critical ones are refused.
    registry = JWSRegistry(algorithms=_ALGORITHMS, strict_check_header=False)
    try:
        opened = jwt.decode(token, choose, registry=registry)
        claims = CodeIDToken(
            opened.claims,
            opened.header,
            {
                "iss": {"essential": True, "value": expected.issuer},
                "aud": {"essential": True, "value": expected.client_id},
            },
            {
                "nonce": expected.nonce,
                "client_id": expected.client_id,
                "access_token": expected.access_token,
            },
        )
        now = int(expected.now.timestamp())
        claims.validate(now=now, leeway=_LEEWAY_S)
    except (JoseError, ValueError, TypeError, RecursionError) as error:
        raise InvalidIdToken(type(error).__name__) from None
    if now - claims["iat"] > _MAX_AGE_S:
        raise InvalidIdToken("too old")
    if not _SUBJECT.fullmatch(claims["sub"]):
        raise InvalidIdToken("subject")
    return dict(claims)


def _read_key(found: object) -> Key | None:
    if not isinstance(found, dict) or found.get("use", "sig") != "sig":
        return None
    # A shared secret in a public document is none, and must never become one.
    names = _PUBLIC_PARTS.get(str(found.get("kty")), ())
    public = {name: found[name] for name in names if name in found}
    if not public or not all(isinstance(value, str) for value in public.values()):
        return None
    if public["kty"] == "RSA" and len(public.get("n", "")) not in _RSA_MODULUS:
        return None
    try:
        return JWKRegistry.import_key(public)
    except (JoseError, ValueError, TypeError, KeyError):
        return None
