"""Accounts, sessions, tokens, choices and keys, as the rest of Spectra uses them; on both kinds."""

from __future__ import annotations

import logging
import stat
import traceback
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from core.clock import ManualClock
from core.domain import Preferences, Role
from core.errors import ConfigurationError, InvalidInput, NotFound, StorageUnavailable
from core.storage import Store, open_store
from tests.storage.people import (
    NOW,
    PEOPLE,
    a_session,
    a_token,
    a_user,
    everything,
    rows_of,
)

LATER = NOW + timedelta(hours=1)


@contextmanager
def refused(error: type[Exception], match: str | None = None) -> Iterator[None]:
    with pytest.raises(error, match=match) as refusal:
        yield
    assert not any(word in str(refusal.value) for word in ("INSERT", "UPDATE", "SELECT", "sqlal"))


# Accounts


def test_an_account_is_found_by_id_email_and_subject(store: Store) -> None:
    user = a_user("dave", email="  Dave@Example.COM ", role=Role.ADMIN)
    with store.as_system() as work:
        work.users.add(user, password_hash="hash", subject=("https://issuer", "sub"))
    stored = replace(user, email="dave@example.com")
    with store.read_system() as work:
        assert work.users.get("dave") == stored
        assert work.users.find_by_email("DAVE@example.com") == (stored, "hash")
        assert work.users.find_by_subject("https://issuer", "sub") == stored
        assert work.users.find_by_subject("https://other", "sub") is None
        assert work.users.find_by_email("nobody@example.com") is None
        assert work.users.list() == [stored]
        assert work.users.count() == 1
        with refused(NotFound):
            work.users.get("nobody")


def test_an_email_or_subject_has_one_account_and_the_transaction_goes_on(store: Store) -> None:
    with store.as_system() as work:
        work.users.add(a_user("dave"), subject=("https://issuer", "sub"))
        with refused(InvalidInput, "e-mail already"):
            work.users.add(a_user("erin", email="DAVE@example.com"))
        with refused(InvalidInput):
            work.users.add(a_user("frank"), subject=("https://issuer", "sub"))
        work.users.add(a_user("grace"))
        assert [user.id for user in work.users.list()] == ["dave", "grace"]


def test_an_account_is_changed_by_the_system(store: Store) -> None:
    with store.as_system() as work:
        work.users.add(a_user("dave"))
        work.users.set_role("dave", Role.ADMIN)
        work.users.set_disabled("dave", LATER)
        work.users.save_password_hash("dave", "new")
    with store.as_system() as work:
        assert work.users.get("dave") == a_user("dave", role=Role.ADMIN, disabled_at=LATER)
        assert work.users.load_password_hash("dave") == "new"
        work.users.set_disabled("dave", None)
        assert work.users.get("dave").disabled_at is None
        for change in (
            lambda: work.users.set_role("nobody", Role.ADMIN),
            lambda: work.users.set_disabled("nobody", LATER),
            lambda: work.users.save_password_hash("nobody", "x"),
            lambda: work.users.load_password_hash("nobody"),
        ):
            with refused(NotFound):
                change()


def test_people_change_their_own_profile_and_choices(peopled: Store) -> None:
    chosen = Preferences(
        "EUR", "de-DE", "blue-orange", Decimal("0.5"), {"heatmap.size_by": "equal"}
    )
    with peopled.as_user("alice") as own:
        own.profile.save(full_name="Alice A.", avatar_url="https://x", timezone="Europe/Berlin")
        own.profile.save_password_hash("new")
        own.preferences.save(chosen)
    with peopled.read_as("alice") as own:
        assert own.profile.load().full_name == "Alice A."
        assert own.profile.load().timezone == "Europe/Berlin"
        assert own.profile.load_password_hash() == "new"
        assert own.preferences.load() == chosen
    with peopled.read_as("bob") as own:
        assert own.profile.load_password_hash() == "hash of bob"


def test_who_never_chose_has_the_defaults_and_strangers_have_no_profile(store: Store) -> None:
    with store.read_as("nobody") as own:
        assert own.preferences.load() == Preferences()
        with refused(NotFound):
            own.profile.load()
    with store.as_user("nobody") as own, refused(InvalidInput):
        own.preferences.save(Preferences())


# Sessions and tokens


def test_a_session_lives_until_it_ends_expires_or_its_account_is_disabled(peopled: Store) -> None:
    ids = [f"session-{person}" for person in PEOPLE]
    with peopled.as_system() as work:
        assert work.sessions.live([*ids, "none"], now=NOW) == set(ids)
        assert work.sessions.end("session-alice", LATER)
        assert not work.sessions.end("session-alice", LATER)
        work.users.set_disabled("bob", LATER)
        assert work.sessions.live(ids, now=NOW) == {"session-carol"}
        assert work.sessions.live(ids, now=NOW + timedelta(hours=12)) == set()
        assert work.sessions.live([], now=NOW) == set()
        found = work.sessions.find("cookie hash of alice")
        assert found == a_session("alice", ended_at=LATER)
        assert work.sessions.find("cookie") is None


