"""Only our own page acts in a person's name: twelve ways of trying, at every unsafe door."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from core.web.paths import FORMS_BEFORE_A_SESSION
from tests.web.doors import api_doors
from tests.web.people import Browser, Team

UNSAFE = [
    *((method, path) for method, path in api_doors() if method != "GET"),
    ("POST", "/auth/sign-out"),
    ("POST", "/api/v1/not/there"),
    ("PUT", "/_stcore/upload_file/some/file"),
    ("DELETE", "/_stcore/upload_file/some/file"),
    ("POST", "/heatmap"),
]
GUARDED = [door for door in UNSAFE if door[1] not in FORMS_BEFORE_A_SESSION]


@pytest.fixture(scope="module")
def ada(team: Team) -> Browser:
    return team.browser(team.person("ada"))


@pytest.fixture(scope="module")
def bob(team: Team) -> Browser:
    return team.browser(team.person("bob"))


def bad_combinations(ada: Browser, bob: Browser) -> Iterator[dict[str, str]]:
    own = ada.server.url
    good = {"Origin": own, "X-CSRF-Token": ada.csrf}
    for origin in ("http://evil.example", "null", own.replace("http:", "https:"), ""):
        yield {**good, "Origin": origin}
    yield {"X-CSRF-Token": ada.csrf}
    yield {"Origin": own}
    for token in ("", "x", bob.csrf, ada.csrf[:-1], ada.csrf + "=", ada.session_id):
        yield {"Origin": own, "X-CSRF-Token": token}


@pytest.mark.parametrize(("method", "path"), GUARDED)
def test_no_bad_combination_acts(method: str, path: str, ada: Browser, bob: Browser) -> None:
    tried = 0
    for headers in bad_combinations(ada, bob):
        for kind in ("application/json", "text/plain"):
            sent = {**headers, "Content-Type": kind}
            answer = ada.http.request(method, path.format(**IDS), headers=sent, content=b"{}")
            assert answer.status_code == 403, (headers, answer.text)
            assert answer.json()["type"] in (
                "urn:spectra:origin-refused",
                "urn:spectra:csrf-refused",
            )
        tried += 1
    assert tried == 12


IDS = {"session_id": "x", "token_id": "x", "export_id": "x"}


def test_after_all_that_nothing_has_happened(ada: Browser) -> None:
    assert ada.http.get("/api/v1/users/me").status_code == 200


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""]
)
def test_a_form_that_could_cross_sites_is_no_body_of_the_api(ada: Browser, kind: str) -> None:
    headers = {"Content-Type": kind} if kind else {}
    body = b'{"fullName":"Eve"}'
    answer = ada.call("PATCH", "/api/v1/users/me", headers=headers, content=body)
    assert answer.status_code == 415
    assert answer.json()["type"] == "urn:spectra:body-not-json"


def test_two_tokens_are_none(ada: Browser) -> None:
    headers = [("Origin", ada.server.url), ("X-CSRF-Token", ada.csrf), ("X-CSRF-Token", "x")]
    answer = ada.http.request("DELETE", "/api/v1/users/me/sessions", headers=headers)
    assert answer.status_code == 403


def test_reading_never_changes_anything_and_needs_no_token(ada: Browser) -> None:
    before = ada.http.get("/api/v1/audit").json()["entries"][0]["seq"]
    for method, path in api_doors():
        if method == "GET":
            ada.http.get(path.format(**IDS))
    assert ada.http.get("/api/v1/audit").json()["entries"][0]["seq"] == before


def test_a_token_needs_no_csrf_because_no_page_can_send_it(team: Team, ada: Browser) -> None:
    made = ada.call("POST", "/api/v1/users/me/tokens", json={"label": "bot"}).json()
    headers = {"Authorization": f"Bearer {made['token']}"}
    with httpx.Client(base_url=team.server.url, headers=headers) as program:
        changed = program.patch("/api/v1/users/me", json={"fullName": "By program"})
        assert changed.status_code == 200
        headers = {"Origin": "http://evil.example"}
        foreign = program.patch("/api/v1/users/me", json={"fullName": "Eve"}, headers=headers)
        assert foreign.status_code == 403
