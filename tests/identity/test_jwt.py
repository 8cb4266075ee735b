"""Short tokens: one algorithm, one key, one header, every claim, and a session that is live."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from typing import Any

import jwt as pyjwt
import pytest
from joserfc.jwk import ECKey, RSAKey

from core.domain import Actor, AuditAction
from core.identity import SignInRefused
from core.identity.digests import subkey
from tests.identity.house import (
    JWT_KEY,
    OPERATOR,
    PASSWORD,
    WRONG,
    House,
    a_stranger,
    acting,
    open_house,
)

KEY = subkey(JWT_KEY, "jwt")
RSA = RSAKey.generate_key(2048)
EC = ECKey.generate_key("P-256")
CLAIMS = ("iss", "aud", "sub", "iat", "nbf", "exp", "jti", "sid", "typ")


def issue(house: House, name: str = "ada") -> str:
    text, seconds = house.identity.issue_jwt(f"{name}@example.com", PASSWORD, actor=a_stranger())
    assert seconds == 900
    return text


def claims_of(text: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(unpacked(text.split(".")[1]))
    return found


def packed(value: object) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def unpacked(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def signed(claims: object, *, header: object = None, key: bytes = KEY, hash: str = "sha256") -> str:
    """Return a token with a good HMAC over whatever header and claims."""
    header = {"alg": "HS256", "typ": "JWT"} if header is None else header
    body = f"{packed(header)}.{packed(claims)}"
    return f"{body}.{packed(hmac.new(key, body.encode(), hash).digest())}"


def test_a_short_token_acts_as_its_owner_in_a_session_of_its_own(house: House) -> None:
    ada = house.person()
    text = issue(house)
    actor = house.identity.authenticate_bearer(text)
    assert actor is not None
    assert actor.user_id == ada.id
    claims = claims_of(text)
    assert set(claims) == set(CLAIMS)
    assert (claims["sub"], claims["sid"]) == (ada.id, actor.session_id)
    assert claims["exp"] - claims["iat"] == 900
    record = house.last_act().record
    assert (record.action, record.object) == (AuditAction.TOKEN_ISSUED, actor.session_id)
    assert house.another_process().authenticate_bearer(text) == actor


def test_a_short_token_ends_after_fifteen_minutes(house: House) -> None:
    house.person()
    text = issue(house)
    house.clock.advance(899)
    assert house.identity.authenticate_bearer(text)
    house.clock.advance(1)
    assert house.identity.authenticate_bearer(text) is None


def test_a_short_token_made_by_hand_as_we_do_is_taken(house: House) -> None:
    house.person()
    assert house.identity.authenticate_bearer(signed(claims_of(issue(house))))


def test_a_wrong_password_gets_no_token_and_counts(house: House) -> None:
    house.person()
    for _ in range(5):
        with pytest.raises(SignInRefused):
            house.identity.issue_jwt("ada@example.com", WRONG, actor=a_stranger())
    with pytest.raises(Exception, match="Too many"):
        house.sign_in()


def test_a_token_of_an_ended_session_or_a_disabled_user_is_refused(house: House) -> None:
    ada = house.person()
    text = issue(house)
    actor = house.identity.authenticate_bearer(text)
    assert actor is not None
    house.identity.sign_out(actor)
    assert house.identity.authenticate_bearer(text) is None
    other = issue(house)
    session, _ = house.sign_in()
    house.identity.end_other_sessions(acting(session), keep=session.id)
    assert house.identity.authenticate_bearer(other) is None
    third = issue(house)
    house.identity.disable(OPERATOR, ada.id)
    assert house.identity.authenticate_bearer(third) is None


def test_a_token_can_confirm_but_only_in_its_own_session(house: House) -> None:
    house.person()
    actor = house.identity.authenticate_bearer(issue(house))
    assert actor is not None
    house.identity.confirm(Actor(actor.user_id, session_id=actor.session_id), PASSWORD)


Forge = Callable[[str, dict[str, Any], House], str]


def with_claims(**changes: Any) -> Forge:
    """Return a forger of tokens with a good signature and other claims; None takes one away."""

    def forge(text: str, claims: dict[str, Any], house: House) -> str:
        return signed({k: v for k, v in {**claims, **changes}.items() if v is not None})

    return forge


def moved(claim: str, seconds: float) -> Forge:
    return lambda text, claims, house: signed({**claims, claim: claims[claim] + seconds})


def with_header(header: object) -> Forge:
    return lambda text, claims, house: signed(claims, header=header)


def with_key(key: bytes) -> Forge:
    return lambda text, claims, house: signed(claims, key=key)


def cut(start: int | None, end: int | None) -> Forge:
    return lambda text, claims, house: text[start:end]


def bent(change: Callable[[str, str, str], str]) -> Forge:
    return lambda text, claims, house: change(*text.split("."))


def good_header(**more: Any) -> dict[str, Any]:
    return {"alg": "HS256", "typ": "JWT", **more}


def by_library(key: Any, algorithm: str) -> Forge:
    return lambda text, claims, house: pyjwt.encode(claims, key, algorithm=algorithm)


def with_hash(algorithm: str, hash: str) -> Forge:
    header = {"alg": algorithm, "typ": "JWT"}
    return lambda text, claims, house: signed(claims, header=header, hash=hash)


def by_public_key(text: str, claims: dict[str, Any], house: House) -> str:
    return signed(claims, key=RSA.as_pem(private=False))


def with_a_session_that_is_not_there(text: str, claims: dict[str, Any], house: House) -> str:
    return signed({**claims, "sid": "0" * 32})


def with_anothers_session(text: str, claims: dict[str, Any], house: House) -> str:
    return signed({**claims, "sid": claims_of(issue(house, "bob"))["sid"]})


def with_a_doubled_claim(text: str, claims: dict[str, Any], house: House) -> str:
    header, body = packed(good_header(kid="x")), packed(claims)
    doubled = b'{"alg":"none","alg":"HS256","typ":"JWT"}'
    assert header != packed(doubled)
    signature = hmac.new(KEY, f"{packed(doubled)}.{body}".encode(), hashlib.sha256).digest()
    return f"{packed(doubled)}.{body}.{packed(signature)}"


def forgeries() -> Iterator[tuple[str, Forge]]:
    for alg in ("none", "None", "NONE", "nOnE", ""):
        header = {"alg": alg, "typ": "JWT"}
        yield f"alg {alg!r} unsigned", bent(lambda h, c, s, header=header: f"{packed(header)}.{c}.")
        yield f"alg {alg!r} with a good signature", with_header(header)
    yield "no alg", with_header({"typ": "JWT"})
    yield "alg is a list", with_header({"alg": ["HS256"], "typ": "JWT"})
    yield "HS384 with our key", with_hash("HS384", "sha384")
    yield "HS512 with our key", with_hash("HS512", "sha512")
    yield "RS256 with a key of theirs", by_library(RSA.as_pem(private=True), "RS256")
    yield "ES256 with a key of theirs", by_library(EC.as_pem(private=True), "ES256")
    yield "public RSA key as secret", by_public_key
    yield "empty key", with_key(b"")
    yield "key of zeros", with_key(bytes(32))
    yield "the installation's key itself", with_key(JWT_KEY)
    yield "key of another purpose", with_key(subkey(JWT_KEY, "csrf"))
    for claim in CLAIMS:
        yield f"{claim} missing", with_claims(**{claim: None})
    yield "iss of another", with_claims(iss="https://evil.example")
    yield "iss empty", with_claims(iss="")
    yield "aud of another", with_claims(aud="spectra")
    yield "aud a list of ours and another", with_claims(aud=["spectra-api", "evil"])
    yield "aud a list of ours", with_claims(aud=["spectra-api"])
    yield "typ of another", with_claims(typ="refresh")
    yield "typ empty", with_claims(typ="")
    yield "expired", moved("exp", -901)
    yield "expiring now", moved("exp", -900)
    yield "lasting longer than ours", moved("exp", 1)
    yield "lasting for ever", with_claims(exp=2**53)
    yield "nbf in the future", moved("nbf", 60)
    yield "iat in the future", moved("iat", 60)
    yield "exp as text", with_claims(exp="9999999999")
    yield "exp as a fraction", moved("exp", -0.5)
    yield "exp true", with_claims(exp=True)
    yield "exp infinite", with_claims(exp=float("inf"))
    yield "sub of nobody", with_claims(sub="0" * 32)
    yield "sub empty", with_claims(sub="")
    yield "sub a list", with_claims(sub=["x"])
    yield "sid a number", with_claims(sid=1)
    yield "sid not there", with_a_session_that_is_not_there
    yield "sid of another person", with_anothers_session
    yield "a claim more", with_claims(role="admin")
    yield "crit", with_header(good_header(crit=["exp"]))
    yield "crit empty", with_header(good_header(crit=[]))
    yield "jku", with_header(good_header(jku="https://evil.example/keys"))
    yield "jwk", with_header(good_header(jwk=RSA.as_dict(private=False)))
    yield "x5u", with_header(good_header(x5u="https://evil.example/cert"))
    yield "kid of a file", with_header(good_header(kid="../../../../dev/null"))
    yield "kid of SQL", with_header(good_header(kid="' UNION SELECT 'x"))
    yield "b64 false", with_header(good_header(b64=False))
    yield "zip", with_header(good_header(zip="DEF"))
    yield "header typ of another", with_header({"alg": "HS256", "typ": "at+jwt"})
    yield "header no object", with_header([])
    yield "alg named twice", with_a_doubled_claim
    yield "claims no object", lambda text, claims, house: signed([claims])
    yield "claims empty", lambda text, claims, house: signed({})
    yield "no signature", bent(lambda h, c, s: f"{h}.{c}.")
    yield "two parts", bent(lambda h, c, s: f"{h}.{c}")
    yield "four parts", bent(lambda h, c, s: f"{h}.{c}.{s}.{s}")
    yield "five parts, as if encrypted", bent(lambda h, c, s: f"{h}.{h}.{c}.{c}.{s}")
    yield "signature cut", cut(None, -1)
    yield "half of it", cut(None, 100)
    yield "start cut", cut(1, None)
    yield "signature of other claims", bent(lambda h, c, s: f"{h}.{packed({'sub': 'x'})}.{s}")
    yield "signature upside down", bent(lambda h, c, s: f"{h}.{c}.{s[::-1]}")
    yield "padding added", lambda text, claims, house: text + "="
    yield "a space before", lambda text, claims, house: " " + text
    yield "a line after", lambda text, claims, house: text + "\n"
    yield "letters that are none", bent(lambda h, c, s: f"{h}.{c}é.{s}")
    yield "very long", lambda text, claims, house: signed({**claims, "x": "x" * 5000})
    yield "empty", lambda text, claims, house: ""
    yield "dots", lambda text, claims, house: ".."


FORGERIES = dict(forgeries())


def test_there_are_enough_forgeries() -> None:
    assert len(FORGERIES) >= 60


@pytest.fixture(scope="module")
def peopled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """One house with two people, for all the forgeries."""
    opened = open_house(f"sqlite:///{tmp_path_factory.mktemp('forged') / 'spectra.db'}")
    opened.person("ada")
    opened.person("bob")
    yield opened
    opened.store.close()


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forged_token_is_refused(peopled: House, name: str) -> None:
    good = issue(peopled)
    forged = FORGERIES[name](good, claims_of(good), peopled)
    assert forged != good
    assert peopled.identity.authenticate_bearer(forged) is None
    assert peopled.identity.authenticate_bearer(good), "the true one still works"


def test_a_token_changed_anywhere_is_refused(house: House) -> None:
    house.person()
    good = issue(house)
    for place in range(len(good)):
        other = "A" if good[place] != "A" else "B"
        forged = good[:place] + other + good[place + 1 :]
        # The last letter of a part carries two or four bits that say nothing.
        if unpacked_all(forged) != unpacked_all(good):
            assert house.identity.authenticate_bearer(forged) is None, place


def unpacked_all(text: str) -> list[bytes]:
    return [unpacked(part) for part in text.split(".")]
