"""Spectra under another address: behind a proxy that ends TLS, and called by another site."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import httpx
import pytest

from tests.web.conftest import Running
from tests.web.people import MULTI, Team, a_team, an_address

PUBLIC = "https://spectra.example"
DESK = "https://desk.example"


@pytest.fixture(scope="module")
def behind(start: Callable[..., Running]) -> Iterator[Team]:
    """A server that a TLS proxy on this machine would forward to."""
    tls = {"SPECTRA_PUBLIC_URL": PUBLIC, "SPECTRA_BEHIND_TLS_PROXY": "1", "CORS_ORIGINS": DESK}
    server = start("app.py", "--port", "0", **MULTI, **tls)
    with a_team(server, server.home) as team:
        yield team


def proxied(team: Team, client: str, **headers: str) -> httpx.Client:
    sent = {
        "Host": "spectra.example",
        "X-Forwarded-For": f"6.6.6.6, {client}",
        "X-Forwarded-Proto": "https",
        **headers,
    }
    return httpx.Client(base_url=team.server.url, headers=sent, timeout=60)


def test_the_cookie_of_tls_belongs_to_this_host_alone(behind: Team) -> None:
    ada = behind.person("ada")
    form = {"email": ada.email, "password": ada.password}
    with proxied(behind, an_address(), Origin=PUBLIC) as browser:
        answer = browser.post("/auth/sign-in", data=form)
        assert answer.status_code == 303
        cookie = answer.headers["set-cookie"]
        assert cookie.startswith("__Host-spectra=")
        assert "Secure" in cookie
        assert answer.headers["strict-transport-security"] == "max-age=31536000"
        browser.headers["Cookie"] = cookie.split(";")[0]
        listed = browser.get("/api/v1/users/me/sessions").json()["sessions"]
        assert listed[0]["ip"].startswith("127.0."), "the entry the proxy wrote"
        assert browser.get("/").status_code == 200


def test_only_the_public_address_over_tls_is_served(behind: Team) -> None:
    with proxied(behind, an_address()) as client:
        assert client.get("/sign-in").status_code == 200
        assert client.get("/sign-in", headers={"X-Forwarded-Proto": "http"}).status_code == 403
        for host in ("127.0.0.1", f"127.0.0.1:{behind.server.port}", "evil.example"):
            assert client.get("/sign-in", headers={"Host": host}).status_code == 421
        own = {"Origin": f"http://127.0.0.1:{behind.server.port}"}
        assert client.post("/auth/sign-in", data={"email": "a"}, headers=own).status_code == 403


def test_guesses_are_counted_by_the_address_the_proxy_saw(behind: Team) -> None:
    with proxied(behind, an_address()) as guesser, proxied(behind, an_address()) as other:
        for number in range(101):
            headers = {"X-Forwarded-For": f"9.9.9.{number}, {CLIENT}"}
            last = guesser.post("/api/v1/auth/token", json={}, headers=headers)
        assert last.status_code == 429
        assert other.post("/api/v1/auth/token", json={}).status_code == 422


CLIENT = an_address()


def test_a_named_site_may_call_the_api_with_a_token_but_never_with_a_cookie(behind: Team) -> None:
    ada = behind.person("ada")
    body = {"email": ada.email, "password": ada.password}
    with proxied(behind, an_address(), Origin=DESK) as script:
        asked = script.options(
            "/api/v1/users/me",
            headers={
                "Access-Control-Request-Method": "PATCH",
                "Access-Control-Request-Headers": "authorization,content-type",
            },
        )
        assert asked.status_code == 204
        assert asked.headers["access-control-allow-origin"] == DESK
        assert "PATCH" in asked.headers["access-control-allow-methods"]
        assert "access-control-allow-credentials" not in asked.headers
        made = script.post("/api/v1/auth/token", json=body)
        assert made.headers["access-control-allow-origin"] == DESK
        bearer = {"Authorization": f"Bearer {made.json()['accessToken']}"}
        changed = script.patch("/api/v1/users/me", json={"fullName": "Desk"}, headers=bearer)
        assert changed.status_code == 200
        refused = script.get("/api/v1/users/me")
        assert refused.status_code == 401
        assert refused.headers["access-control-allow-origin"] == DESK
        with proxied(behind, an_address(), Origin=PUBLIC) as browser:
            signed_in = browser.post("/auth/sign-in", data=body)
        cookie = {"Cookie": signed_in.headers["set-cookie"].split(";")[0]}
        assert script.get("/api/v1/users/me", headers=cookie).status_code == 401
        assert script.get("/sign-in").status_code == 403, "only the API"


def test_no_other_site_is_answered(behind: Team, team: Team) -> None:
    with proxied(behind, an_address(), Origin="https://evil.example") as script:
        asked = {"Access-Control-Request-Method": "GET"}
        answer = script.options("/api/v1/users/me", headers=asked)
        assert answer.status_code == 403
        assert "access-control-allow-origin" not in answer.headers
    answer = httpx.get(f"{team.server.url}/api/v1/users/me", headers={"Origin": DESK})
    assert answer.status_code == 403, "off unless CORS_ORIGINS names it"


def test_in_single_user_mode_no_other_site_is_let_in(start: Callable[..., Running]) -> None:
    server = start("app.py", "--port", "0", "--demo", CORS_ORIGINS=DESK)
    at = f"{server.url}/api/v1/users/me/preferences"
    for method, sent in (("GET", None), ("PATCH", {"palette": "red-up"})):
        answer = httpx.request(method, at, json=sent, headers={"Origin": DESK})
        assert (answer.status_code, answer.json()["type"]) == (403, "urn:spectra:origin-refused")
    assert httpx.get(at).json()["palette"] == "red-green"
