"""Rows of one personal table, for one person: every statement names the owner.

A row of another person is as absent as one that never was.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from core.errors import InvalidInput, NotFound
from core.storage.statements import Statements

Values = Mapping[str, object]


class OwnedRows:
    """Rows that are added and changed; values go by the names of the columns."""

    def __init__(
        self,
        statements: Statements,
        user_id: str,
        table: sa.Table,
        *,
        hidden: tuple[str, ...] = (),
    ) -> None:
        self._statements = statements
        self._user_id = user_id
        self._table = table
        self._shown = [column for column in table.c if column.name not in hidden]

    def get(self, row_id: str) -> dict[str, Any]:
        """Return one row; NotFound when it is another's or none."""
        row = self._statements.first(sa.select(*self._shown).where(*self._is(row_id)))
        if row is None:
            raise self._missing()
        return dict(row._mapping)

    def list(self) -> list[dict[str, Any]]:
        """Return every row of this person, by id."""
        rows = sa.select(*self._shown).where(self._table.c.user_id == self._user_id)
        return [dict(row._mapping) for row in self._statements.all(rows.order_by("id"))]

    def add(self, values: Values) -> str:
        """Store a row and return its id, drawn at random unless given.

        Raises InvalidInput when it is there already or points at something that is not this
        person's, ValueError on an unknown column.
        """
        row_id = str(values.get("id") or uuid.uuid4().hex)
        kept = {**self._checked(values, also=("id",)), "id": row_id, "user_id": self._user_id}
        self._statements.change(sa.insert(self._table).values(**kept))
        return row_id

    def change(self, row_id: str, values: Values) -> None:
        """Change some values of a row; NotFound when it is another's, else errors as in `add`."""
        statement = sa.update(self._table).where(*self._is(row_id)).values(**self._checked(values))
        if not self._statements.change(statement):
            raise self._missing()

    def _checked(self, values: Values, *, also: tuple[str, ...] = ()) -> dict[str, object]:
        allowed = {column.name for column in self._table.c} - {"user_id", "id"} | set(also)
        if unknown := sorted(set(values) - allowed):
            raise ValueError(f"{self._table.name} takes no {', '.join(unknown)}")
        return dict(values)

    def _is(self, row_id: str) -> tuple[sa.ColumnElement[bool], ...]:
        return self._table.c.user_id == self._user_id, self._table.c.id == row_id

    def _missing(self) -> NotFound:
        return NotFound("There is no such entry.")


class RemovableRows(OwnedRows):
    """Rows that may also go for good."""

    def remove(self, row_id: str) -> None:
        """Delete a row; NotFound when it is another's, InvalidInput while others refer to it."""
        try:
            gone = self._statements.change(sa.delete(self._table).where(*self._is(row_id)))
        except InvalidInput:
            raise InvalidInput(
                "id", "Other entries still refer to this one.", cure="Remove those first."
            ) from None
        if not gone:
            raise self._missing()
