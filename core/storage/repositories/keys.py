"""What the installation keeps of its keys: proofs that a key is the right one, and sealed values.

Nothing here can be read without the key: that is the vault's part.
"""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from core.storage.statements import Statements
from core.storage.tables import APP_SECRETS, KEY_CHECKS


@dataclass(frozen=True, slots=True)
class KeyChecks:
    """The key check value of every key that sealed something here."""

    _statements: Statements

    def load(self) -> dict[str, str]:
        """Return the check values by key id."""
        return {row.key_id: row.value for row in self._statements.all(sa.select(KEY_CHECKS))}

    def save(self, key_id: str, value: str) -> None:
        """Store or replace the check value of a key."""
        self._statements.upsert(KEY_CHECKS, {"key_id": key_id, "value": value})

    def remove(self, key_id: str) -> None:
        """Forget a key that seals nothing any more."""
        self._statements.change(sa.delete(KEY_CHECKS).where(KEY_CHECKS.c.key_id == key_id))


@dataclass(frozen=True, slots=True)
class Secrets:
    """Sealed values of the installation itself, by name."""

    _statements: Statements

    def load(self, name: str) -> str | None:
        """Return the sealed value, None without one."""
        row = self._statements.first(
            sa.select(APP_SECRETS.c.value).where(APP_SECRETS.c.name == name)
        )
        return None if row is None else str(row.value)

    def add(self, name: str, *, token: str, key_id: str) -> bool:
        """Store a sealed value if there is none of that name yet, and say whether it was stored."""
        return self._statements.insert_new(
            APP_SECRETS, {"name": name, "value": token, "key_id": key_id}
        )
