"""Opening what keeps things: which keys and databases are accepted, and what a refusal leaves."""

from __future__ import annotations

import base64
import hashlib
import os
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from core.bootstrap import open_services
from core.domain import LOCAL_USER, Actor, AuditAction, AuditRecord
from core.errors import ConfigurationError
from core.settings import Settings, load_settings

OPERATOR = Actor(user_id=None)
PASSWORD = "four words that differ"


def a_key() -> str:
    return "base64:" + base64.b64encode(os.urandom(32)).decode()


def settings_for(home: Path, **choices: object) -> Settings:
    return load_settings(home=home, database_url="", **choices)


def bytes_in(home: Path) -> dict[str, str]:
    """Return the digest of every file of the database."""
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(home.glob("spectra.db*"))
    }


def test_one_person_gets_a_key_and_an_account_without_asking(tmp_path: Path) -> None:
    with open_services(settings_for(tmp_path)) as services, services.store.read_system() as work:
        assert [user.id for user in work.users.list()] == [LOCAL_USER]
    made = tmp_path / "encryption.key"
    assert stat.S_IMODE(made.stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "spectra.db").stat().st_mode) == 0o600


def test_several_people_need_a_key_of_the_operator(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="ENCRYPTION_KEY"):
        open_services(settings_for(tmp_path, mode="multi")).__enter__()
    assert not (tmp_path / "encryption.key").exists()


def test_a_wrong_key_is_refused_and_leaves_the_database_as_it_was(tmp_path: Path) -> None:
    with open_services(settings_for(tmp_path, encryption_key=a_key())):
        pass
    before = bytes_in(tmp_path)
    with pytest.raises(ConfigurationError, match="ENCRYPTION_KEY"):
        open_services(settings_for(tmp_path, encryption_key=a_key())).__enter__()
    assert bytes_in(tmp_path) == before


def test_what_was_kept_is_there_when_it_is_opened_again(tmp_path: Path) -> None:
    chosen = settings_for(tmp_path, mode="multi", encryption_key=a_key())
    with open_services(chosen) as services:
        services.identity.create_user(
            OPERATOR, email="ada@example.com", full_name="Ada", password=PASSWORD
        )
    with open_services(chosen) as services:
        session, _ = services.identity.sign_in("ada@example.com", PASSWORD, actor=OPERATOR)
        assert session.user_id
        assert services.store.verify_audit().intact


def test_the_previous_key_opens_until_everything_is_sealed_anew(tmp_path: Path) -> None:
    old, new = a_key(), a_key()
    with open_services(settings_for(tmp_path, encryption_key=old)):
        pass
    both = settings_for(tmp_path, encryption_key=new, encryption_key_previous=old)
    with open_services(both) as services, services.store.read_system() as work:
        assert set(work.key_checks.load()) == set(services.vault.key_ids)


def test_a_jwt_secret_that_can_be_guessed_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="JWT_SECRET"):
        open_services(settings_for(tmp_path, jwt_secret="short")).__enter__()


@pytest.mark.parametrize("also", ["audit_head", "app_secrets"])
def test_an_audit_log_that_was_emptied_stops_the_start(tmp_path: Path, also: str) -> None:
    chosen = settings_for(tmp_path)
    with open_services(chosen) as services, services.store.as_system() as work:
        work.audit.append(
            AuditRecord(services.clock.now(), AuditAction.USER_CREATED, user_id=LOCAL_USER)
        )
    with closing(sqlite3.connect(tmp_path / "spectra.db")) as raw:
        triggers = raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for (name,) in triggers:
            raw.execute(f'DROP TRIGGER "{name}"')
        raw.execute("DELETE FROM connection_audit_log")
        raw.execute("DELETE FROM audit_head")
        raw.execute(f"DELETE FROM {also}")
        raw.commit()
    with pytest.raises(ConfigurationError, match="audit log"):
        open_services(chosen).__enter__()
