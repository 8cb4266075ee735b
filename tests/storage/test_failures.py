"""A full disk, a busy or broken file: said clearly, nothing half done, nothing overwritten."""

from __future__ import annotations

import os
import random
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from core.clock import ManualClock
from core.domain import ChainReport
from core.errors import ConfigurationError, StorageUnavailable
from core.storage import Store, open_store
from tests.storage.damage import DAMAGES, PAGE, overwrite
from tests.storage.people import AUDIT_KEY, NOW, a_record, a_user, everything, populate

CLOCK = ManualClock(NOW)


def fill_the_disk(store: Store, *, pages: int) -> None:
    """Let the file grow by so many pages and no further, as if the disk were full then."""
    with store._engines.writer.connect() as connection:
        size = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {size + pages}")


def test_a_full_disk_undoes_the_whole_act_and_space_cures_it(
    sqlite_store: Store, full: bool
) -> None:
    for number in range(200 if full else 20):
        fill_the_disk(sqlite_store, pages=number % 5)
        before = everything(sqlite_store)
        with pytest.raises(StorageUnavailable, match="full"), sqlite_store.as_system() as work:
            for user in range(1000):
                work.users.add(a_user(f"user{number}-{user}", full_name="x" * 200))
                work.audit.append(a_record(None, details={"text": "x" * 500}))
        assert everything(sqlite_store) == before
    fill_the_disk(sqlite_store, pages=10_000)
    with sqlite_store.as_system() as work:
        work.users.add(a_user("dave"))
        work.audit.append(a_record("dave"))
    assert sqlite_store.verify_audit() == ChainReport(5)
    assert sqlite_store.check().ok


def make_whole(file: Path) -> None:
    store = open_store(f"sqlite:///{file}", clock=CLOCK)
    store.unlock_audit(AUDIT_KEY)
    populate(store)
    store.close()


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_broken_file_is_refused_and_left_as_it_is(
    file: Path, damage: Callable[[Path], None]
) -> None:
    make_whole(file)
    damage(file)
    content = file.read_bytes()
    with pytest.raises(ConfigurationError, match="DATABASE_URL") as refusal:
        open_store(f"sqlite:///{file}", clock=CLOCK)
    assert file.read_bytes() == content
    assert "restore a backup" in refusal.value.cure.lower() or "another program" in str(
        refusal.value
    )


def test_rubbish_in_any_page_is_noticed(file: Path, full: bool) -> None:
    make_whole(file)
    whole = file.read_bytes()
    pages = range(1, len(whole) // PAGE)
    for page in pages if full else random.Random(7).sample(pages, len(pages) // 5):
        file.write_bytes(whole)
        overwrite(file, page * PAGE, random.Random(page).randbytes(PAGE))
        content = file.read_bytes()
        with pytest.raises(ConfigurationError, match="damaged"):
            open_store(f"sqlite:///{file}", clock=CLOCK)
        assert file.read_bytes() == content
    file.write_bytes(whole)
    open_store(f"sqlite:///{file}", clock=CLOCK).close()


def test_a_file_broken_while_open_is_said_to_be(sqlite_store: Store, file: Path) -> None:
    sqlite_store.check()
    sqlite_store._engines.dispose()
    file.write_bytes(b"rubbish" * 1000)
    health = sqlite_store.check()
    assert not health.ok
    assert "damaged" in health.reason
    with pytest.raises(StorageUnavailable, match="damaged"), sqlite_store.read_system():
        pass
    assert file.read_bytes() == b"rubbish" * 1000


def test_a_folder_that_is_not_there_or_a_folder_itself_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StorageUnavailable, match="cannot be written"):
        open_store(f"sqlite:///{tmp_path / 'none' / 'spectra.db'}", clock=CLOCK)
    with pytest.raises(ConfigurationError, match="cannot be read"):
        open_store(f"sqlite:///{tmp_path}", clock=CLOCK)


def test_a_new_database_appears_whole_or_not_at_all(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("core.storage.store.migrate", killed)
    with pytest.raises(KeyboardInterrupt):
        open_store(f"sqlite:///{file}", clock=CLOCK)
    assert list(file.parent.iterdir()) == []
    monkeypatch.undo()
    make_whole(file)
    assert os.listdir(file.parent) == [file.name]


def test_a_writer_waits_for_another_process_and_readers_do_not(
    sqlite_store: Store, file: Path
) -> None:
    other = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")

    def write() -> None:
        with sqlite_store.as_system() as work:
            work.users.add(a_user("dave"))

    with ThreadPoolExecutor(1) as thread:
        waiting = thread.submit(write)
        with sqlite_store.read_system() as work:
            assert work.users.count() == 3
        assert not waiting.done()
        other.execute("COMMIT")
        waiting.result()
    other.close()
    with sqlite_store.read_system() as work:
        assert work.users.count() == 4


def test_the_journal_stays_small_however_long_one_writes(sqlite_store: Store, file: Path) -> None:
    for _ in range(300):
        with sqlite_store.as_system() as work:
            for _ in range(20):
                work.audit.append(a_record(None, details={"text": "x" * 500}))
    assert file.with_name(f"{file.name}-wal").stat().st_size < 16 * 1024 * 1024
