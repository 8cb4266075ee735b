"""Every sealed value in the database, in one list, so that a new key can take over from the old.

    list a batch after a place → (the vault seals again) → replace, unless it changed meanwhile

It covers every column the tables name as sealed; it never opens one.
"""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from core.storage.statements import Statements
from core.storage.tables import APP_SECRETS, EXCHANGE_CONNECTIONS, SEALED_FIELDS

_SYSTEM, _NO_CONNECTION = "system", "-"


@dataclass(frozen=True, slots=True)
class SealedValue:
    """One sealed value, with all that the vault binds it to."""

    place: str
    """Names the row and column; values are listed in its order."""
    user_id: str
    connection_id: str
    field: str
    key_id: str
    token: str


class Sealed:
    """Every sealed value."""

    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    def list(self, after: str = "", limit: int = 100) -> list[SealedValue]:
        """Return the next `limit` values whose place comes after `after`, in order."""
        everything = _EVERYTHING
        # Byte order on both, whatever language PostgreSQL's database was made for.
        place = sa.collate(everything.c.place, "C" if self._statements.on_postgresql else "BINARY")
        rows = sa.select(everything).where(place > after).order_by(place).limit(limit)
        return [
            SealedValue(row.place, row.user_id, row.connection_id, row.field, row.key_id, row.token)
            for row in self._statements.all(rows)
        ]

    def replace(self, place: str, *, old_token: str, token: str, key_id: str) -> bool:
        """Store another token and key id at a place; False when the old token is not there now."""
        table, _, rest = place.partition("/")
        if table == APP_SECRETS.name:
            c = APP_SECRETS.c
            change = sa.update(APP_SECRETS).where(c.name == rest, c.value == old_token)
            return self._statements.change(change.values(value=token, key_id=key_id)) == 1
        user_id, connection_id, field = rest.split("/")
        if table != EXCHANGE_CONNECTIONS.name or field not in SEALED_FIELDS:
            raise ValueError("nothing sealed is kept there")
        connections = EXCHANGE_CONNECTIONS.c
        change = sa.update(EXCHANGE_CONNECTIONS).where(
            connections.user_id == user_id,
            connections.id == connection_id,
            connections[field] == old_token,
        )
        return self._statements.change(change.values(_values(field, token, key_id))) == 1

    def count_by_key(self) -> dict[str, int]:
        """Return how many values each key has sealed, by key id."""
        key_id = _EVERYTHING.c.key_id
        rows = sa.select(key_id, sa.func.count().label("sealed")).group_by(key_id)
        return {row.key_id: row.sealed for row in self._statements.all(rows)}


def _values(field: str, token: str, key_id: str) -> dict[str, str]:
    return {field: token, f"{field}_key_id": key_id}


def _of_field(field: str) -> sa.Select[tuple[str, str, str, str, str, str]]:
    c = EXCHANGE_CONNECTIONS.c
    start = sa.literal(f"{EXCHANGE_CONNECTIONS.name}/", sa.Text)
    return sa.select(
        (start + c.user_id + "/" + c.id + f"/{field}").label("place"),
        c.user_id.label("user_id"),
        c.id.label("connection_id"),
        sa.literal(field, sa.Text).label("field"),
        c[f"{field}_key_id"].label("key_id"),
        c[field].label("token"),
    ).where(c[field].is_not(None))


_EVERYTHING = sa.union_all(
    sa.select(
        (sa.literal(f"{APP_SECRETS.name}/", sa.Text) + APP_SECRETS.c.name).label("place"),
        sa.literal(_SYSTEM, sa.Text).label("user_id"),
        sa.literal(_NO_CONNECTION, sa.Text).label("connection_id"),
        APP_SECRETS.c.name.label("field"),
        APP_SECRETS.c.key_id.label("key_id"),
        APP_SECRETS.c.value.label("token"),
    ),
    *(_of_field(field) for field in SEALED_FIELDS),
).subquery("everything")
