"""Signing in through a provider that behaves: whose account it is, and when one is made."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from core.clock import ManualClock
from core.domain import AuditAction, Role, SignInMethod
from core.errors import NotAllowed, SourceUnavailable
from core.identity import OidcFinish, SignInRefused
from tests.identity.house import OPERATOR, PASSWORD, House, a_stranger, acting
from tests.identity.provider import CLIENT_SECRET, FakeProvider, a_person

ADDRESS = "http://127.0.0.1:1/auth/oidc/callback"


@dataclass
class Town:
    """A house and the provider its people come through."""

    house: House
    provider: FakeProvider

    def leave(self) -> tuple[dict[str, str], str]:
        """Go to the provider; return what comes back and the browser's cookie."""
        start = self.house.identity.oidc_begin(next_path="/heatmap?a=b", redirect_uri=ADDRESS)
        return self.provider.authorize(start.url), start.state_cookie

    def come_back(self, params: dict[str, str], cookie: str, **more: Any) -> OidcFinish:
        values = {"redirect_uri": ADDRESS, "actor": a_stranger(), **more}
        return self.house.identity.oidc_finish(params, cookie, **values)

    def sign_in(self) -> OidcFinish:
        return self.come_back(*self.leave())

    def refusal(self) -> str:
        with pytest.raises(SignInRefused) as refused:
            self.sign_in()
        return str(refused.value)


@pytest.fixture
def town(provided: tuple[House, FakeProvider]) -> Iterator[Town]:
    yield Town(*provided)


def test_a_new_person_of_our_domain_gets_an_account_and_a_session(town: Town) -> None:
    finished = town.sign_in()
    assert finished.next_path == "/heatmap?a=b"
    assert finished.session.method is SignInMethod.OIDC
    assert town.house.identity.resolve(finished.cookie) == finished.session
    with town.house.store.read_system() as work:
        (user,) = work.users.list()
        assert work.users.find_by_subject(town.provider.issuer, "subject-of-ada") == user
        assert work.users.load_password_hash(user.id) is None
    assert (user.email, user.full_name, user.role) == ("ada@example.com", "Ada", Role.MEMBER)
    assert town.house.acts() == [AuditAction.USER_CREATED, AuditAction.SIGN_IN]
    assert town.house.last_act().record.details == {"method": "oidc"}


def test_the_question_carries_everything_that_guards_the_answer(town: Town) -> None:
    town.sign_in()
    asked = dict(town.provider.asked)
    question, exchange = asked["/authorize"], asked["/token"]
    assert question["code_challenge_method"] == "S256"
    assert question["response_type"] == "code"
    assert question["scope"] == "openid email profile"
    assert len(question["state"]) == len(question["nonce"]) == len(question["code_challenge"]) == 43
    assert len(exchange["code_verifier"]) == 43
    assert exchange["code_verifier"] not in question.values()
    assert "client_secret" not in exchange, "it goes into the Authorization header"


def test_the_same_person_comes_back_to_the_same_account(town: Town) -> None:
    first = town.sign_in()
    town.provider.person = a_person("ada", email="ada.new@elsewhere.example", name="Other")
    again = town.sign_in()
    assert again.session.user_id == first.session.user_id
    assert again.session.id != first.session.id
    with town.house.store.read_system() as work:
        assert [user.email for user in work.users.list()] == ["ada@example.com"]


def test_an_e_mail_taken_over_at_the_provider_is_not_the_account(town: Town) -> None:
    first = town.sign_in()
    town.provider.person = a_person("mallory", email="ada@example.com")
    assert "already" in town.refusal()
    with town.house.store.read_as(first.session.user_id) as work:
        assert [each.id for each in work.sessions.list()] == [first.session.id]


def test_an_account_with_a_password_is_never_joined_to_a_provider(town: Town) -> None:
    ada = town.house.person("ada")
    assert "password" in town.refusal()
    town.house.sign_in("ada", PASSWORD)
    with town.house.store.read_system() as work:
        assert work.users.list() == [ada]
        assert work.users.find_by_subject(town.provider.issuer, "subject-of-ada") is None


def test_an_account_without_a_password_is_not_joined_by_e_mail_either(town: Town) -> None:
    town.house.person("ada", password=None)
    town.refusal()


@pytest.mark.parametrize(
    "changed",
    [
        {"email_verified": False},
        {"email_verified": None},
        {"email_verified": "yes"},
        {"email_verified": 1.5},
        {"email": None},
        {"email": "ada@elsewhere.example"},
        {"email": "ada@sub.example.com"},
        {"email": "ada@notexample.com"},
        {"email": "ada@example.com.evil.example"},
        {"email": "ada@evil.example@example.com"},
        {"email": "ada@exa\u212aple.com"},
        {"email": ["ada@example.com"]},
        {"email": ""},
    ],
)
def test_others_are_told_to_ask_for_an_account(town: Town, changed: dict[str, Any]) -> None:
    town.provider.person = a_person("ada", **changed)
    assert "administrator" in town.refusal()
    with town.house.store.read_system() as work:
        assert work.users.count() == 0
    record = town.house.last_act().record
    assert (record.action, record.user_id) == (AuditAction.SIGN_IN_FAILED, None)
    assert record.details == {
        "method": "oidc",
        "reason": "no account",
        "subject": "subject-of-ada",
    }


