"""Backups open, restoring keeps the old database, and whatever is odd is refused untouched."""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from core.clock import ManualClock
from core.domain import ChainReport
from core.errors import ConfigurationError, InvalidInput, StorageUnavailable
from core.storage import BackupFacts, Store, open_store, read_backup, restore
from tests.postgres import Cluster
from tests.storage.damage import DAMAGES
from tests.storage.people import AUDIT_KEY, NOW, a_user, everything

CLOCK = ManualClock(NOW)


@pytest.fixture
def backup(sqlite_store: Store, tmp_path: Path) -> Path:
    """A backup, after which the database went on."""
    target = tmp_path / "backup.db"
    sqlite_store.backup(target)
    with sqlite_store.as_system() as work:
        work.users.add(a_user("later"))
    return target


def url_of(file: Path) -> str:
    return f"sqlite:///{file}"


def files_in(folder: Path) -> Mapping[str, bytes]:
    """Return every file by name, without what SQLite keeps beside an open one."""
    return {
        path.name: path.read_bytes()
        for path in folder.iterdir()
        if not path.name.endswith(("-wal", "-shm"))
    }


def opened(file: Path) -> Store:
    store = open_store(url_of(file), clock=CLOCK)
    store.unlock_audit(AUDIT_KEY)
    return store


def test_a_backup_opens_and_holds_everything(sqlite_store: Store, tmp_path: Path) -> None:
    target = tmp_path / "backup.db"
    note = sqlite_store.backup(target)
    assert (note.path, note.made_at, note.size_bytes) == (target, NOW, target.stat().st_size)
    assert note.facts == read_backup(target)
    assert note.facts.key_checks == {"k1": "check"}
    assert note.facts.audit.count == 4
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    copy = opened(target)
    assert everything(copy) == everything(sqlite_store)
    assert copy.verify_audit() == ChainReport(4)
    copy.close()


def test_a_backup_made_while_somebody_writes_holds_only_what_was_done(
    sqlite_store: Store, tmp_path: Path
) -> None:
    with sqlite_store.as_system() as work:
        work.users.add(a_user("unfinished"))
        sqlite_store.backup(tmp_path / "backup.db")
    copy = opened(tmp_path / "backup.db")
    with copy.read_system() as work:
        assert work.users.count() == 3
    copy.close()


@pytest.mark.parametrize("there", ["", "something"])
def test_a_backup_overwrites_nothing(sqlite_store: Store, tmp_path: Path, there: str) -> None:
    target = tmp_path / "backup.db"
    target.write_text(there)
    with pytest.raises(InvalidInput, match="exists"):
        sqlite_store.backup(target)
    assert target.read_text() == there
    link = tmp_path / "link.db"
    link.symlink_to(tmp_path / "elsewhere.db")
    with pytest.raises(InvalidInput):
        sqlite_store.backup(link)
    assert not (tmp_path / "elsewhere.db").exists()


def test_a_backup_into_a_folder_that_is_not_there_is_refused(sqlite_store: Store) -> None:
    with pytest.raises(InvalidInput, match="cannot be made"):
        sqlite_store.backup(Path("/nowhere/backup.db"))


def test_a_backup_that_fails_leaves_nothing(sqlite_store: Store, file: Path) -> None:
    sqlite_store.close()
    content = bytearray(file.read_bytes())
    content[8192:12288] = os.urandom(4096)
    file.write_bytes(content)
    with pytest.raises((StorageUnavailable, ConfigurationError)):
        sqlite_store.backup(file.with_name("backup.db"))
    assert not file.with_name("backup.db").exists()


def test_restoring_brings_the_backup_back_and_keeps_the_old_file(
    sqlite_store: Store, backup: Path, file: Path
) -> None:
    sqlite_store.close()
    content = backup.read_bytes()
    note = restore(backup, url=url_of(file), clock=CLOCK)
    assert note.kept is not None
    assert backup.read_bytes() == content
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    for path, count in ((file, 3), (note.kept, 4)):
        store = opened(path)
        with store.read_system() as work:
            assert work.users.count() == count
        assert store.verify_audit() == ChainReport(4)
        store.close()


