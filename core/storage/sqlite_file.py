"""The file of a SQLite database: made whole or not at all, and never replaced because it is odd.

A file that is empty, damaged or another program's is refused with the reason. Looking at it changes
no byte of it.
"""

from __future__ import annotations

import logging
import os
import secrets
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from core.errors import ConfigurationError, StorageUnavailable
from core.logs import fields

_MAGIC = b"SQLite format 3\0"
_OPEN_TO_OTHERS = 0o077

_LOG = logging.getLogger(__name__)


def make_file(path: Path, fill: Callable[[Path], None]) -> None:
    """Let `fill` write a new database beside `path`, then give it that name, whole.

    A file another process made meanwhile is kept, and this one thrown away. Raises
    StorageUnavailable when the folder cannot be written to.
    """
    new = path.with_name(f"{path.name}.{secrets.token_hex(4)}.new")
    try:
        os.close(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600))
        fill(new)
        sync(new)
        if not path.exists():
            os.link(new, path)
    except FileExistsError:
        return
    except OSError as error:
        raise StorageUnavailable(
            f"The folder {path.parent} cannot be written to: {error.strerror}."
        ) from error
    finally:
        remove(new)


def check_file(path: Path, *, name: str = "DATABASE_URL") -> None:
    """Raise ConfigurationError, with `name` as its field, unless `path` is a sound database."""
    try:
        with open(path, "rb") as file:
            magic = file.read(len(_MAGIC))
    except FileNotFoundError as error:
        raise ConfigurationError(
            name, f"there is no file {path}.", cure="Check its name and folder."
        ) from error
    except OSError as error:
        raise ConfigurationError(
            name, f"{path} cannot be read: {error.strerror}.", cure="Give this user the right to."
        ) from error
    if not magic:
        raise _refused(name, path, "is empty")
    if magic != _MAGIC:
        raise _refused(name, path, "is not a SQLite database")
    try:
        with closing(connect_to_read(path)) as connection:
            verdicts = connection.execute("PRAGMA quick_check(1)").fetchall()
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorname.startswith(("SQLITE_BUSY", "SQLITE_CANTOPEN")):
            raise StorageUnavailable("The database is busy and cannot be checked.") from error
        verdicts = []
    if verdicts != [("ok",)]:
        raise _refused(name, path, "is damaged")


def connect_to_read(path: Path) -> sqlite3.Connection:
    """Return a connection that cannot change the file."""
    return sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=15)


def close_to_others(path: Path) -> None:
    """Take the rights of other users of this machine away from a file that has them."""
    if path.stat().st_mode & _OPEN_TO_OTHERS:
        path.chmod(0o600)
        _LOG.warning("database %s", fields(file=path.name, status="closed to other users"))


def sync(path: Path) -> None:
    """Have the file's content, and its name in the folder, on the disk before going on."""
    for opened in (os.open(path, os.O_RDONLY), os.open(path.parent, os.O_RDONLY)):
        try:
            os.fsync(opened)
        finally:
            os.close(opened)


def remove(path: Path) -> None:
    """Delete a database file and what SQLite keeps beside it."""
    for end in ("", "-wal", "-shm", "-journal"):
        path.with_name(path.name + end).unlink(missing_ok=True)


def _refused(name: str, path: Path, problem: str) -> ConfigurationError:
    return ConfigurationError(
        name,
        f"the file {path} {problem}.",
        cure="It was left as it is: restore a backup, or name another file.",
    )
