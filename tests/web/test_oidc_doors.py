"""Signing in through an identity provider, over the server's own addresses; bad ways back fail."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import expect

from tests.identity.provider import (
    CLIENT_ID,
    CLIENT_SECRET,
    Behaviour,
    FakeProvider,
    a_person,
    a_provider,
)
from tests.web.conftest import Running
from tests.web.people import MULTI, Browser, Team, a_team

CALLBACK = "/auth/oidc/callback"


@dataclass
class House:
    """A server whose people sign in at a provider of this test."""

    team: Team
    provider: FakeProvider

    @property
    def server(self) -> Running:
        return self.team.server

    def leave(self, browser: Browser, *, next_path: str = "/") -> str:
        """Press the button; return where the page leads on to."""
        answer = browser.http.post(
            "/auth/oidc/sign-in",
            data={"next": next_path},
            headers={"Origin": browser.server.url},
        )
        assert answer.status_code == 200, answer.text
        found = re.search(r'http-equiv="refresh" content="0; url=([^"]+)"', answer.text)
        assert found
        return html.unescape(found[1])

    def come_back(self, browser: Browser, brought: Any) -> httpx.Response:
        return browser.http.get(f"{CALLBACK}?{urlencode(brought)}")


@pytest.fixture(scope="module")
def house(start: Callable[..., Running]) -> Iterator[House]:
    with a_provider() as provider:
        server = start(
            "app.py",
            "--port",
            "0",
            **MULTI,
            SPECTRA_OIDC_ISSUER=provider.issuer,
            SPECTRA_OIDC_CLIENT_ID=CLIENT_ID,
            SPECTRA_OIDC_CLIENT_SECRET=CLIENT_SECRET,
            SPECTRA_OIDC_DOMAINS="example.com",
        )
        with a_team(server, server.home) as team:
            yield House(team, provider)


@pytest.fixture(autouse=True)
def honest(house: House) -> None:
    house.provider.does = Behaviour()
    house.provider.person = a_person("ada")


def test_a_person_of_the_provider_comes_in_and_goes_where_they_wanted(house: House) -> None:
    browser = house.team.browser()
    assert "Continue with 127.0.0.1" in browser.http.get("/sign-in").text
    url = house.leave(browser, next_path="/settings?a=b")
    answer = house.come_back(browser, house.provider.authorize(url))
    assert (answer.status_code, answer.headers["location"]) == (303, "/settings?a=b")
    cookies = answer.headers.get_list("set-cookie")
    assert len(cookies) == 2
    assert any(re.match(r"spectra_\d+=[\w-]{43}; HttpOnly; .*SameSite=lax$", c) for c in cookies)
    assert any("spectra-oidc_" in c and "Max-Age=0" in c for c in cookies)
    state = browser.http.get("/api/v1/auth/session").json()
    assert state["user"]["email"] == "ada@example.com"
    assert browser.http.get("/api/v1/users/me/sessions").json()["sessions"][0]["method"] == "oidc"


def test_the_old_session_of_the_browser_ends(house: House) -> None:
    browser = house.team.browser(house.team.person("bob"))
    thief = house.team.browser()
    thief.http.headers["Cookie"] = browser.cookie
    brought = house.provider.authorize(house.leave(browser))
    assert house.come_back(browser, brought).status_code == 303
    assert thief.http.get("/api/v1/users/me").status_code == 401


def changed(**over: str | None) -> Callable[[dict[str, str]], Any]:
    def change(brought: dict[str, str]) -> Any:
        return {k: v for k, v in {**brought, **over}.items() if v is not None}

    return change


BAD_WAYS_BACK = {
    "nothing at all": lambda brought: {},
    "no state": changed(state=None),
    "another state": changed(state="a" * 43),
    "an empty state": changed(state=""),
    "no code": changed(code=None),
    "another code": changed(code="made-up"),
    "another issuer": changed(iss="https://evil.example"),
    "the provider's refusal": changed(code=None, error="access_denied"),
    "two states": lambda brought: [*brought.items(), ("state", "x")],
    "two codes": lambda brought: [("code", "x"), *brought.items()],
    "a huge code": changed(code="a" * 9000),
}
BAD_PROVIDERS = {
    "another nonce": Behaviour(claims={"nonce": "x"}),
    "no nonce": Behaviour(claims={"nonce": None}),
    "another audience": Behaviour(claims={"aud": "somebody-else"}),
    "another issuer in the token": Behaviour(claims={"iss": "https://evil.example"}),
    "an expired token": Behaviour(claims={"exp": 1}),
    "no subject": Behaviour(claims={"sub": None}),
    "an unsigned token": Behaviour(signs_with="none"),
    "a stranger's key": Behaviour(signs_with="stranger"),
    "its public key as a secret": Behaviour(signs_with="public-as-secret"),
    "an unverified address": Behaviour(claims={"email_verified": False, "sub": "new-1"}),
    "an address of another house": Behaviour(claims={"email": "a@evil.example", "sub": "new-2"}),
    "an error": Behaviour(token_status=500),
}


def assert_refused(browser: Browser, answer: httpx.Response) -> None:
    assert answer.status_code in (401, 503), answer.text
    assert "<title>Sign in · Spectra</title>" in answer.text
    assert 'role="alert"' in answer.text
    assert not any(
        re.match(r"spectra_\d+=[^;\"]", cookie) for cookie in answer.headers.get_list("set-cookie")
    )
    assert browser.http.get("/api/v1/users/me").status_code == 401


@pytest.mark.parametrize("name", BAD_WAYS_BACK)
def test_a_bad_way_back_signs_nobody_in(house: House, name: str) -> None:
    browser = house.team.browser()
    brought = house.provider.authorize(house.leave(browser))
    assert_refused(browser, house.come_back(browser, BAD_WAYS_BACK[name](brought)))


@pytest.mark.parametrize("name", BAD_PROVIDERS)
def test_a_bad_provider_signs_nobody_in(house: House, name: str) -> None:
    browser = house.team.browser()
    house.provider.does = replace(BAD_PROVIDERS[name])
    brought = house.provider.authorize(house.leave(browser))
    assert_refused(browser, house.come_back(browser, brought))


def test_a_way_back_works_once_and_in_the_browser_that_left(house: House) -> None:
    hers, his = house.team.browser(), house.team.browser()
    brought = house.provider.authorize(house.leave(hers))
    assert_refused(his, house.come_back(his, brought))
    house.leave(his)
    assert_refused(his, house.come_back(his, brought))
    assert house.come_back(hers, brought).status_code in (303, 401)
    kept = house.team.browser()
    url = house.leave(kept)
    cookie = kept.cookie
    brought = house.provider.authorize(url)
    assert house.come_back(kept, brought).status_code == 303
    again = house.team.browser()
    again.http.headers["Cookie"] = cookie
    assert_refused(again, house.come_back(again, brought))


def test_where_to_go_next_is_no_way_out(house: House) -> None:
    browser = house.team.browser()
    brought = house.provider.authorize(house.leave(browser, next_path="//evil.example"))
    assert house.come_back(browser, brought).headers["location"] == "/"


def test_without_a_provider_these_doors_are_not_there(team: Team) -> None:
    browser = team.browser()
    assert "Continue with" not in browser.http.get("/sign-in").text
    assert browser.http.get(f"{CALLBACK}?code=x&state=y").status_code == 404
    own = {"Origin": team.server.url}
    assert (
        browser.http.post("/auth/oidc/sign-in", data={"next": "/"}, headers=own).status_code == 404
    )


@pytest.mark.browser
def test_the_button_leads_there_and_back(chromium: Chromium, house: House) -> None:
    house.provider.person = a_person("grace")
    context = chromium.new_context()
    page = context.new_page()
    page.goto(f"{house.server.url}/sign-in?next=/settings")
    page.get_by_role("button", name="Continue with").click()
    page.wait_for_url(f"{house.server.url}/settings")
    expect(page.get_by_text("Sign in", exact=True)).to_have_count(0)
    assert len(page.context.cookies()) >= 1
    context.close()
