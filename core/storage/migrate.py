"""Walks the tables' history up and down, each walk one transaction on either database.

Foreign keys are off on SQLite while tables are rebuilt: SQLite would otherwise delete the rows that
refer to a table being replaced. They are checked once at the end instead. It never guesses: a
database of a newer Spectra, or of another program, is refused.
"""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory

from core.errors import ConfigurationError, StorageUnavailable
from core.storage.tables import METADATA

_LOCK = threading.Lock()
"""Alembic keeps the walk in progress in module globals."""
_WALK_LOCK = 0x53504558
"""Names the lock on PostgreSQL that lets one process at a time walk."""


def head_revision() -> str:
    """Return the revision this version of Spectra works with."""
    return str(_scripts().get_current_head())


def is_known(revision: str | None) -> bool:
    """Return whether the history has this revision."""
    return revision is not None and revision in {step.revision for step in _walk()}


def migrate(connection: sa.Connection, *, to: str = "head") -> None:
    """Walk to revision `to` inside the transaction of `connection`.

    Raises ConfigurationError when the database is of a newer Spectra or of another program, and
    StorageUnavailable when the rows would no longer fit together; the caller rolls back.
    """
    with _LOCK:
        if connection.dialect.name == "postgresql":
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_WALK_LOCK)))
        current = current_revision(connection)
        _check_ours(connection, current)
        if current == (head_revision() if to == "head" else to):
            return
        _run(connection, current, to)
        if (
            connection.dialect.name == "sqlite"
            and connection.exec_driver_sql("PRAGMA foreign_key_check").first()
        ):
            raise StorageUnavailable(
                "The database's rows do not fit together; nothing was changed."
            )


def _run(connection: sa.Connection, current: str | None, to: str) -> None:
    scripts = _scripts()
    steps = [step.revision for step in _walk()]
    downwards = to == "base" or (current in steps and to in steps[steps.index(current) :])

    def plan(revision: Any, _: MigrationContext) -> Any:
        walk = scripts._downgrade_revs if downwards else scripts._upgrade_revs
        return walk(to, revision)

    with EnvironmentContext(Config(), scripts, fn=plan) as environment:
        environment.configure(
            connection=connection,
            target_metadata=METADATA,
            render_as_batch=True,
            transactional_ddl=True,
        )
        environment.run_migrations()


def current_revision(connection: sa.Connection) -> str | None:
    """Return the revision the database is at, None for one without tables of Spectra."""
    return MigrationContext.configure(connection).get_current_revision()


def differences(connection: sa.Connection) -> list[Any]:
    """Return what the tables in the database and those in the code do not share; [] is right."""
    return list(compare_metadata(MigrationContext.configure(connection), METADATA))


def _check_ours(connection: sa.Connection, current: str | None) -> None:
    if current is not None and not is_known(current):
        raise ConfigurationError(
            "DATABASE_URL",
            "the database was last used by a newer version of Spectra.",
            cure="Install that version, or restore a backup made with this one.",
        )
    if current is None and set(sa.inspect(connection).get_table_names()) - {"alembic_version"}:
        raise ConfigurationError(
            "DATABASE_URL",
            "the database belongs to another program.",
            cure="Name one of Spectra's own, or one that does not exist yet.",
        )


def _scripts() -> ScriptDirectory:
    return ScriptDirectory(str(Path(__file__).with_name("migrations")))


def _walk() -> list[Any]:
    """Return every step, the newest first."""
    return list(_scripts().walk_revisions())
