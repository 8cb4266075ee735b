"""The documents' exact form, as Node's crypto writes it: readable for ever, written on request.

    key = PBKDF2-HMAC-SHA256(passphrase, salt, 100,000), AES-256-GCM, nothing bound to its place

It never writes into the database; what Spectra stores is the v2 form of `cipher`.
"""

from __future__ import annotations

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from core.vault.derive import slow_key
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

ROUNDS = 100_000


def encrypt_v1(plaintext: str, passphrase: str, *, randomness: Randomness = os.urandom) -> str:
    """Return `salt:iv:authTag:ciphertext`; draws 64 and then 16 bytes from `randomness`."""
    content = to_bytes(plaintext)
    salt, iv = randomness(SALT_BYTES), randomness(IV_BYTES)
    sealed = AESGCM(slow_key(passphrase.encode(), salt, ROUNDS)).encrypt(iv, content, None)
    return pack(Envelope(salt, iv, sealed[-TAG_BYTES:], sealed[:-TAG_BYTES]))


def decrypt_v1(token: str, passphrase: str) -> str:
    """Return the plaintext; SecretUnreadable when the token was changed or the key is another."""
    envelope = unpack(token)
    key = slow_key(passphrase.encode(), envelope.salt, ROUNDS)
    try:
        return AESGCM(key).decrypt(envelope.iv, envelope.ciphertext + envelope.tag, None).decode()
    except (InvalidTag, UnicodeDecodeError):
        raise unreadable() from None
