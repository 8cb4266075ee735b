"""The way in and out as a browser takes it: form, cookie, redirect; and how it is refused."""

from __future__ import annotations

import re

import httpx
import pytest

from tests.web.people import Browser, Team
from tests.web.test_next_path import ELSEWHERE

WRONG = "wrong password of this test"


def said(answer: httpx.Response) -> str:
    found = re.search(r'<p class="said"[^>]*>(.*?)</p>', answer.text)
    return found[1] if found else ""


def submit(browser: Browser, **form: str) -> httpx.Response:
    return browser.http.post("/auth/sign-in", data=form, headers={"Origin": browser.server.url})


def test_a_stranger_is_shown_the_way_in_and_back(team: Team) -> None:
    browser = team.browser()
    for page, asked in (("/", ""), ("/heatmap?a=b", "?next=/heatmap%3Fa%3Db")):
        answer = browser.http.get(page)
        assert (answer.status_code, answer.headers["location"]) == (303, f"/sign-in{asked}")
        assert answer.headers["cache-control"] == "no-store"
    page = browser.http.get("/sign-in?next=/heatmap%3Fa%3Db")
    assert page.status_code == 200
    assert '<input type="hidden" name="next" value="/heatmap?a=b">' in page.text
    assert page.headers["cache-control"] == "no-store"
    assert "sha256" not in page.headers["content-security-policy"]


def test_signing_in_leads_back_and_sets_one_closed_cookie(team: Team) -> None:
    browser, ada = team.browser(), team.person("ada")
    answer = browser.sign_in(ada, next_path="/heatmap?a=b")
    assert (answer.status_code, answer.headers["location"]) == (303, "/heatmap?a=b")
    (cookie,) = answer.headers.get_list("set-cookie")
    assert re.fullmatch(
        rf"spectra_{team.server.port}=[\w-]{{43,}}; HttpOnly; Max-Age=43200; Path=/; SameSite=lax",
        cookie,
    )
    assert "<title>Spectra</title>" in browser.http.get("/heatmap").text
    session = browser.http.get("/api/v1/auth/session").json()
    assert session["user"]["email"] == ada.email
    assert session["way"] == "session"
    assert browser.http.get("/sign-in?next=/settings").headers["location"] == "/settings"


def test_wrong_unknown_and_disabled_are_told_the_same(team: Team) -> None:
    ada, gone = team.person("ada"), team.person("gone")
    team.services.identity.disable(team.operator, gone.id)
    answers = [
        submit(team.browser(), email=email, password=password)
        for email, password in (
            (ada.email, WRONG),
            ("nobody@example.com", WRONG),
            (gone.email, gone.password),
            ("", ""),
        )
    ]
    assert {answer.status_code for answer in answers} == {401}
    assert len({said(answer) for answer in answers}) == 1
    assert said(answers[0])
    assert not any("set-cookie" in answer.headers for answer in answers)
    assert f'value="{ada.email}"' in answers[0].text
    assert all(WRONG not in answer.text for answer in answers)


def test_too_many_failures_are_told_how_long_to_wait(team: Team) -> None:
    ada = team.person("ada")
    for _ in range(5):
        submit(team.browser(), email=ada.email, password=WRONG)
    locked = submit(team.browser(), email=ada.email, password=ada.password)
    assert locked.status_code == 429
    assert int(locked.headers["retry-after"]) > 0
    assert re.search(r"\d+ minute", said(locked))


def test_what_was_typed_is_never_html(team: Team) -> None:
    payload = '"><script>alert(1)</script>'
    answer = submit(team.browser(), email=payload, password=payload, next=payload)
    assert "<script>alert" not in answer.text
    assert payload not in team.browser().http.get("/sign-in", params={"reason": payload}).text


@pytest.mark.parametrize("asked", ELSEWHERE)
def test_signing_in_never_leads_elsewhere(team: Team, asked: str) -> None:
    browser = team.browser()
    page = browser.http.get("/sign-in", params={"next": asked})
    assert 'name="next" value="/"' in page.text


