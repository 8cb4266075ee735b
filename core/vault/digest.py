"""Digests and random text, for what need not be opened again.

Never for passwords: those are slow on purpose, in core.identity.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets


def hash(text: str) -> str:
    """Return the SHA-256 of `text` as 64 hex digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def compare_hash(text: str, digest: str) -> bool:
    """Say whether `digest` is the hash of `text`, in a time that tells nothing about either."""
    return hmac.compare_digest(hash(text).encode(), digest.encode())


def generate_secure_random(size: int = 32) -> str:
    """Return `size` unpredictable bytes as twice as many hex digits."""
    return secrets.token_hex(size)
