"""Every act is in the audit log with its transaction, and nothing in it opens a door."""

from __future__ import annotations

import base64
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from core.domain import Actor, AuditAction
from core.errors import NotAllowed
from core.identity import SignInRefused
from tests.identity.house import (
    NEW_PASSWORD,
    OPERATOR,
    PASSWORD,
    WRONG,
    House,
    a_stranger,
    acting,
    open_house,
)
from tests.postgres import Cluster, postgres

__all__ = ["postgres"]

CANARY = "canary-password-4711-never-seen"
CANARY_NEW = "canary-second-4711-never-seen"


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_each_act_is_written_down_once_on_both_databases(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = f"sqlite:///{tmp_path / 'spectra.db'}"
    if kind == "postgresql":
        cluster: Cluster = request.getfixturevalue("postgres")
        url = cluster.new_database()
    house = open_house(url)
    ada = house.person()
    session, cookie = house.sign_in()
    me = acting(session)
    other, _ = house.sign_in()
    with pytest.raises(SignInRefused):
        house.sign_in(password=WRONG)
    with pytest.raises(SignInRefused):
        house.sign_in("nobody")
    with pytest.raises(NotAllowed):
        house.identity.confirm(me, WRONG)
    house.identity.confirm(me, PASSWORD)
    token, text = house.identity.create_api_token(me, label="x", days=1)
    assert house.identity.authenticate_bearer(text)
    house.identity.revoke_api_token(me, token.id)
    house.identity.issue_jwt("ada@example.com", PASSWORD, actor=a_stranger())
    house.identity.end_session(me, other.id)
    house.identity.end_other_sessions(me, keep=session.id)
    house.identity.change_password(me, current=PASSWORD, new=NEW_PASSWORD, keep_session=session.id)
    assert house.identity.resolve(cookie)
    house.identity.touch([session.id])
    house.identity.sign_out(me)
    assert house.identity.watch([session.id]) == {session.id}
    house.identity.disable(OPERATOR, ada.id)
    house.identity.enable(OPERATOR, ada.id)
    house.identity.reset_password(OPERATOR, ada.id, PASSWORD)
    assert house.acts() == [
        AuditAction.USER_CREATED,
        AuditAction.SIGN_IN,
        AuditAction.SIGN_IN,
        AuditAction.SIGN_IN_FAILED,
        AuditAction.SIGN_IN_FAILED,
        AuditAction.SIGN_IN_FAILED,
        AuditAction.IDENTITY_CONFIRMED,
        AuditAction.TOKEN_CREATED,
        AuditAction.TOKEN_REVOKED,
        AuditAction.TOKEN_ISSUED,
        AuditAction.SESSIONS_REVOKED,
        AuditAction.SESSIONS_REVOKED,
        AuditAction.PASSWORD_CHANGED,
        AuditAction.SIGN_OUT,
        AuditAction.USER_DISABLED,
        AuditAction.USER_ENABLED,
        AuditAction.PASSWORD_CHANGED,
    ]
    owners = [entry.record.user_id for entry in house.entries()]
    assert owners == [ada.id] * 4 + [None] + [ada.id] * 12
    assert house.store.verify_audit().intact
    house.store.close()


def test_what_somebody_typed_is_never_written_down(house: House) -> None:
    """People type their password into the field of the e-mail."""
    house.person()
    for email in (CANARY, f"{CANARY}@example.com"):
        with pytest.raises(SignInRefused) as refused:
            house.identity.sign_in(email, CANARY_NEW, actor=a_stranger())
        assert "canary" not in str(refused.value)
    assert "canary" not in repr(house.entries())


@pytest.mark.parametrize("blocked", ["INSERT ON connection_audit_log", "UPDATE ON audit_head"])
@pytest.mark.parametrize("act", range(10))
def test_what_cannot_be_written_down_does_not_happen(
    house: House, tmp_path: Path, blocked: str, act: int
) -> None:
    ada = house.person()
    session, cookie = house.sign_in()
    other, _ = house.sign_in()
    me = acting(session)
    token, text = house.identity.create_api_token(me, label="x", days=None)
    acts: list[Callable[[], object]] = [
        lambda: house.person("bob"),
        house.sign_in,
        lambda: house.sign_in(old_session=cookie),
        lambda: house.identity.confirm(me, PASSWORD),
        lambda: house.identity.create_api_token(me, label="y", days=None),
        lambda: house.identity.revoke_api_token(me, token.id),
        lambda: house.identity.end_session(me, other.id),
        lambda: house.identity.change_password(
            me, current=PASSWORD, new=NEW_PASSWORD, keep_session=session.id
        ),
        lambda: house.identity.disable(OPERATOR, ada.id),
        lambda: house.identity.reset_password(OPERATOR, ada.id, NEW_PASSWORD),
    ]
    path, name = tmp_path / "spectra.db", blocked.partition(" ")[0].lower()
    change(path, f"CREATE TRIGGER full BEFORE {blocked} BEGIN SELECT RAISE(ABORT, 'full'); END")
    ended: list[str] = []
    house.identity.on_end(ended.extend)
    before = dump(path)
    house.clock.advance(1)
    with pytest.raises(Exception, match=r"(?i)stored|there already"):
        acts[act]()
    assert dump(path) == before, name
    assert ended == []
    change(path, "DROP TRIGGER full")
    assert house.identity.authenticate_bearer(text)
    acts[act]()


def change(path: Path, statement: str) -> None:
    connection = sqlite3.connect(path)
    connection.execute(statement)
    connection.close()


def dump(path: Path) -> list[str]:
    connection = sqlite3.connect(path)
    lines = [line for line in connection.iterdump() if line.startswith("INSERT")]
    connection.close()
    return lines


def test_nothing_that_opens_a_door_is_kept_or_shown(
    house: House, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    house.person(password=CANARY)
    session, cookie = house.sign_in(password=CANARY)
    me = acting(session)
    token, text = house.identity.create_api_token(me, label="x", days=None)
    short, _ = house.identity.issue_jwt("ada@example.com", CANARY, actor=a_stranger())
    actor = house.identity.authenticate_bearer(short)
    house.identity.change_password(me, current=CANARY, new=CANARY_NEW, keep_session=session.id)
    csrf = house.identity.csrf_token(cookie)
    shown = repr((session, token, actor, house.identity.resolve(cookie), house.entries()))
    shown += repr(vars(house.identity)) + caplog.text
    with pytest.raises(NotAllowed) as refused:
        house.identity.change_password(me, current=CANARY, new=WRONG, keep_session=None)
    shown += repr(refused.value)
    kept = b"".join(each.read_bytes() for each in tmp_path.iterdir())
    for secret in (CANARY, CANARY_NEW, cookie, text, text[4:], short, csrf):
        raw = secret.encode()
        for form in (raw, raw[::-1], raw.hex().encode(), base64.b64encode(raw)):
            assert form not in kept
            assert form.decode() not in shown


def test_an_act_of_the_operator_says_so(house: House) -> None:
    ada = house.person()
    house.identity.disable(OPERATOR, ada.id)
    record = house.last_act().record
    assert (record.details["by"], record.user_agent) == ("operator", "core.admin")
    house.identity.enable(Actor(None), ada.id)
    assert house.last_act().record.details["by"] == "operator"
