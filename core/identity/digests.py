"""Texts that open doors: drawn at random, kept only as a hash, told apart by nothing else.

They have 256 bits, so one plain SHA-256 is enough: there is nothing to guess.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets

_TEXT = re.compile(r"[A-Za-z0-9_-]{43}")


def draw_text() -> str:
    """Return 256 random bits as 43 characters that fit into a cookie, a header and a URL."""
    return secrets.token_urlsafe(32)


def draw_id() -> str:
    """Return a name for something new: 32 hex digits that open nothing."""
    return secrets.token_hex(16)


def is_drawn(text: str) -> bool:
    """Return whether `text` could come from `draw_text`."""
    return _TEXT.fullmatch(text) is not None


def digest(text: str) -> str:
    """Return what is stored in the place of a text, 64 hex digits."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def subkey(key: bytes, purpose: str) -> bytes:
    """Return a key of its own for one purpose, so that nothing made for one serves another."""
    return hmac.new(key, f"spectra/identity/{purpose}".encode(), hashlib.sha256).digest()


def stamp(key: bytes, text: str) -> str:
    """Return the HMAC-SHA256 of a text, 64 hex digits."""
    return hmac.new(key, text.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


def is_stamp(key: bytes, text: str, given: str) -> bool:
    """Return whether `given` is the stamp of a text, in time that does not depend on it."""
    return hmac.compare_digest(stamp(key, text).encode(), given.encode("utf-8", "surrogatepass"))
