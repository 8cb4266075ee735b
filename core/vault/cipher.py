"""The v2 form of a sealed value: one derived key per value, bound to the place it belongs to.

    salt = "SPX2" + key id (4 characters) + 56 random bytes
    key  = HKDF-SHA256(root of that key id, salt, "spectra/credential/v2")
    AAD  = "v2", key id, user, connection, field, each behind its length

A value copied to another user, connection or field does not open there. Pure: it holds no key and
never reads or writes anything.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from core.vault.derive import fast_key
from core.vault.envelope import (
    IV_BYTES,
    SALT_BYTES,
    TAG_BYTES,
    Envelope,
    Randomness,
    pack,
    to_bytes,
    unpack,
    unreadable,
)
from core.vault.secret import Secret

V1 = "v1"
"""What stands for a key id in a token of the documents' form, which names none."""

_MAGIC = b"SPX2"
_KEY_ID = re.compile(rb"[A-Z2-7]{4}")
_HEADER_BYTES = 8


@dataclass(frozen=True, slots=True)
class SealContext:
    """The place a sealed value belongs to; none of it is secret, all of it must match."""

    user_id: str
    connection_id: str
    field: str


@dataclass(frozen=True, slots=True)
class RootKey:
    """What one master key became: 32 bytes, and the open name it goes by in tokens."""

    key_id: str
    """Four of A–Z and 2–7."""
    material: bytes = field(repr=False)


def seal(
    plaintext: str, *, root: RootKey, context: SealContext, randomness: Randomness = os.urandom
) -> str:
    """Return the token of `plaintext` for `context`: two of the same text always differ.

    Raises InvalidInput for more than 64 KiB.
    """
    content = to_bytes(plaintext)
    header = _MAGIC + root.key_id.encode()
    salt, iv = header + randomness(SALT_BYTES - _HEADER_BYTES), randomness(IV_BYTES)
    sealed = _cipher(root, salt).encrypt(iv, content, _place(root.key_id, context))
    return pack(Envelope(salt, iv, sealed[-TAG_BYTES:], sealed[:-TAG_BYTES]))


def open_sealed(token: str, *, roots: Mapping[str, RootKey], context: SealContext) -> Secret:
    """Return what was sealed for `context`, with whichever of `roots` (by key id) it names.

    Raises SecretUnreadable, always with the same text, for everything else.
    """
    envelope = unpack(token)
    root = roots.get(_named(envelope))
    if root is None:
        raise unreadable()
    sealed = envelope.ciphertext + envelope.tag
    try:
        content = _cipher(root, envelope.salt).decrypt(
            envelope.iv, sealed, _place(root.key_id, context)
        )
    except InvalidTag:
        raise unreadable() from None
    return Secret(content.decode())


def key_id_of(token: str) -> str:
    """Return the key id a token names, "v1" if it is of the documents' form; SecretUnreadable."""
    return _named(unpack(token))


def _named(envelope: Envelope) -> str:
    if not envelope.salt.startswith(_MAGIC):
        return V1
    key_id = envelope.salt[len(_MAGIC) : _HEADER_BYTES]
    if not _KEY_ID.fullmatch(key_id):
        raise unreadable()
    return key_id.decode()


def _cipher(root: RootKey, salt: bytes) -> AESGCM:
    return AESGCM(fast_key(root.material, salt=salt, info=b"spectra/credential/v2"))


def _place(key_id: str, context: SealContext) -> bytes:
    words = ("v2", key_id, context.user_id, context.connection_id, context.field)
    parts = [word.encode() for word in words]
    return b"".join(len(part).to_bytes(2, "big") + part for part in parts)
