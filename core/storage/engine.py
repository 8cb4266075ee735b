"""The engines: one that writes and one that reads, set up as measured for each database.

SQLite writes through a single connection: its pool is a fair queue, where SQLite's own waiting is
not (docs/decisions.md). The engine for reading cannot write. Statements and values never get into
errors or logs.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event, exc

from core.errors import ConfigurationError

_BUSY_MS = 15_000
_READERS = 8
_PRAGMAS = (
    f"busy_timeout = {_BUSY_MS}",
    "foreign_keys = ON",
    "secure_delete = ON",
    "synchronous = FULL",
    "journal_size_limit = 67108864",
)
_POSTGRESQL_OPTIONS = f"-c timezone=UTC -c lock_timeout={_BUSY_MS}"


@dataclass(frozen=True, slots=True)
class Engines:
    """The two ways into one database; `path` is the file of SQLite."""

    writer: sa.Engine
    reader: sa.Engine
    path: Path | None

    def dispose(self) -> None:
        """Close every connection."""
        self.reader.dispose()
        self.writer.dispose()


def parse_url(url: str) -> sa.URL:
    """Return the URL if it names a database Spectra can use, else raise ConfigurationError.

    No part of the URL is repeated: it may hold a password.
    """
    try:
        parsed = sa.make_url(url)
    except exc.ArgumentError:
        parsed = None
    if parsed is None or parsed.drivername not in (
        "sqlite",
        "sqlite+pysqlite",
        "postgresql",
        "postgresql+psycopg",
    ):
        raise ConfigurationError(
            "DATABASE_URL",
            "it is not the address of a database Spectra can use.",
            cure="Write sqlite:///folder/file.db or postgresql://user:password@host/name.",
        )
    if parsed.get_backend_name() == "sqlite" and (
        parsed.database in (None, "", ":memory:") or parsed.query
    ):
        raise ConfigurationError(
            "DATABASE_URL",
            "SQLite needs the path of a file, and nothing else.",
            cure="Write sqlite:///folder/file.db.",
        )
    return parsed


def sqlite_path(url: sa.URL) -> Path | None:
    """Return the file of a SQLite URL, None for PostgreSQL."""
    return Path(url.database or "") if url.get_backend_name() == "sqlite" else None


def build_engines(url: sa.URL) -> Engines:
    """Return the engines of a database; nothing is opened yet.

    Raises ConfigurationError when the driver of PostgreSQL is not installed.
    """
    path = sqlite_path(url)
    if path is not None:
        reader = sqlite_engine(path, size=_READERS, begin="BEGIN")
        event.listen(reader, "connect", _forbid_writing)
        return Engines(sqlite_engine(path, size=1, begin="BEGIN IMMEDIATE"), reader, path)
    return Engines(_postgresql_engine(url), _postgresql_engine(url), None)


def sqlite_engine(path: Path, *, size: int, begin: str, foreign_keys: bool = True) -> sa.Engine:
    """Return an engine over the file with `size` connections that start transactions by `begin`."""
    engine = sa.create_engine(
        sa.URL.create("sqlite", database=str(path)),
        # The driver must not start transactions itself: it would start them too late.
        connect_args={"isolation_level": None, "timeout": _BUSY_MS / 1000},
        poolclass=sa.QueuePool,
        pool_size=size,
        max_overflow=0,
        pool_timeout=2 * _BUSY_MS / 1000,
        hide_parameters=True,
    )

    @event.listens_for(engine, "connect")
    def set_up(connection: Any, _: object) -> None:
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        if not foreign_keys:
            connection.execute("PRAGMA foreign_keys = OFF")

    @event.listens_for(engine, "begin")
    def start(connection: sa.Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def _forbid_writing(connection: Any, _: object) -> None:
    connection.execute("PRAGMA query_only = ON")


def _postgresql_engine(url: sa.URL) -> sa.Engine:
    try:
        return sa.create_engine(
            url,
            connect_args={"connect_timeout": 5, "options": _POSTGRESQL_OPTIONS},
            pool_size=_READERS,
            max_overflow=0,
            pool_timeout=2 * _BUSY_MS / 1000,
            pool_pre_ping=True,
            hide_parameters=True,
        )
    except ModuleNotFoundError as error:
        raise ConfigurationError(
            "DATABASE_URL",
            "PostgreSQL needs a driver that is not installed.",
            cure="Run pip install -r requirements-postgres.txt.",
        ) from error
