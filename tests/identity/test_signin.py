"""Signing in by password: one answer for every failure, few guesses, a new cookie each time."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from core.domain import Actor, AuditAction, SignInMethod
from core.errors import NotAllowed
from core.identity import SignInRefused, TooManyAttempts
from core.identity.throttle import PER_ACCOUNT, PER_ADDRESS
from tests.identity.house import (
    NEW_PASSWORD,
    OPERATOR,
    PASSWORD,
    WRONG,
    CountingHasher,
    House,
    a_stranger,
    acting,
)
from tests.identity.provider import FakeProvider


def test_the_right_password_begins_a_session(house: House) -> None:
    ada, me = house.person(), a_stranger()
    session, cookie = house.sign_in(actor=me)
    assert (session.user_id, session.method) == (ada.id, SignInMethod.PASSWORD)
    assert (session.ip, session.user_agent) == (me.ip, me.user_agent)
    assert len(cookie) == 43
    assert house.identity.resolve(cookie) == session
    entry = house.last_act()
    assert (entry.record.action, entry.record.user_id) == (AuditAction.SIGN_IN, ada.id)
    assert (entry.record.object, entry.record.ip) == (session.id, me.ip)


def test_an_e_mail_is_the_same_in_any_case_and_with_spaces(house: House) -> None:
    house.person()
    house.identity.sign_in(" ADA@Example.COM ", PASSWORD, actor=a_stranger())


def test_unknown_wrong_disabled_and_passwordless_are_told_the_same(house: House) -> None:
    house.person("ada")
    gone = house.person("gone")
    house.person("elsewhere", password=None)
    house.identity.disable(OPERATOR, gone.id)
    answers, checks = set(), set()
    for email, password in (
        ("ada@example.com", WRONG),
        ("ada@example.com", ""),
        ("ada@example.com", "x" * 5000),
        ("nobody@example.com", PASSWORD),
        ("gone@example.com", PASSWORD),
        ("gone@example.com", WRONG),
        ("elsewhere@example.com", PASSWORD),
        ("", ""),
        ("\ud800@example.com", PASSWORD),
        ("a\0da@example.com", PASSWORD),
        ("adA@example.com", WRONG),
        ("x" * 5000, PASSWORD),
    ):
        house.hasher.checked = 0
        with pytest.raises(SignInRefused) as refused:
            house.identity.sign_in(email, password, actor=a_stranger())
        answers.add(str(refused.value))
        checks.add(house.hasher.checked)
    assert len(answers) == 1
    assert checks == {1}, "each takes as long as the other"


def test_a_thousand_guesses_are_at_most_five_checks(house: House, full: bool) -> None:
    house.person()
    refused: list[type[Exception]] = []
    house.hasher.checked = 0

    def guess(count: int) -> None:
        for number in range(count):
            try:
                house.sign_in(password=f"{WRONG} {number}")
            except NotAllowed as error:
                refused.append(type(error))

    share = 125 if full else 13
    threads = [threading.Thread(target=guess, args=(share,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 8 * share
    assert house.hasher.checked == PER_ACCOUNT
    assert refused.count(SignInRefused) == PER_ACCOUNT
    assert house.acts().count(AuditAction.SIGN_IN_FAILED) == PER_ACCOUNT
    with pytest.raises(TooManyAttempts):
        house.sign_in()


def test_a_lock_is_the_same_for_an_account_that_is_not_there(house: House) -> None:
    house.person("ada")
    answers = []
    for name in ("ada", "nobody"):
        for _ in range(PER_ACCOUNT):
            with pytest.raises(SignInRefused):
                house.sign_in(name, WRONG)
        with pytest.raises(TooManyAttempts) as refused:
            house.sign_in(name, PASSWORD)
        answers.append((str(refused.value), refused.value.retry_after_s))
    assert answers == [("Too many attempts. Try again in 15 minutes.", 900)] * 2


def test_a_lock_ends_by_itself_and_an_operators_new_password_is_not_needed(house: House) -> None:
    house.person()
    for _ in range(PER_ACCOUNT):
        with pytest.raises(SignInRefused):
            house.sign_in(password=WRONG)
    house.clock.advance(899)
    with pytest.raises(TooManyAttempts) as refused:
        house.sign_in()
    assert (refused.value.retry_after_s, str(refused.value)[-9:]) == (1, "1 minute.")
    house.clock.advance(1)
    house.sign_in()


def test_one_address_has_twenty_guesses_over_all_accounts(house: House) -> None:
    house.person()
    bad = a_stranger()
    for number in range(PER_ADDRESS):
        with pytest.raises(SignInRefused):
            house.sign_in(f"nobody{number}", WRONG, actor=bad)
    with pytest.raises(TooManyAttempts):
        house.sign_in(actor=bad)
    house.sign_in()


def test_a_success_does_not_give_an_address_new_guesses(house: House) -> None:
    house.person()
    bad = a_stranger()
    for number in range(PER_ADDRESS):
        if number % 4 == 0:
            house.sign_in(actor=bad)
        with pytest.raises(SignInRefused):
            house.sign_in(f"nobody{number}", WRONG, actor=bad)
    with pytest.raises(TooManyAttempts):
        house.sign_in(actor=bad)


def test_a_cookie_from_before_is_never_one_after(house: House) -> None:
    house.person()
    planted = "p" * 43
    session, cookie = house.sign_in(old_session=planted)
    assert cookie != planted
    assert house.identity.resolve(planted) is None
    again, newer = house.sign_in(old_session=cookie)
    assert again.id != session.id
    assert newer != cookie
    assert house.identity.peek(cookie) is None
    assert house.identity.resolve(cookie) is None
    assert house.identity.resolve(newer) == again


def test_a_cookie_from_before_is_never_one_after_another_way_in(
    provided: tuple[House, FakeProvider],
) -> None:
    house, provider = provided
    house.person("bob")
    address = "http://127.0.0.1:1/auth/oidc/callback"
    _, old = house.sign_in("bob")
    start = house.identity.oidc_begin(next_path="/", redirect_uri=address)
    finished = house.identity.oidc_finish(
        provider.authorize(start.url),
        start.state_cookie,
        redirect_uri=address,
        actor=a_stranger(),
        old_session=old,
    )
    assert finished.cookie not in (old, start.state_cookie)
    assert house.identity.resolve(old) is None
    assert house.identity.resolve(start.state_cookie) is None
    assert house.identity.resolve(finished.cookie) == finished.session


def test_a_short_token_is_no_cookie_and_a_cookie_no_token(house: House) -> None:
    house.person()
    _, cookie = house.sign_in()
    token, _ = house.identity.issue_jwt("ada@example.com", PASSWORD, actor=a_stranger())
    assert house.identity.resolve(token) is None
    assert house.identity.resolve(token.rpartition(".")[2]) is None
    assert house.identity.authenticate_bearer(cookie) is None
    assert house.identity.resolve(cookie) is not None, "another way in is another session"


def test_signing_in_ends_anothers_session_in_the_same_browser(house: House) -> None:
    house.person("ada")
    bob = house.person("bob")
    theirs, cookie = house.sign_in("bob")
    ended: list[str] = []
    house.identity.on_end(ended.extend)
    house.sign_in("ada", old_session=cookie)
    assert ended == [theirs.id]
    assert house.identity.resolve(cookie) is None
    (out,) = [e.record for e in house.entries() if e.record.action == AuditAction.SIGN_OUT]
    assert (out.user_id, out.object) == (bob.id, theirs.id)


def test_a_refused_sign_in_ends_nothing(house: House) -> None:
    house.person()
    _, cookie = house.sign_in()
    with pytest.raises(SignInRefused):
        house.sign_in(password=WRONG, old_session=cookie)
    assert house.identity.resolve(cookie) is not None


def test_an_old_hash_is_made_anew_with_todays_parameters(house: House) -> None:
    ada = house.person()
    with house.store.read_system() as work:
        before = work.users.load_password_hash(ada.id)
    stronger = replace(house, hasher=CountingHasher(passes=2))
    stronger.sign_in()
    with house.store.read_system() as work:
        after = work.users.load_password_hash(ada.id)
    assert before != after
    assert "t=2" in str(after)
    stronger.sign_in()
    with house.store.read_system() as work:
        assert work.users.load_password_hash(ada.id) == after


def test_eight_sign_in_at_once_and_each_has_a_session(house: House) -> None:
    people = [house.person(f"person{number}") for number in range(4)]
    found: list[str] = []

    def sign_in(name: str) -> None:
        for _ in range(5):
            session, cookie = house.sign_in(name)
            assert house.identity.resolve(cookie) == session
            found.append(cookie)

    threads = [
        threading.Thread(target=sign_in, args=(f"person{number % 4}",)) for number in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == 40
    for person in people:
        with house.store.read_as(person.id) as work:
            assert len(work.sessions.list()) == 10
    assert house.store.verify_audit().intact


def test_a_password_changed_while_it_was_checked_lets_nobody_in(house: House) -> None:
    ada = house.person()
    check = house.hasher.verify

    def changes_meanwhile(hash: str | bytes, password: str | bytes) -> bool:
        fits = check(hash, password)
        house.hasher.verify = check  # type: ignore[method-assign]
        house.identity.reset_password(OPERATOR, ada.id, NEW_PASSWORD)
        return fits

    house.hasher.verify = changes_meanwhile  # type: ignore[method-assign]
    with pytest.raises(SignInRefused):
        house.sign_in()
    house.sign_in(password=NEW_PASSWORD)


def test_an_account_disabled_while_its_password_was_checked_stays_out(house: House) -> None:
    ada = house.person()
    check = house.hasher.verify

    def disables_meanwhile(hash: str | bytes, password: str | bytes) -> bool:
        house.identity.disable(OPERATOR, ada.id)
        return check(hash, password)

    house.hasher.verify = disables_meanwhile  # type: ignore[method-assign]
    with pytest.raises(SignInRefused):
        house.sign_in()
    with house.store.read_as(ada.id) as work:
        assert work.sessions.list() == []


def test_typing_the_password_again_confirms_for_five_minutes(house: House) -> None:
    house.person()
    session, cookie = house.sign_in()
    assert house.identity.is_confirmed(session)
    house.clock.advance(301)
    assert not house.identity.is_confirmed(session)
    house.identity.confirm(acting(session), PASSWORD)
    found = house.identity.resolve(cookie)
    assert found is not None
    assert house.identity.is_confirmed(found)
    assert house.last_act().record.action == AuditAction.IDENTITY_CONFIRMED


def test_a_wrong_password_confirms_nothing_and_is_counted_apart(house: House) -> None:
    house.person()
    session, _ = house.sign_in()
    house.clock.advance(301)
    for _ in range(PER_ACCOUNT):
        with pytest.raises(NotAllowed) as refused:
            house.identity.confirm(acting(session), WRONG)
        assert not isinstance(refused.value, SignInRefused), "the person is still signed in"
    with pytest.raises(TooManyAttempts):
        house.identity.confirm(acting(session), PASSWORD)
    assert house.acts().count(AuditAction.SIGN_IN_FAILED) == PER_ACCOUNT
    assert not house.identity.is_confirmed(session)
    house.sign_in()


def test_nothing_is_confirmed_outside_a_live_session(house: House) -> None:
    ada = house.person()
    bob = house.person("bob")
    session, _ = house.sign_in()
    house.identity.sign_out(acting(session))
    for actor in (
        Actor(ada.id),
        Actor(None, session_id=session.id),
        acting(session),
        Actor(bob.id, session_id=session.id),
    ):
        with pytest.raises(NotAllowed):
            house.identity.confirm(actor, PASSWORD)
