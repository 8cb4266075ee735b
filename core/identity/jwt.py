"""The 15-minute tokens of API clients: signed here, checked here, and bound to a session.

    {"alg": "HS256", "typ": "JWT"} . iss aud sub iat nbf exp jti sid typ . HMAC-SHA256

One algorithm, one key, one header, all claims: nothing in a token decides how it is checked. A
signature is not enough either: the session it names must still be live, so that signing out works.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import jwt as pyjwt

from core.clock import Clock
from core.domain import UserSession
from core.identity.digests import draw_id, subkey

LASTS = timedelta(minutes=15)

_ALGORITHM = "HS256"
_HEADER = {"alg": _ALGORITHM, "typ": "JWT"}
_ISSUER = "spectra"
_AUDIENCE = "spectra-api"
_TYPE = "access"
_CLAIMS = ("iss", "aud", "sub", "iat", "nbf", "exp", "jti", "sid", "typ")
_MAX_LENGTH = 2048


@dataclass(frozen=True, slots=True)
class ShortClaims:
    """Whose a token is, and the session that must be live for it to count."""

    user_id: str
    session_id: str


class ShortTokens:
    """Signs and reads short tokens; pure but for the clock."""

    def __init__(self, key: bytes, *, clock: Clock) -> None:
        self._key = subkey(key, "jwt")
        self._clock = clock

    def sign(self, session: UserSession) -> str:
        """Return a token for a session that was made for it; it ends with the session."""
        now = int(self._clock.now().timestamp())
        claims = {
            "iss": _ISSUER,
            "aud": _AUDIENCE,
            "sub": session.user_id,
            "iat": now,
            "nbf": now,
            "exp": int(session.expires_at.timestamp()),
            "jti": draw_id(),
            "sid": session.id,
            "typ": _TYPE,
        }
        return pyjwt.encode(claims, self._key, algorithm=_ALGORITHM)

    def read(self, text: str) -> ShortClaims | None:
        """Return what a token says, None unless it is one of ours, whole, and in its time."""
        if len(text) > _MAX_LENGTH or not _is_canonical(text) or _header(text) != _HEADER:
            return None
        try:
            claims = pyjwt.decode(
                text,
                self._key,
                algorithms=[_ALGORITHM],
                audience=_AUDIENCE,
                issuer=_ISSUER,
                # Time is checked below, by the clock everything else goes by.
                options={
                    "require": list(_CLAIMS),
                    "strict_aud": True,
                    "verify_exp": False,
                    "verify_nbf": False,
                    "verify_iat": False,
                },
            )
        except pyjwt.InvalidTokenError:
            return None
        if set(claims) != set(_CLAIMS) or claims["typ"] != _TYPE or not self._in_time(claims):
            return None
        names = claims["sub"], claims["sid"], claims["jti"]
        if not all(isinstance(name, str) and name for name in names):
            return None
        return ShortClaims(claims["sub"], claims["sid"])

    def _in_time(self, claims: dict[str, Any]) -> bool:
        moments = claims["iat"], claims["nbf"], claims["exp"]
        if not all(type(moment) is int for moment in moments):
            return False
        issued, begins, ends = moments
        now = self._clock.now().timestamp()
        lasts = LASTS.total_seconds()
        return bool(issued <= now and begins <= now < ends and ends - issued <= lasts)


def _is_canonical(text: str) -> bool:
    """Say whether every part is base64url as it is written, so that a token has one spelling."""
    try:
        return all(_b64(_unb64(part)) == part for part in text.split("."))
    except ValueError:
        return False


def _b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _unb64(part: str) -> bytes:
    return base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)


def _header(text: str) -> object:
    """Return the header of a token as it is written, None when it is none."""
    first = text.partition(".")[0]
    try:
        return json.loads(_unb64(first), object_pairs_hook=_without_doubles)
    except ValueError:
        return None


def _without_doubles(pairs: list[tuple[str, object]]) -> dict[str, object]:
    if len({name for name, _ in pairs}) != len(pairs):
        raise ValueError("a name is there twice")
    return dict(pairs)
