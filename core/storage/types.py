"""Column types that give back exactly what they were given, on both databases.

    Money      Decimal  ↔ NUMERIC(38, 18) on PostgreSQL, plain digits as text on SQLite
    UtcTime    datetime ↔ TIMESTAMPTZ, ISO text of one length on SQLite, so that text sorts by time
    PlainText  str      ↔ text without NUL and lone surrogates, which PostgreSQL cannot keep

They never round, guess a time zone or cut: what would not come back the same is refused. On SQLite
the database itself must not add up or order Money; that is done in Python.
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Context, Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

from core.errors import InvalidInput

DIGITS, PLACES = 38, 18
"""How many digits money may have, and how many of them after the point."""
_EXACT = Context(prec=2 * DIGITS)
_ZERO = Decimal(0)


class Money(TypeDecorator[Decimal]):
    """An exact amount with up to 20 digits before the point and 18 after it."""

    impl = sa.Numeric(DIGITS, PLACES)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose the column's type on this database."""
        exact = sa.Numeric(DIGITS, PLACES) if _is_postgresql(dialect) else sa.String(60)
        return dialect.type_descriptor(exact)

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Any:
        """Refuse what is no exact number (TypeError) or does not fit (InvalidInput)."""
        if value is None:
            return None
        if type(value) not in (Decimal, int):
            raise TypeError("money needs a Decimal")
        exact = _plain(Decimal(value))
        return exact if _is_postgresql(dialect) else format(exact, "f")

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        """Return the same number with the same digits on both databases."""
        return None if value is None else _plain(Decimal(value))


def _plain(value: Decimal) -> Decimal:
    """Return `value` without an exponent and without zeros at the end."""
    if not value:
        if value.is_finite():
            return _ZERO
    elif value.is_finite() and value.adjusted() < DIGITS - PLACES:
        trimmed = value.normalize(_EXACT)
        exponent = trimmed.as_tuple().exponent
        if trimmed == value and isinstance(exponent, int) and exponent >= -PLACES:
            return trimmed if exponent <= 0 else trimmed.quantize(Decimal(1), context=_EXACT)
    raise InvalidInput(
        "amount",
        f"A number has more than {DIGITS - PLACES} digits before the point or {PLACES} after it.",
        cure="Give one that can be kept exactly.",
    )


class UtcTime(TypeDecorator[datetime]):
    """A moment; comes back aware, in UTC, to the microsecond."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose the column's type on this database."""
        kept = sa.DateTime(timezone=True) if _is_postgresql(dialect) else sa.String(32)
        return dialect.type_descriptor(kept)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Refuse a naive time: nobody could say later which moment it was."""
        if value is None:
            return None
        if not isinstance(value, datetime) or value.utcoffset() is None:
            raise TypeError("a moment needs an aware datetime")
        moment = value.astimezone(UTC)
        return moment if _is_postgresql(dialect) else moment.isoformat(timespec="microseconds")

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Return the moment in UTC."""
        if value is None:
            return None
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(value)
        return moment.astimezone(UTC)


class PlainText(TypeDecorator[str]):
    """Text that both databases can keep."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> Any:
        """Refuse NUL and lone surrogates with InvalidInput."""
        if value is None:
            return None
        if not isinstance(value, str):
            raise TypeError("text needs a str")
        if "\0" in value or (not value.isascii() and _has_surrogates(value)):
            raise InvalidInput(
                "text", "A text holds characters that cannot be kept.", cure="Type it again."
            )
        return str(value)


def _has_surrogates(value: str) -> bool:
    return any("\ud800" <= letter <= "\udfff" for letter in value)


def _is_postgresql(dialect: Dialect) -> bool:
    return dialect.name == "postgresql"
