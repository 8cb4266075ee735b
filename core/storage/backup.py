"""Backups of a SQLite database: a sound copy into a new file, and the way back from one.

    backup   database → VACUUM INTO a new file → checked → on the disk
    restore  copy of the backup, checked → accepted by the caller → old file kept → copy in place

Nothing that exists is ever overwritten, and nothing is moved before everything was checked. The key
is not in a backup: without it the credentials inside stay sealed.
"""

from __future__ import annotations

import os
import secrets
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from core.clock import Clock
from core.domain import AuditHead
from core.errors import ConfigurationError, InvalidInput, StorageUnavailable
from core.storage.engine import parse_url, sqlite_path
from core.storage.migrate import is_known
from core.storage.sqlite_file import check_file, connect_to_read, remove, sync

_POSTGRESQL = (
    "A PostgreSQL database is saved and restored by its own tools.",
    "Use pg_dump and pg_restore.",
)


@dataclass(frozen=True, slots=True)
class BackupFacts:
    """What a backup says about itself, read without any key."""

    revision: str
    audit: AuditHead
    key_checks: dict[str, str]
    """Check value by key id, to tell whether the keys at hand open what is sealed in it."""


@dataclass(frozen=True, slots=True)
class BackupNote:
    """A backup that was made and checked."""

    path: Path
    made_at: datetime
    size_bytes: int
    facts: BackupFacts


@dataclass(frozen=True, slots=True)
class RestoreNote:
    """A backup that took the database's place; `kept` is where the old one lies, if there was."""

    path: Path
    kept: Path | None
    facts: BackupFacts


def back_up(database: Path | None, target: Path, *, at: datetime) -> BackupNote:
    """Copy the database as it is at one moment into a new file only this user can read.

    Raises InvalidInput when the target exists or cannot be made, and on PostgreSQL;
    StorageUnavailable when the copy failed, of which nothing stays.
    """
    if database is None:
        raise InvalidInput("target", _POSTGRESQL[0], cure=_POSTGRESQL[1])
    try:
        os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600))
    except FileExistsError as error:
        raise InvalidInput(
            "target", f"{target} exists and is left as it is.", cure="Name a new file."
        ) from error
    except OSError as error:
        raise InvalidInput(
            "target", f"{target} cannot be made: {error.strerror}.", cure="Name another folder."
        ) from error
    try:
        with closing(connect_to_read(database)) as connection:
            connection.execute("VACUUM INTO ?", (str(target),))
        facts = read_backup(target)
        sync(target)
    except BaseException as error:
        remove(target)
        if isinstance(error, sqlite3.Error | OSError):
            raise StorageUnavailable("The backup failed; nothing of it was kept.") from error
        raise
    return BackupNote(target, at, target.stat().st_size, facts)


def read_backup(path: Path) -> BackupFacts:
    """Check a backup from end to end and return what it says about itself.

    Raises ConfigurationError when it is damaged, empty, another program's or a newer Spectra's.
    """
    check_file(path, name="backup")
    journal = path.with_name(f"{path.name}-wal")
    if journal.exists() and journal.stat().st_size:
        raise _refused(path, "is a database in use, of which a part is elsewhere")
    try:
        with closing(connect_to_read(path)) as connection:
            sound = connection.execute("PRAGMA integrity_check(1)").fetchall() == [("ok",)]
            fits = not connection.execute("PRAGMA foreign_key_check").fetchall()
            revision = _one(connection, "SELECT version_num FROM alembic_version")
            head = _one(connection, "SELECT count, hash, seal FROM audit_head")
            checks = connection.execute("SELECT key_id, value FROM key_checks").fetchall()
    except sqlite3.DatabaseError as error:
        raise _refused(path, "is not a database of Spectra") from error
    if not sound or not fits:
        raise _refused(path, "is damaged")
    if revision is None or not is_known(revision[0]):
        raise _refused(path, "was made by a newer version of Spectra")
    if head is None:
        raise _refused(path, "lacks the record of the audit log's length")
    return BackupFacts(revision[0], AuditHead(*head), dict(checks))


def restore(
    backup: Path,
    *,
    url: str,
    clock: Clock,
    accept: Callable[[BackupFacts], None] = lambda _: None,
) -> RestoreNote:
    """Put the backup in the place of the database that `url` names, which must not be in use.

    `accept` may refuse, by raising, what it reads about the backup, such as keys it does not have.
    Raises what `read_backup` and `accept` raise, InvalidInput on PostgreSQL and while Spectra runs;
    both files are as they were then.
    """
    path = sqlite_path(parse_url(url))
    if path is None:
        raise InvalidInput("backup", _POSTGRESQL[0], cure=_POSTGRESQL[1])
    new = path.with_name(f"{path.name}.{secrets.token_hex(4)}.restore")
    try:
        facts = _copy(backup, new)
        accept(facts)
        kept = _keep(path, at=clock.now())
        new.replace(path)
        sync(path)
        return RestoreNote(path, kept, facts)
    except OSError as error:
        raise StorageUnavailable(f"The backup cannot be restored: {error.strerror}.") from error
    finally:
        remove(new)


def _copy(backup: Path, new: Path) -> BackupFacts:
    """Copy first and check the copy: what was checked is what is put in place."""
    read_backup(backup)
    with (
        open(backup, "rb") as source,
        open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600), "wb") as to,
    ):
        shutil.copyfileobj(source, to)
    sync(new)
    return read_backup(new)


def _keep(path: Path, *, at: datetime) -> Path | None:
    """Give the old database a second name, so that at no moment there is none under the first."""
    if not path.exists():
        return None
    if _is_sound(path):
        _check_unused(path)
    kept = path.with_name(f"{path.name}.before-restore-{at:%Y%m%dT%H%M%S%f}")
    kept.hardlink_to(path)
    for end in ("-wal", "-shm", "-journal"):
        beside = path.with_name(path.name + end)
        if beside.exists():
            beside.rename(kept.with_name(kept.name + end))
    return kept


def _is_sound(path: Path) -> bool:
    """SQLite throws away what lies beside a damaged file when it opens it to write."""
    try:
        check_file(path)
    except ConfigurationError:
        return False
    return True


def _check_unused(path: Path) -> None:
    """Leave write-ahead mode, which SQLite refuses while anybody else has the file open."""
    try:
        with closing(sqlite3.connect(path, timeout=1)) as connection:
            connection.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.DatabaseError as error:
        raise InvalidInput(
            "backup", "The database is in use.", cure="Stop Spectra, then restore."
        ) from error


def _one(connection: sqlite3.Connection, query: str) -> Any:
    return connection.execute(query).fetchone()


def _refused(path: Path, problem: str) -> ConfigurationError:
    return ConfigurationError(
        "backup", f"the file {path} {problem}.", cure="Nothing was changed: name another backup."
    )
