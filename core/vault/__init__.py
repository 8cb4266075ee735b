"""Seals what must not be read by whoever holds the database file.

Vault, open_vault           one installation's keys; seals for one place, opens only there
SealContext, Secret         the place a value belongs to; a value that shows itself only when asked
seal, open_sealed           core.vault.cipher: the v2 form, pure
encrypt_v1, decrypt_v1      the documents' exact form, pure
check_keys                  refuses a wrong key before anything is read with it
load_or_make_key            the key file of single-user mode
hash, compare_hash,
generate_secure_random      digests and random text
"""

from core.vault.cipher import SealContext, open_sealed, seal
from core.vault.digest import compare_hash, generate_secure_random, hash
from core.vault.keyfile import load_or_make_key
from core.vault.secret import Secret
from core.vault.v1 import decrypt_v1, encrypt_v1
from core.vault.vault import Vault, check_keys, open_vault

__all__ = [
    "SealContext",
    "Secret",
    "Vault",
    "check_keys",
    "compare_hash",
    "decrypt_v1",
    "encrypt_v1",
    "generate_secure_random",
    "hash",
    "load_or_make_key",
    "open_sealed",
    "open_vault",
    "seal",
]
