"""Nobody sees or touches what is another's, through any door: a table of all of them.

A route without a rule here fails the first test. `MINE` never shows another's; `THING` with
another's id is exactly a thing that never was; `OPEN` is for strangers too.
"""

from __future__ import annotations

import itertools
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from core.web.paths import API, DOCS
from tests.waiting import wait_for
from tests.web.doors import api_doors, front_doors
from tests.web.people import Browser, Person, Team

NAMES = ("alice", "bob", "carol")
ME = f"{API}/users/me"


@dataclass(frozen=True)
class Rule:
    kind: str
    body: Any = None
    status: int = 200


MINE = Rule("mine")
OPEN = Rule("open")
RULES = {
    ("POST", f"{API}/auth/token"): OPEN,
    ("GET", f"{API}/auth/session"): MINE,
    ("DELETE", f"{API}/auth/session"): Rule("ends", status=204),
    ("POST", f"{API}/auth/confirm"): Rule("mine", body={"password": "PASSWORD"}),
    ("GET", ME): MINE,
    ("PATCH", ME): Rule("mine", body={"fullName": "MARK"}),
    ("POST", f"{ME}/password"): Rule(
        "mine", body={"currentPassword": "PASSWORD", "newPassword": "PASSWORD-2"}, status=204
    ),
    ("GET", f"{ME}/preferences"): MINE,
    ("PATCH", f"{ME}/preferences"): Rule("mine", body={"pages": {"mark": "MARK"}}),
    ("GET", f"{ME}/sessions"): MINE,
    ("DELETE", f"{ME}/sessions"): MINE,
    ("DELETE", f"{ME}/sessions/{{session_id}}"): Rule("thing", status=204),
    ("GET", f"{ME}/tokens"): MINE,
    ("POST", f"{ME}/tokens"): Rule("mine", body={"label": "MARK"}, status=201),
    ("DELETE", f"{ME}/tokens/{{token_id}}"): Rule("thing", status=204),
    ("GET", f"{API}/audit"): MINE,
    ("POST", f"{API}/audit/verify"): MINE,
    ("POST", f"{API}/exports"): Rule("mine", body={"kind": "audit", "format": "csv"}, status=201),
    ("GET", f"{API}/exports/{{export_id}}"): Rule("thing"),
}
FRONT = {
    ("GET", "/health"): "open",
    ("HEAD", "/health"): "open",
    ("GET", "/metrics"): "signed-in",
    ("HEAD", "/metrics"): "signed-in",
    ("MOUNT", "/assets"): "open",
    ("MOUNT", API): "the table above",
    ("GET", DOCS): "page",
    ("HEAD", DOCS): "page",
    ("GET", "/sign-in"): "open",
    ("HEAD", "/sign-in"): "open",
    ("POST", "/auth/sign-in"): "form",
    ("POST", "/auth/oidc/sign-in"): "form",
    ("GET", "/auth/oidc/callback"): "open",
    ("HEAD", "/auth/oidc/callback"): "open",
    ("POST", "/auth/sign-out"): "signed-in",
    **{
        (method, path): "signed-in"
        for method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
        for path in ("/api", "/api/{path:path}")
    },
}
STREAMLIT = [
    "/_stcore/health",
    "/_stcore/host-config",
    "/_stcore/metrics",
    "/_stcore/script-health-check",
    "/_stcore/allowed-message-origins",
    "/_stcore/agent/openapi.json",
    "/heatmap/_stcore/health",
    "/media/aaaa.png",
    "/component/streamlit_autorefresh.st_autorefresh/index.html",
    "/static/js/index.js",
]
PAGES = ["/", "/heatmap", "/settings", "/security", "/no-such-page", "/openapi.json", "/docs"]


def test_every_door_has_a_rule() -> None:
    assert set(api_doors()) == set(RULES)
    assert set(front_doors()) == set(FRONT)


@dataclass
class Owned:
    """One person with a browser and one thing of each kind, told apart by a mark."""

    person: Person
    browser: Browser
    mark: str
    session_id: str = ""
    token_id: str = ""
    token: str = field(default="", repr=False)
    export_id: str = ""

    def path(self, template: str) -> str:
        return template.format(
            session_id=self.session_id, token_id=self.token_id, export_id=self.export_id
        )


@pytest.fixture(scope="module")
def owners(team: Team) -> dict[str, Owned]:
    return {name: an_owner(team, name) for name in NAMES}


def an_owner(team: Team, name: str) -> Owned:
    person = team.person(name)
    browser = team.browser(person)
    owned = Owned(person, browser, f"{name}-{secrets.token_hex(8)}")
    body: dict[str, Any] = {"fullName": owned.mark}
    assert browser.call("PATCH", ME, json=body).status_code == 200
    body = {"pages": {"mark": owned.mark}}
    assert browser.call("PATCH", f"{ME}/preferences", json=body).status_code == 200
    renew(team, owned)
    return owned


def renew(team: Team, owned: Owned) -> None:
    """Make one more thing of each kind for the person, and remember the newest."""
    owned.session_id = team.browser(owned.person).session_id
    made = owned.browser.call("POST", f"{ME}/tokens", json={"label": owned.mark})
    assert made.status_code == 201, made.text
    owned.token_id, owned.token = made.json()["details"]["id"], made.json()["token"]
    order = {"kind": "audit", "format": "json"}
    owned.export_id = owned.browser.call("POST", f"{API}/exports", json=order).json()["id"]


def cells() -> Iterator[tuple[str, str, tuple[str, str]]]:
    for who in NAMES:
        for whose in NAMES:
            if who != whose:
                for door in RULES:
                    yield who, whose, door