def test_signing_in_through_a_forged_form_never_leads_elsewhere(team: Team) -> None:
    ada = team.person("ada")
    for asked in ELSEWHERE[:6]:
        answer = team.browser().sign_in(ada, next_path=asked)
        assert (answer.status_code, answer.headers["location"]) == (303, "/")


def test_a_form_is_only_sent_and_never_answers_with_the_app(team: Team) -> None:
    for path in ("/auth/sign-in", "/auth/oidc/sign-in"):
        answer = team.browser().http.get(path)
        assert (answer.status_code, answer.json()["type"]) == (401, "urn:spectra:not-signed-in")


@pytest.mark.parametrize(
    "headers",
    [{}, {"Origin": "null"}, {"Origin": "http://evil.example"}, {"Origin": "http://localhost:1"}],
)
def test_only_our_own_page_may_send_the_form(team: Team, headers: dict[str, str]) -> None:
    ada = team.person("ada")
    for path in ("/auth/sign-in", "/auth/oidc/sign-in"):
        answer = team.browser().http.post(
            path, data={"email": ada.email, "password": ada.password}, headers=headers
        )
        assert answer.status_code == 403
        assert "set-cookie" not in answer.headers


def test_a_form_of_another_kind_or_size_signs_nobody_in(team: Team) -> None:
    ada = team.person("ada")
    browser = team.browser()
    own = {"Origin": team.server.url}
    as_json = {"email": ada.email, "password": ada.password}
    assert browser.http.post("/auth/sign-in", json=as_json, headers=own).status_code == 415
    large = {**as_json, "next": "/" + "a" * 9000}
    assert browser.http.post("/auth/sign-in", data=large, headers=own).status_code == 401
    rubbish = {"content": b"\xff\xfe=%ff&&&=", "headers": {**own, **FORM}}
    assert browser.http.post("/auth/sign-in", **rubbish).status_code == 401  # type: ignore[arg-type]


FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def test_a_cookie_from_before_signing_in_is_worth_nothing_after(team: Team) -> None:
    ada = team.person("ada")
    name = f"spectra_{team.server.port}"
    planted = team.browser()
    planted.http.cookies.set(name, "a" * 43, domain="127.0.0.1", path="/")
    planted.sign_in(ada)
    assert planted.http.cookies[name] != "a" * 43
    thief = team.browser()
    thief.http.cookies.set(name, "a" * 43, domain="127.0.0.1", path="/")
    assert thief.http.get("/api/v1/users/me").status_code == 401
    earlier = planted.http.cookies[name]
    planted.sign_in(ada)
    thief.http.cookies.set(name, earlier, domain="127.0.0.1", path="/")
    assert thief.http.get("/api/v1/users/me").status_code == 401, "signing in again ends the old"


def test_signing_out_ends_the_session_and_forgets_the_cookie(team: Team) -> None:
    browser = team.browser(team.person("ada"))
    stolen = browser.cookie
    refused = browser.http.post("/auth/sign-out", headers={"Origin": team.server.url})
    assert refused.status_code == 403, "without its token nobody is signed out"
    answer = browser.call("POST", "/auth/sign-out")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?reason=signed-out")
    assert "Max-Age=0" in answer.headers["set-cookie"]
    assert not browser.http.cookies
    again = httpx.get(f"{team.server.url}/api/v1/users/me", headers={"Cookie": stolen})
    assert again.status_code == 401
    assert said(browser.http.get("/sign-in?reason=signed-out")) == "You are signed out."


def test_two_browsers_of_one_person_have_two_sessions(team: Team) -> None:
    ada = team.person("ada")
    one, other = team.browser(ada), team.browser(ada)
    assert one.session_id != other.session_id
    listed = one.http.get("/api/v1/users/me/sessions").json()["sessions"]
    assert {(each["id"], each["current"]) for each in listed} == {
        (one.session_id, True),
        (other.session_id, False),
    }
    one.call("POST", "/auth/sign-out")
    assert other.http.get("/api/v1/users/me").status_code == 200


def test_the_sign_in_page_lets_a_form_name_its_origin(team: Team) -> None:
    page = team.browser().http.get("/sign-in")
    assert page.headers["referrer-policy"] == "same-origin"
    assert "form-action 'self'" in page.headers["content-security-policy"]
    assert "strict-transport-security" not in page.headers
