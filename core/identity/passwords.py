"""Hashes of passwords: Argon2id, a few at once, and as long for nobody as for somebody.

Each hash takes 46 MiB for its time, so at most four are made at once and the rest wait. It never
says why a password did not fit.
"""

from __future__ import annotations

import threading
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from core.identity.digests import draw_text
from core.identity.policy import MAX_LENGTH

AT_ONCE = 4
PRODUCTION = PasswordHasher(
    time_cost=1, memory_cost=46 * 1024, parallelism=1, hash_len=32, salt_len=16
)
"""OWASP's Argon2id of 46 MiB and one pass (ASVS 5, appendix C)."""


class Passwords:
    """Makes and checks hashes; safe to call from any thread, and slow on purpose."""

    def __init__(self, hasher: PasswordHasher = PRODUCTION) -> None:
        self._hasher = hasher
        self._turns = threading.BoundedSemaphore(AT_ONCE)
        self._nobodys = self.hash(draw_text())

    def hash(self, text: str) -> str:
        """Return the hash of a password that has passed the policy."""
        with self._turns:
            return self._hasher.hash(_bytes(text))

    def fits(self, stored: str | None, text: str) -> bool:
        """Return whether `text` is the password of a hash; without a hash it never is.

        Takes as long either way: an account that is not there is checked against nobody's hash.
        """
        possible = stored is not None and len(text) <= MAX_LENGTH
        with self._turns:
            try:
                self._hasher.verify(
                    stored if stored is not None else self._nobodys, _bytes(text[: MAX_LENGTH + 1])
                )
            except (VerificationError, InvalidHashError):
                return False
        return possible

    def is_weak(self, stored: str) -> bool:
        """Return whether a hash was made with other parameters than those of today."""
        return self._hasher.check_needs_rehash(stored)


def _bytes(text: str) -> bytes:
    # Keyboards differ in how they compose é; the same password must not.
    return unicodedata.normalize("NFC", text).encode("utf-8", "surrogatepass")