def test_many_sessions_are_asked_for_at_once(peopled: Store) -> None:
    with peopled.as_system() as work:
        for number in range(1200):
            session = a_session("alice", f"s{number}")
            work.sessions.add(session, token_hash=str(number))
        ids = [f"s{number}" for number in range(1200)]
        assert len(work.sessions.live(ids, now=NOW)) == 1200
        work.sessions.touch(ids, LATER)
        assert work.sessions.find("1199").seen_at == LATER


def test_a_last_use_never_moves_back(peopled: Store) -> None:
    with peopled.as_system() as work:
        work.sessions.touch(["session-alice"], LATER)
        work.sessions.touch(["session-alice"], NOW)
        assert work.sessions.find("cookie hash of alice").seen_at == LATER


def test_all_sessions_end_at_once_but_one(peopled: Store) -> None:
    with peopled.as_system() as work:
        work.sessions.add(a_session("alice", "second", created_at=LATER), token_hash="2")
        work.sessions.add(a_session("alice", "third"), token_hash="3")
    with peopled.as_user("alice") as own:
        assert set(own.sessions.end_all(LATER, keep="second")) == {"session-alice", "third"}
        assert own.sessions.end_all(LATER, keep="second") == []
        assert own.sessions.list()[0].id == "second"
        assert len(own.sessions.list()) == 3
        own.sessions.confirm("second", LATER)
        assert own.sessions.get("second").confirmed_at == LATER
        assert own.sessions.end_all(LATER, keep=None) == ["second"]
    with peopled.as_system() as work:
        assert work.sessions.end_all("bob", LATER) == ["session-bob"]


def test_old_sessions_are_purged(peopled: Store) -> None:
    with peopled.as_system() as work:
        work.sessions.end("session-alice", NOW)
        assert work.sessions.purge(LATER) == 1
        assert work.sessions.purge(NOW + timedelta(days=2)) == 2


def test_a_token_is_found_by_its_hash_used_and_revoked(peopled: Store) -> None:
    with peopled.as_system() as work:
        assert work.tokens.find("token hash of alice") == a_token("alice")
        assert work.tokens.find("token") is None
        work.tokens.touch("token-alice", LATER)
        work.tokens.end_all("bob", LATER)
        assert work.tokens.find("token hash of bob").revoked_at == LATER
    with peopled.as_user("alice") as own:
        own.tokens.add(a_token("alice", "second", created_at=LATER), token_hash="2")
        assert [token.id for token in own.tokens.list()] == ["second", "token-alice"]
        assert own.tokens.revoke("second", LATER)
        assert not own.tokens.revoke("second", LATER)
    with peopled.read_system() as work:
        assert work.tokens.find("token hash of alice") == a_token("alice", used_at=LATER)


# Owned rows


def test_owned_rows_are_added_changed_and_removed(peopled: Store) -> None:
    with peopled.as_user("alice") as own:
        values = rows_of("alice", suffix="2")["holdings"]
        drawn = own.holdings.add({**values, "id": "", "wallet": "funding"})
        assert own.holdings.get(drawn)["amount"] == Decimal("0.123456789012345678")
        own.holdings.change(drawn, {"amount": Decimal(2), "stale": True})
        assert own.holdings.get(drawn)["stale"] is True
        assert len(own.holdings.list()) == 2
        own.holdings.remove(drawn)
        for ask in (own.holdings.get, own.holdings.remove):
            with refused(NotFound):
                ask(drawn)
        with refused(NotFound):
            own.holdings.change(drawn, {"stale": True})


@pytest.mark.parametrize(
    ("repository", "values"),
    [
        ("holdings", {}),
        ("holdings", {"id": "other"}),
        ("trades", {"id": "other"}),
        ("orders", {"id": "other", "status": "unheard of"}),
        ("orders", {"id": "other", "mode": "real"}),
        ("sync_runs", {"id": "other", "connection_id": "connection-bob"}),
        ("connections", {"id": "other", "sync_interval": 0}),
    ],
)
def test_rows_that_break_a_rule_are_refused(
    peopled: Store, repository: str, values: dict[str, Any]
) -> None:
    row = {**rows_of("alice")[repository], **values}
    with peopled.as_user("alice") as own, refused(InvalidInput):
        getattr(own, repository).add(row)


def test_what_others_refer_to_stays(peopled: Store) -> None:
    with peopled.as_user("alice") as own, refused(InvalidInput, "still refer"):
        own.portfolios.remove("portfolio-alice")


