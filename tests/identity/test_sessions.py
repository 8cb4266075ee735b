"""Sessions: known by their cookie alone, over in time, ended at once wherever they are."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from core.domain import Actor, AuditAction, UserSession
from core.errors import NotAllowed
from core.identity import Identity
from tests.identity.house import (
    AUDIT_KEY,
    JWT_KEY,
    NEW_PASSWORD,
    OPERATOR,
    PASSWORD,
    House,
    a_stranger,
    acting,
)

ROOT = Path(__file__).parents[2]


def test_a_session_that_is_not_used_ends_after_half_an_hour(house: House) -> None:
    house.person()
    session, cookie = house.sign_in()
    house.clock.advance(1799)
    assert house.identity.resolve(cookie)
    house.clock.advance(1799)
    assert house.identity.resolve(cookie)
    house.clock.advance(1800)
    ended: list[str] = []
    house.identity.on_end(ended.extend)
    assert house.identity.peek(cookie) is None
    assert house.identity.resolve(cookie) is None
    assert ended == [session.id]
    entry = house.last_act()
    assert (entry.record.action, entry.record.details) == (AuditAction.SIGN_OUT, {"reason": "idle"})
    house.clock.jump(-1800)
    assert house.identity.resolve(cookie) is None, "it stays ended"


def test_a_session_ends_after_twelve_hours_however_busy(house: House) -> None:
    ada = house.person()
    session, cookie = house.sign_in()
    for _ in range(12 * 6 - 1):
        house.clock.advance(600)
        assert house.identity.resolve(cookie)
        assert house.identity.visitor(ada.id, session.id)
    house.clock.advance(600)
    assert house.identity.peek(cookie) is None
    assert house.identity.resolve(cookie) is None
    assert house.identity.visitor(ada.id, session.id) is None
    assert house.identity.watch([session.id]) == {session.id}


def test_an_open_socket_keeps_a_session_alive(house: House) -> None:
    ada = house.person()
    session, cookie = house.sign_in()
    for _ in range(60):
        house.clock.advance(60)
        house.identity.touch([session.id])
    assert house.identity.resolve(cookie)
    assert house.identity.visitor(ada.id, session.id)


def test_use_is_noted_at_most_once_a_minute(house: House) -> None:
    ada = house.person()
    session, cookie = house.sign_in()

    def seen() -> float:
        with house.store.read_as(ada.id) as work:
            return (work.sessions.get(session.id).seen_at - session.created_at).total_seconds()

    house.clock.advance(59)
    house.identity.resolve(cookie)
    assert seen() == 0
    house.clock.advance(1)
    house.identity.resolve(cookie)
    assert seen() == 60
    house.clock.advance(30)
    house.identity.touch([session.id])
    assert seen() == 90
    house.clock.advance(59)
    house.identity.touch([session.id])
    assert seen() == 90
    house.clock.advance(1)
    house.identity.touch([session.id])
    assert seen() == 150


def test_only_the_cookie_opens_a_session(house: House) -> None:
    house.person()
    session, cookie = house.sign_in()
    other = cookie[:-1] + ("A" if cookie[-1] != "A" else "B")
    for text in ("", session.id, other, cookie[:-1], cookie + "A", cookie + "\n", "\ud800", "é"):
        assert house.identity.peek(text) is None
        assert house.identity.resolve(text) is None


def test_peek_knows_only_what_was_looked_up_a_moment_ago(house: House) -> None:
    house.person()
    session, cookie = house.sign_in()
    assert house.identity.peek(cookie) is None
    house.identity.resolve(cookie)
    assert house.identity.peek(cookie) == session
    house.clock.advance(0.5)
    assert house.identity.peek(cookie) is None


def test_signing_out_ends_a_session_at_once(house: House) -> None:
    ada = house.person()
    session, cookie = house.sign_in()
    ended: list[str] = []
    house.identity.on_end(ended.extend)
    house.identity.resolve(cookie)
    house.identity.sign_out(acting(session))
    assert ended == [session.id]
    assert house.identity.peek(cookie) is None
    assert house.identity.resolve(cookie) is None
    assert house.identity.visitor(ada.id, session.id) is None
    assert house.identity.watch([session.id, "no such"]) == {session.id, "no such"}
    assert house.last_act().record.action == AuditAction.SIGN_OUT
    house.identity.sign_out(acting(session))
    house.identity.sign_out(Actor(ada.id))
    assert house.acts().count(AuditAction.SIGN_OUT) == 1


def out_of_everything(house: House, sessions: list[tuple[UserSession, str]]) -> bool:
    """Return whether each of these sessions is refused at every door."""
    ids = [session.id for session, _ in sessions]
    assert house.identity.watch(ids) == set(ids)
    return not any(
        house.identity.peek(cookie)
        or house.identity.resolve(cookie)
        or house.identity.visitor(session.user_id, session.id)
        for session, cookie in sessions
    )


@pytest.mark.parametrize("way", ["revoked", "others", "changed", "reset", "disabled"])
def test_fifty_stolen_cookies_are_worth_nothing(house: House, way: str) -> None:
    ada = house.person()
    house.person("bob")
    mine, mine_cookie = house.sign_in()
    stolen = [house.sign_in() for _ in range(50)]
    _, bobs = house.sign_in("bob")
    for _, cookie in stolen:
        house.identity.resolve(cookie)
    ended: list[str] = []
    house.identity.on_end(ended.extend)
    me = acting(mine)
    if way == "revoked":
        assert all(house.identity.end_session(me, session.id) for session, _ in stolen)
    elif way == "others":
        house.identity.end_other_sessions(me, keep=mine.id)
    elif way == "changed":
        house.identity.change_password(me, current=PASSWORD, new=NEW_PASSWORD, keep_session=mine.id)
    elif way == "reset":
        house.identity.reset_password(OPERATOR, ada.id, NEW_PASSWORD)
    else:
        house.identity.disable(OPERATOR, ada.id)
    all_of_them = way in ("reset", "disabled")
    wanted = {session.id for session, _ in stolen} | ({mine.id} if all_of_them else set())
    assert set(ended) == wanted
    assert out_of_everything(house, stolen)
    assert (house.identity.resolve(mine_cookie) is None) is all_of_them
    assert house.identity.resolve(bobs) is not None


def test_a_session_of_another_cannot_be_ended_or_looked_at(house: House) -> None:
    ada, bob = house.person("ada"), house.person("bob")
    session, cookie = house.sign_in("ada")
    theirs, _ = house.sign_in("bob")
    before = house.acts()
    assert not house.identity.end_session(acting(theirs), session.id)
    assert not house.identity.end_session(acting(theirs), "no such")
    assert house.identity.visitor(bob.id, session.id) is None
    assert house.identity.visitor("no such", session.id) is None
    assert house.identity.visitor(ada.id, "") is None
    assert house.identity.end_other_sessions(acting(theirs), keep=theirs.id) == []
    assert house.identity.resolve(cookie)
    assert house.acts() == before
    for act in (
        lambda: house.identity.end_session(a_stranger(), session.id),
        lambda: house.identity.end_other_sessions(a_stranger(), keep=None),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_without_one_to_keep_every_session_ends(house: House) -> None:
    ada = house.person()
    sessions = [house.sign_in() for _ in range(3)]
    ended = house.identity.end_other_sessions(Actor(ada.id), keep=None)
    assert set(ended) == {session.id for session, _ in sessions}
    assert out_of_everything(house, sessions)
    assert house.last_act().record.details == {"sessions": "3"}


def test_a_session_ended_elsewhere_is_out_within_half_a_second(house: House) -> None:
    house.person()
    session, cookie = house.sign_in()
    elsewhere = house.another_process()
    assert elsewhere.resolve(cookie)
    house.identity.sign_out(acting(session))
    house.clock.advance(0.5)
    assert elsewhere.peek(cookie) is None
    assert elsewhere.resolve(cookie) is None


def test_watching_makes_a_process_forget_at_once(house: House) -> None:
    house.person()
    session, cookie = house.sign_in()
    elsewhere = house.another_process()
    elsewhere.resolve(cookie)
    assert elsewhere.watch([session.id]) == set()
    house.identity.sign_out(acting(session))
    assert elsewhere.watch([session.id]) == {session.id}
    assert elsewhere.peek(cookie) is None


def test_another_process_ends_a_session_and_this_one_sees_it(house: House) -> None:
    house.person()
    kept, _ = house.sign_in()
    session, cookie = house.sign_in()
    assert house.identity.resolve(cookie)
    assert house.identity.watch([session.id, kept.id]) == set()
    subprocess.run(
        [sys.executable, "-c", _ENDS_A_SESSION, house.url, session.user_id, session.id],
        cwd=ROOT,
        check=True,
        timeout=100,
    )
    assert house.identity.watch([session.id, kept.id]) == {session.id}
    assert house.identity.resolve(cookie) is None
    assert house.store.verify_audit().intact


_ENDS_A_SESSION = f"""
import sys
from core.clock import ManualClock
from core.domain import Actor
from core.identity import Identity
from core.storage import open_store
url, user, session = sys.argv[1:]
store = open_store(url, clock=ManualClock())
store.unlock_audit({AUDIT_KEY!r})
identity = Identity(store, clock=ManualClock(), jwt_key={JWT_KEY!r})
assert identity.end_session(Actor(user), session)
store.close()
"""


def test_a_session_is_not_remembered_past_its_end_by_a_race(house: House) -> None:
    house.person()
    wrong: list[str] = []

    def resolve(cookie: str, over: threading.Event) -> None:
        while not over.is_set():
            house.identity.resolve(cookie)

    for _ in range(10):
        session, cookie = house.sign_in()
        over = threading.Event()
        readers = [threading.Thread(target=resolve, args=(cookie, over)) for _ in range(4)]
        for reader in readers:
            reader.start()
        house.identity.sign_out(acting(session))
        over.set()
        for reader in readers:
            reader.join()
        if house.identity.peek(cookie) is not None:
            wrong.append(session.id)
    assert not wrong


def test_what_a_browser_says_about_itself_is_kept_short_and_plain(house: House) -> None:
    house.person()
    loud = Actor(None, ip="10.1.2.3", user_agent="\0\ud800\x1b[31m" + "x" * 5000)
    session, _ = house.sign_in(actor=loud)
    assert len(session.user_agent) == 256
    assert session.user_agent.isprintable()


def test_sessions_long_over_are_forgotten(house: House) -> None:
    ada = house.person()
    session, _ = house.sign_in()
    house.clock.advance(31 * 86_400)
    house.sign_in()
    with house.store.read_as(ada.id) as work:
        assert session.id not in [each.id for each in work.sessions.list()]


def test_a_cookie_goes_with_one_csrf_token(house: House) -> None:
    house.person()
    _, cookie = house.sign_in()
    _, other = house.sign_in()
    identity: Identity = house.identity
    token = identity.csrf_token(cookie)
    assert identity.check_csrf(cookie, token)
    assert house.another_process().check_csrf(cookie, token)
    assert cookie not in token
    for given in ("", token[:-1], token.upper(), token + "0", "é", identity.csrf_token(other)):
        assert not identity.check_csrf(cookie, given)
    assert not identity.check_csrf(other, token)
