"""Accounts: who may make, change and shut them, and what ends with it."""

from __future__ import annotations

import pytest

from core.domain import Actor, AuditAction, Role
from core.errors import InvalidInput, NotAllowed, NotFound
from core.identity import SignInRefused, TooManyAttempts
from core.identity.throttle import PER_ACCOUNT
from tests.identity.house import (
    NEW_PASSWORD,
    OPERATOR,
    PASSWORD,
    WRONG,
    House,
    a_stranger,
    acting,
)


def test_an_account_is_kept_in_lower_case_and_written_down(house: House) -> None:
    user = house.identity.create_user(
        OPERATOR,
        email=" Ada@Example.COM ",
        full_name="  Ada\x1b Lovelace ",
        password=PASSWORD,
        role=Role.ADMIN,
    )
    assert (user.email, user.full_name, user.role) == (
        "ada@example.com",
        "Ada  Lovelace",
        Role.ADMIN,
    )
    with house.store.read_system() as work:
        assert work.users.get(user.id) == user
    record = house.last_act().record
    assert (record.action, record.user_id) == (AuditAction.USER_CREATED, user.id)
    assert record.details == {"by": "operator", "role": "admin"}


@pytest.mark.parametrize(
    "email",
    [
        "",
        "ada",
        "@example.com",
        "ada@",
        "a b@example.com",
        "ada@exa mple.com",
        "ada@@example.com",
        "ada@-example.com",
        "ada@example.com\n@x",
        "adA\u212a@example.com",
        "ada@ban\u212a.com",
        "x" * 65 + "@example.com",
        "ada@" + "x" * 251,
        "ada\0@example.com",
        "<ada@example.com>x",
    ],
)
def test_what_is_no_e_mail_makes_no_account(house: House, email: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        house.identity.create_user(OPERATOR, email=email, full_name="", password=PASSWORD)
    assert refused.value.field == "email"
    assert house.acts() == []


def test_an_e_mail_has_one_account(house: House) -> None:
    house.person()
    with pytest.raises(InvalidInput):
        house.identity.create_user(
            OPERATOR, email="ADA@example.com", full_name="", password=PASSWORD
        )
    assert house.acts() == [AuditAction.USER_CREATED]


def test_a_weak_password_makes_no_account(house: House) -> None:
    with pytest.raises(InvalidInput) as refused:
        house.person(password="password1234")
    assert refused.value.field == "password"
    assert house.acts() == []


def test_only_operators_and_administrators_see_after_accounts(house: House) -> None:
    root, ada, bob = house.person("root", role=Role.ADMIN), house.person("ada"), house.person("bob")
    acts = (
        lambda actor: house.identity.create_user(
            actor, email="new@example.com", full_name="", password=PASSWORD
        ),
        lambda actor: house.identity.reset_password(actor, bob.id, NEW_PASSWORD),
        lambda actor: house.identity.disable(actor, bob.id),
        lambda actor: house.identity.enable(actor, bob.id),
    )
    before = house.acts()
    for act in acts:
        with pytest.raises(NotAllowed):
            act(Actor(ada.id))
        with pytest.raises(NotFound):
            act(Actor("no such"))
    assert house.acts() == before
    for act in acts:
        act(Actor(root.id))
    assert house.last_act().record.details["by"] == root.id
    house.identity.disable(OPERATOR, root.id)
    with pytest.raises(NotAllowed):
        house.identity.disable(Actor(root.id), bob.id)


def test_nobody_shuts_themselves_out(house: House) -> None:
    root = house.person("root", role=Role.ADMIN)
    with pytest.raises(NotAllowed):
        house.identity.disable(Actor(root.id), root.id)
    house.sign_in("root")


def test_a_password_is_changed_by_who_knows_it(house: House) -> None:
    house.person()
    session, cookie = house.sign_in()
    house.identity.change_password(
        acting(session), current=PASSWORD, new=NEW_PASSWORD, keep_session=session.id
    )
    assert house.identity.resolve(cookie)
    assert house.last_act().record.action == AuditAction.PASSWORD_CHANGED
    with pytest.raises(SignInRefused):
        house.sign_in()
    house.sign_in(password=NEW_PASSWORD)


def test_a_wrong_present_password_changes_nothing_and_is_counted(house: House) -> None:
    house.person()
    session, _ = house.sign_in()
    me = acting(session)
    for _ in range(PER_ACCOUNT):
        with pytest.raises(NotAllowed):
            house.identity.change_password(
                me, current=WRONG, new=NEW_PASSWORD, keep_session=session.id
            )
    with pytest.raises(TooManyAttempts):
        house.identity.change_password(
            me, current=PASSWORD, new=NEW_PASSWORD, keep_session=session.id
        )
    assert AuditAction.PASSWORD_CHANGED not in house.acts()
    house.sign_in()


@pytest.mark.parametrize("new", ["short", PASSWORD, "ada@example.com", "aaaaaaaaaaaaaa"])
def test_a_bad_new_password_changes_nothing(house: House, new: str) -> None:
    house.person()
    session, _ = house.sign_in()
    other, cookie = house.sign_in()
    with pytest.raises(InvalidInput):
        house.identity.change_password(
            acting(session), current=PASSWORD, new=new, keep_session=session.id
        )
    assert house.identity.resolve(cookie) == other
    house.sign_in()


def test_who_signs_in_elsewhere_has_no_password_to_change_or_confirm(house: House) -> None:
    ada = house.person(password=None, subject=("https://id.example", "s"))
    me = Actor(ada.id, session_id="x")
    with pytest.raises(NotAllowed):
        house.identity.change_password(me, current="", new=NEW_PASSWORD, keep_session=None)
    with pytest.raises(NotAllowed):
        house.identity.confirm(me, "")


def test_a_new_password_from_the_operator_is_the_one_that_works(house: House) -> None:
    ada = house.person()
    session, _ = house.sign_in()
    _, key = house.identity.create_api_token(acting(session), label="x", days=None)
    house.identity.reset_password(OPERATOR, ada.id, NEW_PASSWORD)
    assert house.identity.authenticate_bearer(key) is None
    record = house.last_act().record
    assert (record.action, record.user_id) == (AuditAction.PASSWORD_CHANGED, ada.id)
    house.sign_in(password=NEW_PASSWORD)
    with pytest.raises(InvalidInput):
        house.identity.reset_password(OPERATOR, ada.id, "short")
    with pytest.raises(NotFound):
        house.identity.reset_password(OPERATOR, "no such", NEW_PASSWORD)


def test_shutting_out_ends_everything_and_letting_in_brings_nothing_back(house: House) -> None:
    ada = house.person()
    session, cookie = house.sign_in()
    _, key = house.identity.create_api_token(acting(session), label="x", days=None)
    short, _ = house.identity.issue_jwt("ada@example.com", PASSWORD, actor=a_stranger())
    house.identity.disable(OPERATOR, ada.id)
    house.identity.disable(OPERATOR, ada.id)
    assert house.identity.resolve(cookie) is None
    assert house.identity.authenticate_bearer(key) is None
    assert house.identity.authenticate_bearer(short) is None
    house.identity.enable(OPERATOR, ada.id)
    assert house.identity.resolve(cookie) is None
    assert house.identity.authenticate_bearer(key) is None
    assert house.identity.authenticate_bearer(short) is None
    house.sign_in()
    for act in (house.identity.disable, house.identity.enable):
        with pytest.raises(NotFound):
            act(OPERATOR, "no such")
