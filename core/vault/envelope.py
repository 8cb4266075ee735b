"""The outer form of every sealed value: `salt:iv:authTag:ciphertext`, four parts in base64.

Reads exactly one spelling of each value: base64 that decodes but would be written otherwise is
refused. It never looks at what the parts mean.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass

from core.errors import InvalidInput, SecretUnreadable

SALT_BYTES = 64
IV_BYTES = 16
TAG_BYTES = 16
MAX_PLAINTEXT_BYTES = 64 * 1024

_MAX_TOKEN = 2 * MAX_PLAINTEXT_BYTES

Randomness = Callable[[int], bytes]
"""Gives that many unpredictable bytes."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """The four parts as bytes: 64, 16 and 16 long, the last as long as the plaintext."""

    salt: bytes
    iv: bytes
    tag: bytes
    ciphertext: bytes


def pack(envelope: Envelope) -> str:
    """Return the token of `envelope`, in ASCII."""
    parts = (envelope.salt, envelope.iv, envelope.tag, envelope.ciphertext)
    return ":".join(base64.b64encode(part).decode() for part in parts)


def unpack(token: str) -> Envelope:
    """Return the parts of `token`; SecretUnreadable unless `pack` would write this very text."""
    parts = token.split(":") if len(token) <= _MAX_TOKEN else []
    if len(parts) != 4:
        raise unreadable()
    try:
        envelope = Envelope(*(base64.b64decode(part, validate=True) for part in parts))
    except ValueError:
        raise unreadable() from None
    sizes = (len(envelope.salt), len(envelope.iv), len(envelope.tag))
    if sizes != (SALT_BYTES, IV_BYTES, TAG_BYTES) or pack(envelope) != token:
        raise unreadable()
    return envelope


def to_bytes(plaintext: str) -> bytes:
    """Return what is to be sealed, as UTF-8; InvalidInput when it is too long or not text.

    The error never quotes the plaintext, nor carries one that does.
    """
    try:
        content = plaintext.encode()
    except UnicodeEncodeError:
        content = None
    if content is None or len(content) > MAX_PLAINTEXT_BYTES:
        raise InvalidInput(
            "secret",
            "The secret is not text of at most 64 KiB.",
            cure="Paste it again as the exchange shows it.",
        )
    return content


def unreadable() -> SecretUnreadable:
    """Return the one error of everything that does not open, so that nothing can be learnt."""
    return SecretUnreadable("A stored secret does not open with the encryption keys given.")
