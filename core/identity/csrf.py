"""What a page must send beside its cookie, so that another site's page cannot act with it.

The token is a keyed stamp of the session's cookie: nothing is stored, and it ends with the session.
"""

from __future__ import annotations

from core.identity.digests import digest, is_stamp, stamp, subkey


class Csrf:
    """Makes and checks the tokens; pure."""

    def __init__(self, key: bytes) -> None:
        self._key = subkey(key, "csrf")

    def token(self, cookie: str) -> str:
        """Return the token that goes with a session's cookie, 64 hex digits."""
        return stamp(self._key, digest(cookie))

    def check(self, cookie: str, given: str) -> bool:
        """Return whether `given` goes with this cookie."""
        return is_stamp(self._key, digest(cookie), given)