def test_a_revoked_connection_keeps_its_row_and_nothing_sealed(peopled: Store) -> None:
    with peopled.as_user("alice") as own:
        own.connections.change("connection-alice", {"next_sync_at": NOW, "fingerprint": "f"})
        own.connections.revoke("connection-alice", LATER)
        row = own.connections.get("connection-alice")
        assert row["revoked_at"] == LATER
        assert (row["status"], row["auto_sync"], row["next_sync_at"]) == ("disabled", False, None)
        assert own.connections.load_sealed("connection-alice") == {}
    assert "of alice" not in repr(everything(peopled)["exchange_connections"][0][8:])


def test_revoked_credentials_are_not_in_the_file(sqlite_store: Store, file: Path) -> None:
    with sqlite_store.as_user("alice") as own:
        own.connections.revoke("connection-alice", LATER)
    sqlite_store.close()
    content = file.read_bytes()
    assert b"sealed key of alice" not in content
    assert b"sealed key of bob" in content


# The store itself


def test_a_new_file_is_closed_to_others_and_an_open_one_is_closed(
    file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    url = f"sqlite:///{file}"
    store = open_store(url, clock=ManualClock(NOW))
    with store.as_system() as work:
        work.key_checks.save("k", "v")
        modes = [stat.S_IMODE(path.stat().st_mode) for path in file.parent.iterdir()]
        assert len(modes) == 3
        assert set(modes) == {0o600}
    store.close()
    file.chmod(0o644)
    with caplog.at_level(logging.WARNING):
        open_store(url, clock=ManualClock(NOW)).close()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "closed to other users" in caplog.text


def test_the_file_is_written_as_measured(sqlite_store: Store) -> None:
    wanted = {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "secure_delete": 1,
        "busy_timeout": 15000,
    }
    for engine in (sqlite_store._engines.writer, sqlite_store._engines.reader):
        with engine.connect() as connection:
            found = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in wanted}
        assert found == wanted


def test_readers_go_on_while_one_writes_and_see_only_what_is_done(peopled: Store) -> None:
    def names() -> list[str]:
        with peopled.read_system() as work:
            return [user.id for user in work.users.list()]

    with peopled.as_system() as work, ThreadPoolExecutor(4) as threads:
        work.users.add(a_user("dave"))
        seen = [threads.submit(names) for _ in range(8)]
        assert all(future.result() == list(PEOPLE) for future in seen)
    assert names() == [*PEOPLE, "dave"]


def test_a_reader_sees_one_moment_throughout(peopled: Store) -> None:
    with peopled.read_system() as reading:
        assert reading.users.count() == 3
        with peopled.as_system() as work:
            work.users.add(a_user("dave"))
        assert reading.users.count() == 3
    with peopled.read_system() as reading:
        assert reading.users.count() == 4


def test_what_only_reads_cannot_write(sqlite_store: Store) -> None:
    with sqlite_store.read_as("alice") as own, refused(StorageUnavailable):
        own.profile.save_password_hash("x")


def test_health_says_what_the_database_is(store: Store, url: str) -> None:
    health = store.check()
    assert (health.ok, health.revision, health.reason) == (True, "0003", "")
    assert health.dialect == url.partition(":")[0]
    assert (health.size_bytes is None) == (health.dialect == "postgresql")


@pytest.mark.parametrize(
    "url",
    [
        "sqlite://",
        "sqlite:///:memory:",
        "sqlite:///x.db?mode=memory",
        "mysql://user:hunter2@host/name",
        "postgres://user:hunter2@host/name",
        "hunter2",
        "",
    ],
)
def test_an_address_that_cannot_be_used_is_refused_without_being_repeated(url: str) -> None:
    with pytest.raises(ConfigurationError, match="DATABASE_URL") as refusal:
        open_store(url, clock=ManualClock(NOW))
    assert "hunter2" not in str(refusal.value)


def test_a_server_that_does_not_answer_is_said_to_be_unavailable(tmp_path: Path) -> None:
    with refused(StorageUnavailable):
        open_store(f"postgresql://u:hunter2@/x?host={tmp_path}", clock=ManualClock(NOW))


@pytest.mark.parametrize(
    "broken",
    [{"id": "other", "sync_interval": 0}, {}, {"id": "other", "label": "canary\0"}],
    ids=["a rule", "a key", "a type"],
)
def test_no_error_tells_a_statement_or_a_value(
    peopled: Store, broken: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    # PostgreSQL quotes the whole row when a rule of the table is broken.
    row = {**rows_of("alice")["connections"], "api_key": "canary", **broken}
    with (
        caplog.at_level(logging.DEBUG),
        pytest.raises(InvalidInput) as refusal,
        peopled.as_user("alice") as own,
    ):
        own.connections.add(row)
    told = "".join(traceback.format_exception(refusal.value)) + caplog.text
    assert not any(word in told for word in ("canary", "connection-alice", "INSERT"))
