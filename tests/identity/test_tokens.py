"""API tokens: shown once, working until revoked or expired, never more than their owner."""

from __future__ import annotations

import pytest

from core.domain import Actor, AuditAction
from core.errors import InvalidInput, NotAllowed
from core.identity.tokens import MAX_LIVE
from tests.identity.house import PASSWORD, House, a_stranger, acting


def test_a_token_acts_as_its_owner_and_in_no_session(house: House) -> None:
    ada = house.person()
    session, _ = house.sign_in()
    token, text = house.identity.create_api_token(acting(session), label=" nightly ", days=None)
    assert text.startswith("spx_")
    assert (len(text), text[-4:]) == (47, token.last4)
    assert (token.label, token.expires_at) == ("nightly", None)
    assert house.identity.authenticate_bearer(text) == Actor(ada.id)
    with house.store.read_as(ada.id) as work:
        (kept,) = work.tokens.list()
    assert kept.used_at == house.clock.now()
    record = next(e.record for e in house.entries() if e.record.action == AuditAction.TOKEN_CREATED)
    assert (record.user_id, record.object, record.ip) == (ada.id, token.id, session.ip)
    assert record.details == {"label": "nightly", "last4": token.last4, "lasts": "for ever"}


def test_a_token_ends_when_it_was_said_to(house: House) -> None:
    house.person()
    session, _ = house.sign_in()
    _, text = house.identity.create_api_token(acting(session), label="x", days=2)
    house.clock.advance(2 * 86_400 - 1)
    assert house.identity.authenticate_bearer(text)
    house.clock.advance(1)
    assert house.identity.authenticate_bearer(text) is None


def test_a_revoked_token_opens_nothing(house: House) -> None:
    house.person()
    session, _ = house.sign_in()
    me = acting(session)
    token, text = house.identity.create_api_token(me, label="x", days=None)
    _, other = house.identity.create_api_token(me, label="y", days=None)
    assert house.identity.revoke_api_token(me, token.id)
    assert not house.identity.revoke_api_token(me, token.id)
    assert house.identity.authenticate_bearer(text) is None
    assert house.identity.authenticate_bearer(other)
    acts = [entry.record for entry in house.entries()]
    (revoked,) = [record for record in acts if record.action == AuditAction.TOKEN_REVOKED]
    assert revoked.object == token.id


def test_a_token_of_another_cannot_be_revoked(house: House) -> None:
    house.person("ada")
    bob = house.person("bob")
    session, _ = house.sign_in("ada")
    token, text = house.identity.create_api_token(acting(session), label="x", days=None)
    assert not house.identity.revoke_api_token(Actor(bob.id), token.id)
    assert house.identity.authenticate_bearer(text)


def test_use_is_noted_at_most_once_a_minute(house: House) -> None:
    ada = house.person()
    session, _ = house.sign_in()
    _, text = house.identity.create_api_token(acting(session), label="x", days=None)
    seen = []
    for _ in range(5):
        house.identity.authenticate_bearer(text)
        with house.store.read_as(ada.id) as work:
            used = work.tokens.list()[0].used_at
        assert used is not None
        seen.append((used - session.created_at).total_seconds())
        house.clock.advance(25)
    assert seen == [0, 0, 0, 75, 75]


def test_a_session_must_be_confirmed_to_make_a_token(house: House) -> None:
    house.person()
    session, _ = house.sign_in()
    me = acting(session)
    house.clock.advance(301)
    with pytest.raises(NotAllowed):
        house.identity.create_api_token(me, label="x", days=None)
    house.identity.confirm(me, PASSWORD)
    house.identity.create_api_token(me, label="x", days=None)
    house.identity.sign_out(me)
    for actor in (me, a_stranger()):
        with pytest.raises(NotAllowed):
            house.identity.create_api_token(actor, label="x", days=None)


@pytest.mark.parametrize(
    ("label", "days"),
    [("", None), ("  ", None), ("x" * 65, None), ("a\nb", None), ("x", 0), ("x", -1), ("x", 3651)],
)
def test_what_makes_no_sense_makes_no_token(house: House, label: str, days: int | None) -> None:
    house.person()
    session, _ = house.sign_in()
    with pytest.raises(InvalidInput):
        house.identity.create_api_token(acting(session), label=label, days=days)
    assert AuditAction.TOKEN_CREATED not in house.acts()


def test_a_person_has_so_many_tokens_that_work(house: House) -> None:
    ada = house.person()
    me = Actor(ada.id)
    made = [house.identity.create_api_token(me, label="x", days=None) for _ in range(MAX_LIVE)]
    with pytest.raises(InvalidInput):
        house.identity.create_api_token(me, label="x", days=None)
    house.identity.revoke_api_token(me, made[0][0].id)
    house.identity.create_api_token(me, label="x", days=None)


def test_nothing_like_a_token_is_one(house: House) -> None:
    house.person()
    session, cookie = house.sign_in()
    token, text = house.identity.create_api_token(acting(session), label="x", days=None)
    near = text[:-1] + ("A" if text[-1] != "A" else "B")
    for given in ("", "spx_", near, text[:-1], text + "A", text.upper(), text[4:], token.id):
        assert house.identity.authenticate_bearer(given) is None
    for given in (f" {text}", f"spx_{cookie}", "spx_" + "\ud800" * 43, "spx_" + "é" * 43, cookie):
        assert house.identity.authenticate_bearer(given) is None
