"""The audit log: what is done and what is written down are one, and the chain shows any change."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from threading import Event

import pytest
import sqlalchemy as sa

from core.clock import ManualClock
from core.domain import AuditAction, AuditEntry, ChainReport, check_chain
from core.errors import ConfigurationError, NotAllowed, StorageUnavailable
from core.storage import AuditFilter, Store, open_store, postgresql
from core.storage.audit import AuditLog
from core.storage.statements import Statements
from core.storage.tables import CONNECTION_AUDIT_LOG
from tests.storage.people import AUDIT_KEY, NOW, PEOPLE, a_record, a_user

C = CONNECTION_AUDIT_LOG.c
ROOT = Path(__file__).parents[2]
ENTRIES = 1000
TRIGGERS = {
    "connection_audit_log": ("audit_log_never_changes", "audit_log_never_shrinks"),
    "audit_head": ("audit_head_never_goes", "audit_head_counts_up"),
}


def add_people(store: Store) -> None:
    with store.as_system() as work:
        for person in PEOPLE:
            work.users.add(a_user(person))


# What an attacker with the database may do


def edit(column: str) -> Callable[[int], list[str]]:
    other = "'2026-01-02T00:00:00.000000+00:00'" if column == "at" else f"{column} || 'x'"
    other = "'user.created'" if column == "action" else other
    return lambda seq: [f"UPDATE connection_audit_log SET {column} = {other} WHERE seq = {seq}"]


def delete(seq: int) -> list[str]:
    return [f"DELETE FROM connection_audit_log WHERE seq = {seq}"]


def delete_and_close_the_gap(seq: int) -> list[str]:
    return [*delete(seq), *shifted(f"seq - 1 WHERE seq > {seq}")]


def swap(seq: int) -> list[str]:
    first, second = (seq, seq + 1) if seq < ENTRIES else (seq - 1, seq)
    return shifted(f"{first + second} - seq WHERE seq IN ({first}, {second})")


def insert(seq: int) -> list[str]:
    """Repeat an entry right after itself; what follows moves up and the hashes stay."""
    names = ", ".join(column.name for column in C if column.name != "seq")
    return [
        *shifted(f"seq + 1 WHERE seq > {seq}"),
        f"INSERT INTO connection_audit_log (seq, {names}) "
        f"SELECT {seq + 1}, {names} FROM connection_audit_log WHERE seq = {seq}",
    ]


def cut(seq: int) -> list[str]:
    return [f"DELETE FROM connection_audit_log WHERE seq >= {seq}"]


def cut_and_mend_the_head(seq: int) -> list[str]:
    last = f"(SELECT prev_hash FROM connection_audit_log WHERE seq = {seq})"
    return [f"UPDATE audit_head SET count = {seq - 1}, hash = {last}", *cut(seq)]


def shifted(to: str) -> list[str]:
    """Renumber by way of negative numbers, since no number may be there twice."""
    value, where = to.split(" WHERE ")
    return [
        f"UPDATE connection_audit_log SET seq = -({value}) WHERE {where}",
        "UPDATE connection_audit_log SET seq = -seq WHERE seq < 0",
    ]


EDITS = [edit(column.name) for column in C if column.name not in ("seq", "details", "user_id")]
ATTACKS = {
    "edit": lambda seq: EDITS[seq % len(EDITS)](seq),
    "delete": delete,
    "delete and close the gap": delete_and_close_the_gap,
    "swap": swap,
    "insert": insert,
    "cut": cut,
    "cut and mend the head": cut_and_mend_the_head,
}


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def long_log(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Store]:
    """A log of a thousand entries, with its triggers gone."""
    url = f"sqlite:///{tmp_path_factory.mktemp('chain') / 'spectra.db'}"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres").new_database()
    store = open_store(url, clock=ManualClock(NOW))
    store.unlock_audit(AUDIT_KEY)
    with store.as_system() as work:
        for number in range(ENTRIES):
            work.audit.append(a_record("alice", details={"number": str(number), "ü": "é\n"}))
    with store._engines.writer.begin() as connection:
        for table, names in TRIGGERS.items():
            for name in names:
                on = f" ON {table}" if store.dialect == "postgresql" else ""
                connection.execute(sa.text(f"DROP TRIGGER IF EXISTS {name}{on}"))
    yield store
    store.close()


def verdict_after(store: Store, attack: list[str]) -> ChainReport:
    """Do something to the log behind the application's back, verify it, and undo it."""
    with store._engines.writer.connect() as connection:
        if store.dialect == "postgresql":
            postgresql.identify(connection, None)
        changed = [connection.exec_driver_sql(statement).rowcount for statement in attack]
        assert any(changed) or not attack
        log = AuditLog(Statements(connection), key=AUDIT_KEY)
        head = log.head()
        assert head is not None
        report = check_chain(AUDIT_KEY, head, log.entries())
        connection.rollback()
    return report


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.timeout(600)
def test_the_chain_detects_any_change_of_any_entry(
    long_log: Store, attack: str, full: bool
) -> None:
    assert verdict_after(long_log, []) == ChainReport(ENTRIES)
    step = 1 if full else 10 if long_log.dialect == "sqlite" else 100
    for seq in {1, *range(step, ENTRIES + 1, step)}:
        report = verdict_after(long_log, ATTACKS[attack](seq))
        assert not report.intact, seq
    assert long_log.verify_audit() == ChainReport(ENTRIES)