def test_a_backup_is_restored_where_there_is_nothing_yet(backup: Path, tmp_path: Path) -> None:
    file = tmp_path / "new.db"
    assert restore(backup, url=url_of(file), clock=CLOCK).kept is None
    store = opened(file)
    assert store.verify_audit() == ChainReport(4)
    store.close()


def test_a_damaged_database_is_kept_when_a_backup_replaces_it(
    sqlite_store: Store, backup: Path, file: Path
) -> None:
    sqlite_store.close()
    file.write_bytes(b"rubbish")
    file.with_name(f"{file.name}-wal").write_bytes(b"journal")
    note = restore(backup, url=url_of(file), clock=CLOCK)
    assert note.kept is not None
    assert note.kept.read_bytes() == b"rubbish"
    assert note.kept.with_name(f"{note.kept.name}-wal").read_bytes() == b"journal"
    opened(file).close()


def test_a_database_in_use_is_not_replaced(sqlite_store: Store, backup: Path, file: Path) -> None:
    before = everything(sqlite_store)
    with pytest.raises(InvalidInput, match="in use"):
        restore(backup, url=url_of(file), clock=CLOCK)
    assert everything(sqlite_store) == before
    assert set(files_in(file.parent)) == {"spectra.db", "backup.db"}


def test_the_caller_may_refuse_what_a_backup_was_sealed_with(
    sqlite_store: Store, backup: Path, file: Path
) -> None:
    sqlite_store.close()
    before = files_in(file.parent)
    asked: list[BackupFacts] = []

    def wrong_key(facts: BackupFacts) -> None:
        asked.append(facts)
        raise ConfigurationError("ENCRYPTION_KEY", "it is another one.", cure="Set it.")

    with pytest.raises(ConfigurationError, match="ENCRYPTION_KEY"):
        restore(backup, url=url_of(file), clock=CLOCK, accept=wrong_key)
    assert [facts.key_checks for facts in asked] == [{"k1": "check"}]
    assert files_in(file.parent) == before


def without_head(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("DROP TRIGGER audit_head_never_goes")
        connection.execute("DELETE FROM audit_head")
    connection.close()


def of_a_newer_version(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()


def with_orphans(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("DELETE FROM users WHERE id = 'bob'")
    connection.close()


def in_use(path: Path) -> None:
    path.with_name(f"{path.name}-wal").write_bytes(b"x" * 100)


ODD = {**DAMAGES, "head": without_head, "newer": of_a_newer_version, "orphans": with_orphans}
ODD["in use"] = in_use


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_a_backup_that_is_odd_is_refused_and_nothing_changes(
    sqlite_store: Store, backup: Path, file: Path, odd: Callable[[Path], None]
) -> None:
    sqlite_store.close()
    odd(backup)
    before = files_in(file.parent)
    with pytest.raises(ConfigurationError, match="backup"):
        restore(backup, url=url_of(file), clock=CLOCK)
    assert files_in(file.parent) == before


def test_a_backup_that_is_not_there_is_refused(sqlite_store: Store, file: Path) -> None:
    sqlite_store.close()
    with pytest.raises(ConfigurationError, match="there is no file"):
        restore(file.with_name("none.db"), url=url_of(file), clock=CLOCK)


def test_postgresql_is_saved_by_its_own_tools(postgres: Cluster, tmp_path: Path) -> None:
    url = postgres.new_database()
    store = open_store(url, clock=CLOCK)
    with pytest.raises(InvalidInput, match="pg_dump"):
        store.backup(tmp_path / "backup.db")
    with pytest.raises(InvalidInput, match="pg_restore"):
        restore(tmp_path / "backup.db", url=url, clock=CLOCK)
    store.close()
