"""What all tables share: one MetaData, the names of constraints, and the columns used everywhere.

Personal tables have `(user_id, id)` as key, and refer to one another by both: a row cannot even
point at another person's.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from core.storage.types import Money, PlainText, UtcTime

METADATA = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def text(name: str, *, default: str | None = None) -> sa.Column[str]:
    """Return a column of text that is never NULL."""
    return sa.Column(name, PlainText, nullable=False, default=default)


def maybe_text(name: str) -> sa.Column[str]:
    """Return a column of text that may be NULL."""
    return sa.Column(name, PlainText)


def moment(name: str) -> sa.Column[Any]:
    """Return a column of a moment that is never NULL."""
    return sa.Column(name, UtcTime, nullable=False)


def maybe_moment(name: str) -> sa.Column[Any]:
    """Return a column of a moment that may be NULL."""
    return sa.Column(name, UtcTime)


def money(name: str) -> sa.Column[Any]:
    """Return a column of an exact amount that is never NULL."""
    return sa.Column(name, Money, nullable=False)


def maybe_money(name: str) -> sa.Column[Any]:
    """Return a column of an exact amount that may be NULL."""
    return sa.Column(name, Money)


def number(name: str, *, default: int) -> sa.Column[int]:
    """Return a column of a whole number that is never NULL."""
    return sa.Column(name, sa.Integer, nullable=False, default=default)


def flag(name: str, *, default: bool) -> sa.Column[bool]:
    """Return a column of yes or no."""
    return sa.Column(name, sa.Boolean, nullable=False, default=default)


def one_of(name: str, choices: Iterable[str]) -> sa.CheckConstraint:
    """Return the rule that a column holds one of `choices`, which are constants of ours."""
    listed = ", ".join(f"'{choice}'" for choice in choices)
    return sa.CheckConstraint(f"{name} IN ({listed})", name=name)


def personal_key() -> tuple[sa.Column[str], sa.Column[str], sa.ForeignKeyConstraint]:
    """Return the key of a personal table, and its tie to the user."""
    return (
        sa.Column("user_id", PlainText, primary_key=True),
        sa.Column("id", PlainText, primary_key=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"]),
    )


def owned(column: str, table: str) -> sa.ForeignKeyConstraint:
    """Return the tie of `column` to a row of the same person in `table`."""
    return sa.ForeignKeyConstraint(["user_id", column], [f"{table}.user_id", f"{table}.id"])