WAYS = ("session", "token")


def ask(owned: Owned, door: tuple[str, str], path: str, *, way: str, **more: Any) -> Any:
    """Ask as this person, in their browser or as their program."""
    rule = RULES[door]
    if way == "session":
        return owned.browser.call(door[0], path, json=filled(owned, rule), **more)
    headers = {**more.pop("headers", {}), "Authorization": f"Bearer {owned.token}"}
    with httpx.Client(base_url=owned.browser.server.url) as program:
        return program.request(door[0], path, json=filled(owned, rule), headers=headers, **more)


def test_anothers_thing_is_a_thing_that_never_was(
    owners: dict[str, Owned], record_property: Any
) -> None:
    count = 0
    for (who, whose, door), way in itertools.product(cells(), WAYS):
        if RULES[door].kind != "thing":
            continue
        asker, other = owners[who], owners[whose]
        missing = ask(asker, door, door[1].format(**dict.fromkeys(IDS, "0" * 32)), way=way)
        for an_id in (other.session_id, other.token_id, other.export_id, other.person.id):
            path = door[1].format(**dict.fromkeys(IDS, an_id))
            theirs = ask(asker, door, path, way=way)
            assert theirs.status_code == missing.status_code == 404, (who, whose, door)
            assert shape(theirs) == shape(missing)
            assert other.mark not in theirs.text
            count += 1
    record_property("cells", count)
    assert count == 6 * 3 * 4 * 2
    for name, owned in owners.items():
        listed = owned.browser.http.get(f"{ME}/sessions").json()["sessions"]
        live = {one["id"] for one in listed if one["endedAt"] is None}
        assert owned.session_id in live, f"{name}'s session was ended by another"
        tokens = owned.browser.http.get(f"{ME}/tokens").json()["tokens"]
        assert [t["revokedAt"] for t in tokens if t["id"] == owned.token_id] == [None]
        assert owned.browser.http.get(owned.path(f"{API}/exports/{{export_id}}")).status_code == 200


IDS = ("session_id", "token_id", "export_id")


def shape(answer: Any) -> tuple[Any, ...]:
    body = {key: value for key, value in answer.json().items() if key != "reference"}
    headers = {k: v for k, v in answer.headers.items() if k not in ("date", "content-length")}
    return body, headers, len(answer.content)


def test_no_answer_ever_shows_anothers_data(owners: dict[str, Owned], record_property: Any) -> None:
    count = 0
    for (who, whose, door), way in itertools.product(cells(), WAYS):
        rule = RULES[door]
        if rule.kind != "mine" or door[1].endswith("/password"):
            continue
        asker, other = owners[who], owners[whose]
        smuggled = {"userId": other.person.id, "user_id": other.person.id, "uid": other.person.id}
        headers = {"X-Spectra-Uid": other.person.id, "X-Spectra-Sid": other.session_id}
        for params in ({}, smuggled):
            if way == "token" and door in ENDS_BY_TOKEN:
                continue
            answer = ask(asker, door, door[1], way=way, params=params, headers=headers)
            allowed = {rule.status, 422 if params else rule.status}
            if way == "token":
                allowed.add(403)  # what needs the password typed again, no token can do
            assert answer.status_code in allowed, (door, params, answer.text)
            for secret in (other.mark, other.person.email, other.session_id, other.token_id):
                assert secret not in answer.text, (who, whose, door)
            count += 1
    record_property("cells", count)
    assert count >= 250


ENDS_BY_TOKEN = {("DELETE", f"{ME}/sessions")}
"""With a token it ends every session, the browser's of these tests too."""


def filled(owned: Owned, rule: Rule) -> Any:
    if rule.body is None:
        return None
    text = {"MARK": owned.mark, "PASSWORD": owned.person.password}
    return {key: text.get(str(value), value) for key, value in rule.body.items()}


def test_strangers_are_refused_everywhere_but_where_they_come_in(
    team: Team, owners: dict[str, Owned]
) -> None:
    stranger = team.browser()
    alice = owners["alice"]
    for method, template in RULES:
        if RULES[method, template].kind == "open":
            continue
        for path in (alice.path(template), template.format(**dict.fromkeys(IDS, "0" * 32))):
            answer = stranger.call(method, path)
            assert answer.status_code == 401, (method, path)
            assert answer.json()["type"] == "urn:spectra:not-signed-in"
            assert answer.headers["www-authenticate"] == "Bearer"
    for (method, path), rule in FRONT.items():
        answer = stranger.call("GET" if method == "MOUNT" else method, path)
        assert (answer.status_code == 401) == (rule in ("signed-in", "the table above")), path
    for path in STREAMLIT:
        assert stranger.http.get(path).status_code == 401, path
    for path in PAGES:
        assert stranger.http.get(path).status_code == 303, path
    for path in ("/ws/market", "/_stcore/stream", "/assets/x", "/health", "/sign-in", "/x"):
        assert stranger.handshake(path) == 401, path
    for method in ("PUT", "DELETE"):
        answer = stranger.call(method, "/_stcore/upload_file/some/file")
        assert answer.status_code == 401


def test_an_account_that_is_not_there_any_more_reads_nothing(team: Team) -> None:
    ada = team.person("ada")
    browser = team.browser(ada)
    team.services.identity.disable(team.operator, ada.id)
    wait_for(lambda: browser.http.get(ME).status_code == 401, "the server to notice")
    for method, path in RULES:
        if RULES[method, path].kind != "open":
            answer = browser.call(method, path.format(**dict.fromkeys(IDS, "0" * 32)))
            assert answer.status_code == 401, path
