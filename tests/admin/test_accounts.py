"""The operator's say over accounts, with passwords that nobody else can read."""

from __future__ import annotations

import getpass

import pytest

from core.domain import Actor, AuditAction, Role
from core.errors import NotAllowed
from tests.admin.conftest import Operator
from tests.admin.house import PASSWORD, House


def create(operator: Operator, email: str = "ada@example.com", *more: str) -> None:
    ended = operator("create-user", email, "--password-stdin", *more, stdin=PASSWORD + "\n")
    assert (ended.status, ended.err) == (0, "")
    assert PASSWORD not in ended.out


def signs_in(house: House, password: str = PASSWORD, email: str = "ada@example.com") -> bool:
    with house.services() as services:
        try:
            services.identity.sign_in(email, password, actor=Actor(None, ip="127.0.0.1"))
        except NotAllowed:
            return False
        return True


def acts(house: House) -> list[AuditAction]:
    with house.services() as services, services.store.read_system() as work:
        return [entry.record.action for entry in work.audit.entries()]


def test_the_first_admin_is_made_by_command_and_signs_in(house: House, operator: Operator) -> None:
    create(operator, "Ada@Example.com", "--name", "Ada Lovelace", "--admin")
    assert signs_in(house)
    with house.services() as services, services.store.read_system() as work:
        (user,) = work.users.list()
    assert (user.email, user.full_name, user.role) == (
        "ada@example.com",
        "Ada Lovelace",
        Role.ADMIN,
    )
    assert AuditAction.USER_CREATED in acts(house)


def test_someone_of_the_identity_provider_needs_no_password(
    house: House, operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SPECTRA_OIDC_ISSUER", "https://login.example.invalid")
    monkeypatch.setenv("SPECTRA_OIDC_CLIENT_ID", "spectra")
    assert operator("create-user", "ada@example.com", "--subject", "4711").status == 0
    with house.services() as services, services.store.read_system() as work:
        found = work.users.find_by_subject("https://login.example.invalid", "4711")
    assert found is not None
    assert found.email == "ada@example.com"
    assert not signs_in(house, "")
    assert not signs_in(house)


def test_a_subject_needs_a_provider_it_is_known_to(house: House, operator: Operator) -> None:
    ended = operator("create-user", "ada@example.com", "--subject", "4711")
    assert (ended.status, "SPECTRA_OIDC_ISSUER" in ended.err) == (2, True)


def test_a_password_typed_twice_is_taken(
    house: House, operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(getpass, "getpass", lambda _: PASSWORD)
    assert operator("create-user", "ada@example.com").status == 0
    assert signs_in(house)


def test_a_password_typed_differently_is_refused(
    house: House, operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed = iter((PASSWORD, PASSWORD + "!"))
    monkeypatch.setattr(getpass, "getpass", lambda _: next(typed))
    ended = operator("create-user", "ada@example.com")
    assert (ended.status, "differ" in ended.err) == (1, True)


@pytest.mark.parametrize("password", ["", "short", "aaaaaaaaaaaaaaaa", "ada@example.com"])
def test_a_weak_password_makes_no_account(house: House, operator: Operator, password: str) -> None:
    ended = operator("create-user", "ada@example.com", "--password-stdin", stdin=password + "\n")
    assert (ended.status, ended.err.count("\n")) == (1, 1)
    assert operator("list-users").out == ""


def test_an_e_mail_has_one_account(house: House, operator: Operator) -> None:
    create(operator)
    ended = operator("create-user", "ADA@example.com", "--password-stdin", stdin=PASSWORD + "\n")
    assert (ended.status, ended.err.count("\n")) == (1, 1)


def test_someone_disabled_is_out_until_enabled_again(house: House, operator: Operator) -> None:
    create(operator)
    assert operator("disable-user", "ADA@example.com").status == 0
    assert not signs_in(house)
    assert "disabled" in operator("list-users").out
    assert operator("enable-user", "ada@example.com").status == 0
    assert signs_in(house)
    assert {AuditAction.USER_DISABLED, AuditAction.USER_ENABLED} <= set(acts(house))


def test_a_new_password_ends_every_session(house: House, operator: Operator) -> None:
    create(operator)
    with house.services() as services:
        session, _ = services.identity.sign_in(
            "ada@example.com", PASSWORD, actor=Actor(None, ip="127.0.0.1")
        )
    ended = operator(
        "reset-password", "ada@example.com", "--password-stdin", stdin="four large otters row\n"
    )
    assert (ended.status, ended.err) == (0, "")
    assert not signs_in(house)
    assert signs_in(house, "four large otters row")
    with house.services() as services, services.store.read_system() as work:
        assert work.sessions.live([session.id], now=services.clock.now()) == set()


def test_accounts_are_listed_without_anything_secret(house: House, operator: Operator) -> None:
    create(operator, "bob@example.com")
    create(operator, "ada@example.com", "--admin", "--name", "Ada\x1b[31m\nroot@example.com")
    lines = operator("list-users").out.splitlines()
    assert [line.split("\t")[:3] for line in lines] == [
        ["ada@example.com", "admin", "active"],
        ["bob@example.com", "member", "active"],
    ]
    assert not any("argon2" in line or "\x1b" in line for line in lines)


@pytest.mark.parametrize("command", ["disable-user", "enable-user", "reset-password"])
def test_an_account_that_is_not_there_is_named(operator: Operator, command: str) -> None:
    ended = operator(command, "nobody@example.com")
    assert ended.status == 1
    assert "nobody@example.com" in ended.err
    assert ended.err.count("\n") == 1
