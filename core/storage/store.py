"""The database of one installation: opened, migrated, and used in transactions of one owner each.

    open_store(url) → Store → as_user(id): UserWork → commit at the end of the block, or nothing

Safe to call from any thread; a transaction belongs to the thread that began it. It never shows rows
without an owner: there is no way to a statement but through `UserWork` and `SystemWork`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

import sqlalchemy as sa

from core.clock import Clock
from core.domain import ChainReport, check_chain
from core.errors import NotAllowed, StorageUnavailable
from core.storage import postgresql
from core.storage.audit import AuditLog
from core.storage.backup import BackupNote, back_up
from core.storage.engine import Engines, build_engines, parse_url, sqlite_engine
from core.storage.migrate import current_revision, migrate
from core.storage.sqlite_file import check_file, close_to_others, make_file
from core.storage.statements import Statements, translated
from core.storage.work import SystemWork, UserWork


@dataclass(frozen=True, slots=True)
class StoreHealth:
    """Whether the database can be used now, and what it is."""

    ok: bool
    dialect: str
    revision: str
    """The tables' version, "" when it could not be asked."""
    size_bytes: int | None
    """Of the file and its journal; None on PostgreSQL."""
    reason: str = ""
    """Why not, in words for the operator."""


class Store:
    """Every table, through transactions."""

    def __init__(self, engines: Engines, *, clock: Clock) -> None:
        self._engines = engines
        self._clock = clock
        self._audit_key: bytes | None = None
        self._verifying = Lock()
        self.dialect = engines.writer.dialect.name

    def unlock_audit(self, key: bytes, *, continued: bool = False) -> None:
        """Take the key of the audit chain; the first time, make the head of an empty log.

        `continued` says that the key was used before: then a log without a head was emptied, and
        ConfigurationError says so.
        """
        with self._transaction(None, self._engines.writer) as statements:
            log = AuditLog(statements, key=key)
            if log.head() is None:
                log.make_head(key, continued=continued)
        self._audit_key = key

    @contextmanager
    def as_user(self, user_id: str) -> Iterator[UserWork]:
        """Work as one person in one transaction that writes; an error undoes all of it."""
        with self._transaction(_named(user_id), self._engines.writer) as statements:
            yield UserWork(statements, user_id, audit_key=self._audit_key)

    @contextmanager
    def read_as(self, user_id: str) -> Iterator[UserWork]:
        """Read as one person, from one moment of the database throughout."""
        with self._transaction(_named(user_id), self._engines.reader) as statements:
            yield UserWork(statements, user_id, audit_key=self._audit_key)

    @contextmanager
    def as_system(self) -> Iterator[SystemWork]:
        """Work as the system in one transaction that writes: start-up, sign-in, commands."""
        with self._transaction(None, self._engines.writer) as statements:
            yield SystemWork(statements, audit_key=self._audit_key)

    @contextmanager
    def read_system(self) -> Iterator[SystemWork]:
        """Read as the system, from one moment of the database throughout."""
        with self._transaction(None, self._engines.reader) as statements:
            yield SystemWork(statements, audit_key=self._audit_key)

    def check(self) -> StoreHealth:
        """Return whether the database answers; never raises, and gives up after some seconds."""
        try:
            with translated(), self._engines.reader.begin() as connection:
                revision = current_revision(connection) or ""
            return StoreHealth(bool(revision), self.dialect, revision, self._size())
        except (StorageUnavailable, OSError) as error:
            return StoreHealth(False, self.dialect, "", None, str(error))

    def verify_audit(self) -> ChainReport:
        """Walk the whole audit log and say whether every entry is there, unchanged, in order.

        Raises NotAllowed during another walk: several would take every connection for reading, and
        nobody could be signed in meanwhile.
        """
        if self._audit_key is None:
            raise RuntimeError("unlock_audit comes before the log can be verified")
        if not self._verifying.acquire(blocking=False):
            raise NotAllowed("The audit log is being checked already: ask again in a moment.")
        try:
            return self._walk(self._audit_key)
        finally:
            self._verifying.release()

    def _walk(self, key: bytes) -> ChainReport:
        with self._transaction(None, self._engines.reader) as statements:
            log = AuditLog(statements, key=key)
            head = log.head()
            if head is None:
                return ChainReport(0, 0, "the record of the log's length is missing")
            return check_chain(key, head, log.entries())

    def backup(self, target: Path) -> BackupNote:
        """Write a sound copy to a new file; errors as in `core.storage.backup.back_up`."""
        return back_up(self._engines.path, target, at=self._clock.now())

    def close(self) -> None:
        """Close every connection; what is still running in a transaction fails."""
        self._engines.dispose()

    @contextmanager
    def _transaction(self, user_id: str | None, engine: sa.Engine) -> Iterator[Statements]:
        with translated(), engine.begin() as connection:
            if self.dialect == "postgresql":
                if engine is self._engines.reader:
                    postgresql.forbid_writing(connection)
                postgresql.identify(connection, user_id)
            yield Statements(connection)

    def _size(self) -> int | None:
        path = self._engines.path
        if path is None:
            return None
        wal = path.with_name(f"{path.name}-wal")
        return path.stat().st_size + (wal.stat().st_size if wal.exists() else 0)


def open_store(url: str, *, clock: Clock) -> Store:
    """Open the database, make it if there is none, and bring its tables up to date.

    Raises ConfigurationError when the URL, the file or the role cannot be used as it is, and
    StorageUnavailable when the database does not answer; nothing is overwritten then.
    """
    engines = build_engines(parse_url(url))
    if engines.path is not None:
        _prepare_file(engines.path)
        with_tables(engines.path)
        return Store(engines, clock=clock)
    try:
        with translated(), engines.writer.begin() as connection:
            postgresql.check_role(connection)
            postgresql.identify(connection, None)
            migrate(connection)
    except BaseException:
        engines.dispose()
        raise
    return Store(engines, clock=clock)


def _prepare_file(path: Path) -> None:
    if not path.exists():
        make_file(path, with_tables)
    check_file(path)
    close_to_others(path)


def with_tables(path: Path) -> None:
    """Bring the tables of a SQLite file up to date, in one transaction."""
    engine = sqlite_engine(path, size=1, begin="BEGIN IMMEDIATE", foreign_keys=False)
    try:
        with translated():
            with engine.begin() as connection:
                migrate(connection)
            with engine.connect() as connection:
                # Only now that the file is known to be ours; it cannot be done in a transaction.
                connection.connection.cursor().execute("PRAGMA journal_mode = WAL")
    finally:
        engine.dispose()


def _named(user_id: str) -> str:
    if not user_id:
        raise ValueError("work as a person needs to know whose")
    return user_id
