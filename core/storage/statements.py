"""The one border to SQLAlchemy: statements go in, Spectra's own errors come out.

    busy, gone, full, broken → StorageUnavailable      refused by a rule of a table → InvalidInput

No error names a statement, a value or an address: it says what happened and what would help.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy import exc
from sqlalchemy.dialects import postgresql, sqlite

from core.errors import InvalidInput, SpectraError, StorageUnavailable
from core.logs import fields

_LOG = logging.getLogger(__name__)

_BATCH = 500
_FULL = ("SQLITE_FULL", "53100")
_BUSY = ("SQLITE_BUSY", "SQLITE_LOCKED", "55P03", "40P01", "40001")
_BROKEN = ("SQLITE_CORRUPT", "SQLITE_NOTADB")


@contextmanager
def translated() -> Iterator[None]:
    """Let no error of SQLAlchemy or of a driver leave the block as it is."""
    try:
        yield
    except exc.IntegrityError as error:
        _note(error)
        raise InvalidInput(
            "values",
            "This is there already, or belongs to something that does not exist.",
            cure="Look at what is stored and try again.",
        ) from None
    except exc.DataError as error:
        _note(error)
        raise InvalidInput(
            "values", "A value does not fit where it is kept.", cure="Give a smaller one."
        ) from None
    except (exc.OperationalError, exc.TimeoutError) as error:
        raise StorageUnavailable(_unavailable(error)) from error
    except exc.DBAPIError as error:
        _note(error)
        raise StorageUnavailable(_unavailable(error)) from None
    except exc.StatementError as error:
        # A column type refused the value before the database saw it.
        if isinstance(error.orig, SpectraError | TypeError):
            raise error.orig from None
        raise


def _note(error: exc.DBAPIError) -> None:
    """Log which rule was broken, not the driver's own words: PostgreSQL's quote the whole row."""
    original = error.orig
    rule = getattr(getattr(original, "diag", None), "constraint_name", None)
    _LOG.info("statement %s", fields(status="refused", why=type(original).__name__, rule=rule))


def _unavailable(error: exc.SQLAlchemyError) -> str:
    original = getattr(error, "orig", None)
    code = getattr(original, "sqlite_errorname", None) or getattr(original, "sqlstate", None) or ""
    if code.startswith(_FULL):
        return "The disk is full; nothing of this was stored."
    if code.startswith(_BUSY) or isinstance(error, exc.TimeoutError):
        return "The database is busy; nothing of this was stored. Try again."
    if code.startswith(_BROKEN):
        return "The database file is damaged. Restore a backup."
    return "The database cannot be used now; nothing of this was stored."


class Statements:
    """The statements of one transaction, on one thread."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    @property
    def on_postgresql(self) -> bool:
        """Whether this is PostgreSQL rather than SQLite."""
        return self._connection.dialect.name == "postgresql"

    def all(self, statement: sa.Executable) -> Sequence[sa.Row[Any]]:
        """Return every row."""
        with translated():
            return self._connection.execute(statement).all()

    def first(self, statement: sa.Executable) -> sa.Row[Any] | None:
        """Return the first row, None without one."""
        with translated():
            return self._connection.execute(statement).first()

    def change(self, statement: sa.Executable) -> int:
        """Run a statement that writes and return how many rows it wrote."""
        with translated():
            return self._connection.execute(statement).rowcount

    def stream(self, statement: sa.Executable) -> Iterator[sa.Row[Any]]:
        """Yield rows a few hundred at a time, for results of any length."""
        options = {"yield_per": _BATCH}
        with translated(), self._connection.execute(statement, execution_options=options) as rows:
            yield from rows

    def upsert(self, table: sa.Table, values: dict[str, Any]) -> None:
        """Insert the row, or change the one with the same primary key to these values."""
        keys = [column.name for column in table.primary_key]
        changed = {name: value for name, value in values.items() if name not in keys}
        statement = self._insert(table).values(**values)
        self.change(statement.on_conflict_do_update(index_elements=keys, set_=changed))

    def insert_new(self, table: sa.Table, values: dict[str, Any]) -> bool:
        """Insert the row and say whether it could be: False when one like it is there already."""
        inserting = self._insert(table).values(**values).on_conflict_do_nothing()
        return self.first(inserting.returning(*table.primary_key)) is not None

    def _insert(self, table: sa.Table) -> Any:
        return postgresql.insert(table) if self.on_postgresql else sqlite.insert(table)
