"""Keys from keys: slowly from what a person may have typed, at once from what is already strong.

It keeps what was derived slowly for the life of the process, and never shows any of it.
"""

from __future__ import annotations

from functools import lru_cache

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

KEY_BYTES = 32


@lru_cache(maxsize=4096)
def slow_key(passphrase: bytes, salt: bytes, rounds: int) -> bytes:
    """Return 32 bytes of PBKDF2-HMAC-SHA256: some 0.1 ms per thousand rounds, once per process."""
    return PBKDF2HMAC(SHA256(), length=KEY_BYTES, salt=salt, iterations=rounds).derive(passphrase)


def fast_key(material: bytes, *, salt: bytes = b"", info: bytes) -> bytes:
    """Return 32 bytes of HKDF-SHA256 over `material`, which must be strong already."""
    return HKDF(SHA256(), length=KEY_BYTES, salt=salt, info=info).derive(material)