@pytest.mark.parametrize(
    "damage",
    [
        "at = 'yesterday'",
        "at = '2026-01-01 00:00:00'",
        "details = 'no JSON'",
        'details = \'{"number": "4"}\'',
        "details = '[]'",
        "details = '{\"number\":4}'",
        "action = 'no.such'",
        "user_id = x'00ff'",
        "object = 7.5",
        "hash = 'é'",
        "hash = ''",
        "prev_hash = x'00'",
    ],
)
def test_an_entry_that_cannot_be_read_breaks_the_chain_there(file: Path, damage: str) -> None:
    store = open_store(f"sqlite:///{file}", clock=ManualClock(NOW))
    store.unlock_audit(AUDIT_KEY)
    with store.as_system() as work:
        for number in range(9):
            work.audit.append(a_record("alice", details={"number": str(number)}))
    with store._engines.writer.begin() as connection:
        for name in TRIGGERS["connection_audit_log"]:
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        connection.exec_driver_sql(f"UPDATE connection_audit_log SET {damage} WHERE seq = 5")
    assert store.verify_audit().broken_at == 5
    store.close()


def test_a_head_that_was_deleted_is_noticed_and_not_made_again(long_log: Store) -> None:
    with long_log._engines.writer.connect() as connection:
        kept = connection.exec_driver_sql("SELECT * FROM audit_head").one()
        connection.exec_driver_sql("DELETE FROM audit_head")
        connection.commit()
    try:
        assert not long_log.verify_audit().intact
        with pytest.raises(ConfigurationError):
            long_log.unlock_audit(AUDIT_KEY)
        with pytest.raises(StorageUnavailable), long_log.as_system() as work:
            work.audit.append(a_record(None))
    finally:
        with long_log._engines.writer.begin() as connection:
            connection.exec_driver_sql(f"INSERT INTO audit_head VALUES {tuple(kept)}")


def test_a_log_that_was_emptied_with_its_head_is_not_begun_anew(url: str) -> None:
    store = open_store(url, clock=ManualClock(NOW))
    with pytest.raises(ConfigurationError, match="deleted"):
        store.unlock_audit(AUDIT_KEY, continued=True)
    store.unlock_audit(AUDIT_KEY)
    store.unlock_audit(AUDIT_KEY, continued=True)
    assert store.verify_audit() == ChainReport(0)
    store.close()


CHANGES = (
    "UPDATE connection_audit_log SET ip = ''",
    "DELETE FROM connection_audit_log",
    "DELETE FROM audit_head",
    "UPDATE audit_head SET count = 0",
    "UPDATE audit_head SET hash = ''",
)
CHANGES_OF_POSTGRESQL = ("TRUNCATE connection_audit_log", "TRUNCATE audit_head")


def test_the_database_refuses_to_change_the_log(store: Store) -> None:
    on_postgresql = store.dialect == "postgresql"
    with store.as_system() as work:
        work.audit.append(a_record(None))
    for statement in CHANGES + CHANGES_OF_POSTGRESQL * on_postgresql:
        for owner in ("alice", None):
            with (
                pytest.raises(sa.exc.DatabaseError, match="only grows"),
                store._engines.writer.begin() as connection,
            ):
                if on_postgresql:
                    postgresql.identify(connection, owner)
                connection.exec_driver_sql(statement)
    assert store.verify_audit() == ChainReport(1)


# The act and its entry


@contextmanager
def an_act(store: Store) -> Iterator[None]:
    with store.as_system() as work:
        work.users.add(a_user("dave"))
        work.audit.append(a_record("dave", action=AuditAction.USER_CREATED))
        yield


def acts_stored(store: Store) -> tuple[int, int]:
    with store.read_system() as work:
        return work.users.count(), len(list(work.audit.entries()))


def test_an_act_and_its_entry_are_stored_together_or_not_at_all(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), an_act(store):
        raise ZeroDivisionError
    assert acts_stored(store) == (0, 0)
    with an_act(store):
        pass
    assert acts_stored(store) == (1, 1)
    assert store.verify_audit() == ChainReport(1)


def test_an_act_that_cannot_be_written_down_does_not_happen(url: str) -> None:
    store = open_store(url, clock=ManualClock(NOW))
    with pytest.raises(RuntimeError, match="unlock_audit"), an_act(store):
        pass
    assert acts_stored(store) == (0, 0)
    with pytest.raises(RuntimeError, match="unlock_audit"):
        store.verify_audit()
    store.close()


