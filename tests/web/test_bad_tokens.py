"""Short tokens that somebody made up or changed: refused at the door, in every kind of way."""

from __future__ import annotations

import base64
import json
import string
import time
from collections.abc import Iterator
from typing import Any

import jwt as pyjwt
import pytest

from core.identity.jwt import ShortTokens
from tests.web.people import Person, Team

HEADER = {"alg": "HS256", "typ": "JWT"}


def b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@pytest.fixture(scope="module")
def ada(team: Team) -> Person:
    return team.person("ada")


def a_token(team: Team, person: Person) -> str:
    body = {"email": person.email, "password": person.password}
    made = team.browser().http.post("/api/v1/auth/token", json=body)
    token: str = made.json()["accessToken"]
    return token


def signer(team: Team) -> ShortTokens:
    """Return the server's own signer: what is wrong with a token here is never its signature."""
    found: ShortTokens = team.services.identity._short_tokens
    return found


def bad_tokens(good: str, key: bytes, other: Person) -> Iterator[tuple[str, str]]:
    claims: dict[str, Any] = pyjwt.decode(good, options={"verify_signature": False})
    head, body, signature = good.split(".")
    now = int(time.time())

    def signed(changes: dict[str, Any], **header: Any) -> str:
        wanted = {name: value for name, value in {**claims, **changes}.items() if value is not DROP}
        return raw({**HEADER, **header}, wanted)

    def raw(header: dict[str, Any], wanted: Any) -> str:
        content = f"{b64(json.dumps(header).encode())}.{b64(json.dumps(wanted).encode())}"
        algorithm = pyjwt.get_algorithm_by_name("HS256")
        return f"{content}.{b64(algorithm.sign(content.encode(), key))}"

    for name in claims:
        yield f"without {name}", signed({name: DROP})
        for value in (None, "", [], {}, True, "x"):
            if (name, value) != ("jti", "x"):
                yield f"{name} is {value!r}", signed({name: value})
    yield "expired", signed({"exp": now - 1, "iat": now - 900, "nbf": now - 900})
    yield "not yet", signed({"nbf": now + 600})
    yield "from the future", signed({"iat": now + 600, "nbf": now + 600})
    yield "a day long", signed({"exp": now + 86_400})
    yield "two audiences", signed({"aud": ["spectra-api", "x"]})
    yield "one more claim", signed({"role": "admin"})
    yield "another's session", signed({"sub": other.id})
    for algorithm in ("none", "None", "HS384", "HS512", "RS256", "ES256", "hs256", "", None):
        yield f"alg {algorithm}", signed({}, alg=algorithm)
    for extra in ("kid", "jku", "jwk", "x5u", "x5c", "crit", "b64", "zip"):
        yield f"a header {extra}", signed({}, **{extra: "http://evil.example"})
    yield "no typ", raw({"alg": "HS256"}, claims)
    yield "not an object", raw(HEADER, [claims])
    yield "unsigned", f"{b64(json.dumps({'alg': 'none', 'typ': 'JWT'}).encode())}.{body}."
    yield "another key", pyjwt.encode(claims, b"x" * 32, algorithm="HS256")
    yield "an empty signature", f"{head}.{body}."
    yield "two parts", f"{head}.{body}"
    yield "four parts", f"{good}.x"
    yield "five parts", f"{head}.x.{body}.x.{signature}"
    yield "cut", good[:-1]
    yield "padded", good + "="
    yield "other spare bits", good[:-1] + LETTERS[LETTERS.index(good[-1]) ^ 1]
    yield (
        "another body",
        f"{head}.{b64(json.dumps({**claims, 'sub': other.id}).encode())}.{signature}",
    )
    yield "doubled", f"{good} {good}"
    yield "longer than any", good + "a" * 4000
    yield "an API token's look", f"spx_{signature}"


DROP = object()
LETTERS = string.ascii_uppercase + string.ascii_lowercase + string.digits + "-_"


def test_no_bad_token_opens_a_door(team: Team, ada: Person) -> None:
    good = a_token(team, ada)
    bob = team.person("bob")
    key = signer(team)._key
    browser = team.browser()
    bearer = {"Authorization": f"Bearer {good}"}
    assert browser.http.get("/api/v1/auth/session", headers=bearer).status_code == 200
    tried = 0
    for name, token in bad_tokens(good, key, bob):
        headers = {"Authorization": f"Bearer {token}"}
        answer = browser.http.get("/api/v1/auth/session", headers=headers)
        assert answer.status_code == 401, name
        tried += 1
    assert tried >= 60


@pytest.mark.parametrize(
    "shown", ["Bearer", "Basic {}", "bearer{}", "Token {}", "Bearer  ", "Bearer {} x", "{}"]
)
def test_another_scheme_opens_nothing(team: Team, ada: Person, shown: str) -> None:
    value = shown.format(a_token(team, ada)).strip()
    browser = team.browser()
    headers = {"Authorization": value}
    assert browser.http.get("/api/v1/users/me", headers=headers).status_code == 401


def test_a_bad_token_does_not_fall_back_to_the_cookie(team: Team, ada: Person) -> None:
    browser = team.browser(ada)
    headers = {"Authorization": "Bearer spx_made-up"}
    assert browser.http.get("/api/v1/users/me", headers=headers).status_code == 401
    assert browser.http.get("/api/v1/users/me").status_code == 200


def test_a_bad_token_opens_no_socket(team: Team, ada: Person) -> None:
    browser = team.browser()
    assert browser.handshake(Authorization="Bearer spx_made-up") == 401
    good = f"Bearer {a_token(team, ada)}"
    assert browser.handshake(Authorization=good) == 101
    assert browser.handshake("/_stcore/stream", Authorization=good) == 401, "pages take no token"


def test_no_token_is_ever_logged(team: Team, ada: Person) -> None:
    good = a_token(team, ada)
    team.browser().http.get("/api/v1/users/me", headers={"Authorization": f"Bearer {good}x"})
    said = "".join(team.server.said)
    assert good not in said
    assert ada.password not in said
