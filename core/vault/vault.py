"""One installation's keys: seals with the current one, opens with that and the one before.

    ENCRYPTION_KEY → keyring → Vault ← key checks kept in the database

Opening costs no slow derivation, but for tokens of the documents' form. It never stores anything,
and says of a token that does not open only that.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping

from core.errors import ConfigurationError, SecretUnreadable
from core.vault import cipher
from core.vault.cipher import V1, RootKey, SealContext
from core.vault.derive import fast_key
from core.vault.envelope import unreadable
from core.vault.keyring import MasterKey, read_key
from core.vault.secret import Secret
from core.vault.v1 import decrypt_v1

CURRENT_VARIABLE = "ENCRYPTION_KEY"
PREVIOUS_VARIABLE = "ENCRYPTION_KEY_PREVIOUS"


class Vault:
    """Seals and opens; built once by `open_vault`, safe to use from any thread."""

    def __init__(self, *keys: MasterKey) -> None:
        self._keys = keys
        self._current = keys[0].root
        self._roots: Mapping[str, RootKey] = {key.root.key_id: key.root for key in keys}

    @property
    def current_key_id(self) -> str:
        """The open name of the key that seals."""
        return self._current.key_id

    @property
    def key_ids(self) -> tuple[str, ...]:
        """The open names of all keys, the current one first."""
        return tuple(self._roots)

    def seal(self, plaintext: str, *, context: SealContext) -> str:
        """Return the token of `plaintext`, which opens only for `context`."""
        return cipher.seal(plaintext, root=self._current, context=context)

    def open(self, token: str, *, context: SealContext) -> Secret:
        """Return what was sealed for `context`; SecretUnreadable when anything does not fit.

        A token of the documents' form is bound to no place and opens for any `context`.
        """
        if cipher.key_id_of(token) == V1:
            return self._open_v1(token)
        return cipher.open_sealed(token, roots=self._roots, context=context)

    def key_id_of(self, token: str) -> str:
        """Return the id of the key `token` names, "v1" for the documents' form."""
        return cipher.key_id_of(token)

    def derive(self, label: str) -> bytes:
        """Return 32 bytes for another use, named by `label`; they change with the current key."""
        return fast_key(self._current.material, info=b"spectra/derived/" + label.encode())

    def check_value(self, key_id: str) -> str:
        """Return 64 hex digits that show later that the same key was given; KeyError if unknown.

        They tell nothing of the key to who reads them.
        """
        return fast_key(self._roots[key_id].material, info=b"spectra/key-check").hex()

    def _open_v1(self, token: str) -> Secret:
        for key in self._keys:
            try:
                return Secret(decrypt_v1(token, key.text))
            except SecretUnreadable:
                continue
        raise unreadable()


def open_vault(current: str, *, previous: str = "") -> Vault:
    """Return the vault of ENCRYPTION_KEY, and of the key before it while that is still needed.

    Raises ConfigurationError naming the variable that is missing, weak or given twice.
    """
    keys = [read_key(current, variable=CURRENT_VARIABLE)]
    if previous:
        keys.append(read_key(previous, variable=PREVIOUS_VARIABLE))
        if keys[0].root.key_id == keys[1].root.key_id:
            raise ConfigurationError(
                PREVIOUS_VARIABLE,
                f"goes by the same name as {CURRENT_VARIABLE}.",
                cure=f"Unset it, or make another {CURRENT_VARIABLE} if the two differ.",
            )
    return Vault(*keys)


def check_keys(vault: Vault, known: Mapping[str, str]) -> None:
    """Refuse to go on with keys that do not open what is stored.

    `known` holds the check values kept in the database by key id; none at all means nothing was
    sealed yet. Raises ConfigurationError naming ENCRYPTION_KEY.
    """
    unknown = [key_id for key_id, value in known.items() if not _fits(vault, key_id, value)]
    if unknown:
        raise ConfigurationError(
            CURRENT_VARIABLE,
            f"does not open this database, which was sealed with key {unknown[0]}; "
            f"given is {', '.join(vault.key_ids)}.",
            cure=f"Give the key it was sealed with; to change keys, name that one in "
            f"{PREVIOUS_VARIABLE} and run `python -m core.admin rotate-keys`.",
        )


def _fits(vault: Vault, key_id: str, value: str) -> bool:
    if key_id not in vault.key_ids:
        return False
    return hmac.compare_digest(vault.check_value(key_id).encode(), value.encode())