def test_only_one_walk_at_a_time_so_that_connections_are_left_for_others(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    began, may_end = Event(), Event()
    entries = AuditLog.entries

    def slowly(log: AuditLog) -> Iterator[AuditEntry]:
        began.set()
        assert may_end.wait(60)
        return entries(log)

    monkeypatch.setattr(AuditLog, "entries", slowly)
    with ThreadPoolExecutor(1) as threads:
        walk = threads.submit(store.verify_audit)
        try:
            assert began.wait(60)
            with pytest.raises(NotAllowed, match="already"):
                store.verify_audit()
        finally:
            may_end.set()
        assert walk.result() == ChainReport(0)
    assert store.verify_audit() == ChainReport(0)


def test_eight_threads_keep_one_chain(store: Store, full: bool) -> None:
    each = 100 if full else 15
    add_people(store)

    def append(thread: int) -> None:
        for _ in range(each):
            person = PEOPLE[thread % len(PEOPLE)]
            with store.as_user(person) as work:
                work.audit.append(a_record(person))

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(append, range(8)))
    assert store.verify_audit() == ChainReport(8 * each)


PROCESS = """
import sys
from core.clock import SystemClock
from core.storage import open_store
from tests.storage.people import AUDIT_KEY, a_record

store = open_store(sys.argv[1], clock=SystemClock())
store.unlock_audit(AUDIT_KEY)
for _ in range(int(sys.argv[2])):
    with store.as_system() as work:
        work.audit.append(a_record(None))
store.close()
"""


def test_two_processes_that_start_at_once_keep_one_chain(url: str, full: bool) -> None:
    each = 200 if full else 20
    command = [sys.executable, "-W", "error", "-c", PROCESS, url, str(each)]
    running = [subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE) for _ in range(2)]
    for process in running:
        _, errors = process.communicate(timeout=100)
        assert process.returncode == 0, errors.decode()
    store = open_store(url, clock=ManualClock(NOW))
    store.unlock_audit(AUDIT_KEY)
    assert store.verify_audit() == ChainReport(2 * each)
    store.close()


# Reading it


def test_an_entry_comes_back_as_it_was_linked(store: Store) -> None:
    record = a_record(
        "alice", user_agent="é\0\ud800" + "x" * 300, details={"b": "2", "a": "1\n"}, object="o"
    )
    with store.as_system() as work:
        first = work.audit.append(record)
        second = work.audit.append(a_record(None))
        assert list(work.audit.entries()) == [first, second]
        assert work.audit.head().hash == second.hash
    assert first.record.details == {"a": "1 ", "b": "2"}
    assert len(first.record.user_agent) == 256
    assert second.prev_hash == first.hash


def test_a_person_reads_the_newest_of_their_own_entries_page_by_page(store: Store) -> None:
    with store.as_system() as work:
        for number in range(30):
            work.audit.append(a_record(PEOPLE[number % 3], object=str(number)))
    with store.read_as("bob") as own:
        first = own.audit.list(AuditFilter(limit=4))
        rest = own.audit.list(AuditFilter(before_seq=first[-1].seq))
        assert own.audit.count(AuditFilter(limit=4)) == len(first + rest) == 10
    assert {entry.record.user_id for entry in first + rest} == {"bob"}
    assert all(newer.seq > older.seq for newer, older in pairwise(first + rest))


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (AuditFilter(actions=(AuditAction.TOKEN_CREATED,)), ["token"]),
        (AuditFilter(actions=(AuditAction.TOKEN_CREATED, AuditAction.SIGN_IN)), ["later", "token"]),
        (AuditFilter(since=NOW + timedelta(hours=1)), ["later"]),
        (AuditFilter(until=NOW + timedelta(hours=1)), ["100%_", "token"]),
        (AuditFilter(text="LATER"), ["later"]),
        (AuditFilter(text="0%_"), ["100%_"]),
        (AuditFilter(text="%"), ["100%_"]),
        (AuditFilter(text="straße"), ["token"]),
        (AuditFilter(text="198.51.100.7"), ["later"]),
        (AuditFilter(text="nothing like it"), []),
    ],
)
def test_the_log_is_searched_by_action_time_and_text(
    store: Store, wanted: AuditFilter, found: list[str]
) -> None:
    token, failed = AuditAction.TOKEN_CREATED, AuditAction.SIGN_IN_FAILED
    with store.as_system() as work:
        work.audit.append(a_record("alice", action=token, object="token", details={"x": "Straße"}))
        work.audit.append(a_record("alice", action=failed, object="100%_"))
    with store.as_user("alice") as own:
        later = NOW + timedelta(hours=1)
        own.audit.append(a_record("alice", at=later, object="later", ip="198.51.100.7"))
        assert [entry.record.object for entry in own.audit.list(wanted)] == found
        assert own.audit.count(wanted) == len(found)