def test_an_account_made_for_a_subject_needs_no_domain(town: Town) -> None:
    issuer = town.provider.issuer
    bob = town.house.person("bob", password=None, subject=(issuer, "subject-of-bob"))
    town.provider.person = a_person("bob", email="bob@elsewhere.example", email_verified=False)
    assert town.sign_in().session.user_id == bob.id


def test_the_same_subject_at_another_issuer_is_somebody_else(town: Town) -> None:
    town.house.person("bob", password=None, subject=("https://other.example", "subject-of-ada"))
    finished = town.sign_in()
    with town.house.store.read_system() as work:
        assert work.users.get(finished.session.user_id).email == "ada@example.com"


def test_claims_make_nobody_an_administrator(town: Town) -> None:
    town.provider.person |= {"role": "admin", "roles": ["admin"], "groups": ["admin"]}
    finished = town.sign_in()
    with town.house.store.read_system() as work:
        assert work.users.get(finished.session.user_id).role is Role.MEMBER


def test_someone_disabled_stays_out(town: Town) -> None:
    first = town.sign_in()
    town.house.identity.disable(OPERATOR, first.session.user_id)
    assert "administrator" in town.refusal()
    record = town.house.last_act().record
    assert (record.user_id, record.details["reason"]) == (
        first.session.user_id,
        "account disabled",
    )


def test_an_e_mail_may_come_from_userinfo(town: Town) -> None:
    town.provider.does.email_in_token = False
    town.sign_in()
    assert town.provider.asked[-1][0] == "/userinfo"


def test_userinfo_of_somebody_else_is_not_believed(town: Town) -> None:
    town.provider.does.email_in_token = False
    town.provider.does.userinfo = {"sub": "subject-of-mallory"}
    assert "administrator" in town.refusal()


def test_elliptic_keys_are_as_good(town: Town) -> None:
    town.provider.does.signs_with = "ec"
    town.sign_in()


def test_a_client_may_have_to_name_its_secret_in_the_form(town: Town) -> None:
    only = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    town.provider.does.metadata = only
    town.sign_in()
    assert dict(town.provider.asked)["/token"]["client_secret"] == CLIENT_SECRET


def test_an_issuer_with_a_slash_at_its_end_is_the_same(town: Town) -> None:
    slashed = town.provider.issuer + "/"
    town.provider.does.metadata = {"issuer": slashed}
    town.provider.does.claims = {"iss": slashed}
    town.provider.does.returns = {"iss": slashed}
    town.sign_in()


def test_new_keys_of_the_provider_are_fetched_when_they_are_used(town: Town) -> None:
    town.sign_in()
    old = town.provider.keys["rsa"]
    town.provider.keys["rsa"] = type(old).generate_key(2048, {"kid": "rsa-2"})  # type: ignore[arg-type]
    town.refusal()
    clock: ManualClock = town.house.clock
    clock.advance(60)
    town.sign_in()


def test_keys_and_addresses_are_asked_for_once_an_hour(town: Town) -> None:
    for _ in range(3):
        town.sign_in()
    paths = [path for path, _ in town.provider.asked]
    assert (paths.count("/.well-known/openid-configuration"), paths.count("/keys")) == (1, 1)
    town.house.clock.advance(3600)
    town.sign_in()
    paths = [path for path, _ in town.provider.asked]
    assert (paths.count("/.well-known/openid-configuration"), paths.count("/keys")) == (2, 2)


def test_people_still_come_in_while_the_discovery_document_is_gone(town: Town) -> None:
    town.sign_in()
    town.house.clock.advance(3600)
    town.provider.does.metadata = {"issuer": None}
    town.sign_in()
    town.sign_in()
    town.house.clock.advance(10)
    town.provider.does.metadata = {}
    town.sign_in()
    assert [path for path, _ in town.provider.asked].count("/.well-known/openid-configuration") == 3


def test_a_provider_that_failed_is_left_alone_for_a_while(town: Town) -> None:
    town.provider.does.pads_with = 2_000_000
    for _ in range(5):
        with pytest.raises(SourceUnavailable):
            town.leave()
    assert len(town.provider.asked) == 1
    town.provider.does.pads_with = 0
    town.house.clock.advance(10)
    town.sign_in()


def test_a_session_of_a_provider_ends_like_any_other(town: Town) -> None:
    finished = town.sign_in()
    town.house.identity.sign_out(acting(finished.session))
    assert town.house.identity.resolve(finished.cookie) is None


def test_without_a_provider_there_is_no_such_way(house: House) -> None:
    with pytest.raises(NotAllowed):
        house.identity.oidc_begin(next_path="/", redirect_uri=ADDRESS)
    with pytest.raises(NotAllowed):
        house.identity.oidc_finish({}, "", redirect_uri=ADDRESS, actor=a_stranger())
