"""The REST API: what it describes, what it answers, and that no body however odd breaks it."""

from __future__ import annotations

import itertools
import json
import random
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from core.web.paths import API
from tests.web.doors import api_doors, described
from tests.web.people import Browser, Team

ODD = [
    None,
    True,
    0,
    -1,
    2**70,
    1.5,
    "",
    "x" * 3000,
    "\x00",
    "\ud800",
    "\u202e",
    "'; DROP TABLE users; --",
    "<script>",
    "2026-13-45T99:99:99Z",
    "0001-01-01T00:00:00+23:59",
    "9999-12-31T23:59:59-23:59",
    [],
    [[]],
    [None] * 50,
    {},
    {"a": {"b": []}},
]
RAW = [
    b"",
    b"{",
    b"null",
    b"[]",
    b'"text"',
    b"NaN",
    b'{"a":NaN}',
    b"\xff\xfe",
    b"\xef\xbb\xbf{}",
    b"[" * 100_000,
    b'{"a":1,"a":2}',
    b'{"password":"hunter2-canary","extra":"hunter2-canary"}',
    b'{"hunter2-canary":1}',
]


@pytest.fixture(scope="module")
def ada(team: Team) -> Browser:
    return team.browser(team.person("ada"))


def operations() -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (method.upper(), API + path, operation)
        for path, methods in described()["paths"].items()
        for method, operation in methods.items()
    ]


def test_the_description_names_every_endpoint_and_every_way_in() -> None:
    document = described()
    assert document["openapi"].startswith("3.1")
    assert sorted((method, path) for method, path, _ in operations()) == api_doors()
    assert set(document["components"]["securitySchemes"]) == {"bearer", "session", "csrf"}
    for _, path, operation in operations():
        assert operation["summary"], path
        assert "security" in operation
        assert operation["responses"]["422"]["content"].keys() == {"application/problem+json"}


def test_no_shape_lets_an_unnamed_field_through() -> None:
    shapes = described()["components"]["schemas"]
    objects = {name: shape for name, shape in shapes.items() if shape["type"] == "object"}
    assert len(objects) > 15
    assert all(shape["additionalProperties"] is False for shape in objects.values())
    for name, shape in objects.items():
        for field in shape["properties"]:
            assert "_" not in field, f"{name}.{field} is not camelCase"


def test_no_answer_has_a_field_for_a_secret_but_where_one_is_handed_over() -> None:
    shapes = described()["components"]["schemas"]
    sent = {"Credentials", "Confirmation", "PasswordChange"}
    handed_over = {"ShortToken": "accessToken", "MadeToken": "token", "SessionState": "csrfToken"}
    for name, shape in shapes.items():
        for field in shape.get("properties", ()):
            secret = any(word in field.lower() for word in ("password", "token", "secret"))
            if secret and name not in sent:
                assert handed_over.get(name) == field or field in ("tokens", "tokenType")


def test_the_document_is_served_to_who_is_signed_in(ada: Browser) -> None:
    answer = ada.http.get(f"{API}/openapi.json")
    assert answer.status_code == 200
    assert answer.json()["servers"] == [{"url": API}]
    del (document := answer.json())["servers"]
    assert document == json.loads(json.dumps(described()))


def test_no_odd_body_breaks_anything(team: Team, ada: Browser, full: bool) -> None:
    rng = random.Random(20260101)
    statuses: set[int] = set()
    for number, (method, path, operation) in enumerate(operations()):
        if method == "GET" or path.endswith(("auth/session", "/sessions")):
            continue
        browser = team.browser(team.person("ada")) if number % 4 == 0 else ada
        for body in bodies(operation, rng, 200 if full else 20):
            answer = browser.call(
                method,
                path.format(session_id="x", token_id="x", export_id="x"),
                content=body,
                headers={"Content-Type": "application/json"},
            )
            statuses.add(answer.status_code)
            assert answer.status_code < 500, (method, path, body, answer.text)
            assert "hunter2-canary" not in answer.text
            if answer.status_code >= 400:
                assert answer.headers["content-type"] == "application/problem+json"
    assert 422 in statuses
    assert "Traceback" not in "".join(team.server.said)


def bodies(operation: dict[str, Any], rng: random.Random, count: int) -> list[bytes]:
    fields = fields_of(operation)
    made = list(RAW)
    for _ in range(count if fields else 0):
        chosen = {field: rng.choice(ODD) for field in fields if rng.random() < 0.8}
        made.append(json.dumps(chosen).encode("ascii"))
    return made


def fields_of(operation: dict[str, Any]) -> list[str]:
    if "requestBody" not in operation:
        return []
    ref = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"]
    shape = described()["components"]["schemas"][ref.rpartition("/")[2]]
    return list(shape["properties"])


def test_no_odd_query_or_address_breaks_anything(ada: Browser) -> None:
    odd = ["", "x", "-1", "0", "99999999999999999999", "\x00", "%00", "\u202e", "null", "true"]
    for (method, path, operation), value in itertools.product(operations(), odd):
        if method != "GET":
            continue
        names = [one["name"] for one in operation.get("parameters", ()) if one["in"] == "query"]
        at = path.format(export_id=quote(value) or "x")
        for name in names or ["x"]:
            answer = ada.http.get(at, params={name: value})
            assert answer.status_code < 500, (path, name, value)
            assert answer.status_code != 429


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59"])
def test_a_moment_that_utc_does_not_have_is_named(ada: Browser, moment: str) -> None:
    for name in ("since", "until"):
        answer = ada.http.get(f"{API}/audit", params={name: moment})
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, name)


def test_what_does_not_fit_is_named_with_its_cure_and_never_repeated(ada: Browser) -> None:
    body = {"timezone": "Mars/hunter2", "avatarUrl": "http://hunter2", "hunter2": 1}
    answer = ada.call("PATCH", f"{API}/users/me", json=body)
    assert answer.status_code == 422
    wrong = {one["field"]: one["detail"] for one in answer.json()["errors"]}
    assert wrong["timezone"] == "name a time zone of the IANA list, such as Europe/Berlin."
    assert set(wrong) == {"timezone", "avatarUrl", "body"}
    assert "hunter2" not in answer.text


@pytest.mark.parametrize(
    ("method", "path", "status", "kind"),
    [
        ("GET", "/api/v1/nothing", 404, "no-such-endpoint"),
        ("GET", "/api/nothing", 404, "no-such-endpoint"),
        ("GET", "/api/v1/users/me/", 404, "no-such-endpoint"),
        ("DELETE", "/api/v1/users/me", 405, "method-not-allowed"),
        ("TRACE", "/api/v1/users/me", 405, "method-not-allowed"),
        ("DELETE", "/api/v1/users/me/sessions/nobodys", 404, "not-found"),
        ("GET", "/api/v1/exports/nobodys", 404, "not-found"),
    ],
)
def test_every_refusal_is_a_problem(
    ada: Browser, method: str, path: str, status: int, kind: str
) -> None:
    answer = ada.call(method, path)
    assert answer.status_code == status
    body = answer.json()
    assert body["type"] == f"urn:spectra:{kind}"
    assert body["status"] == status
    assert body["reference"]


def test_a_body_over_a_mebibyte_is_refused(ada: Browser) -> None:
    headers = {"Content-Type": "application/json"}
    answer = ada.call("PATCH", f"{API}/users/me", content=b" " * (2**20 + 1), headers=headers)
    assert answer.status_code == 413


def test_a_change_is_kept_and_written_down_once(team: Team) -> None:
    ada = team.browser(team.person("ada"))
    body = {"fullName": "Ada L.", "timezone": "Europe/Berlin"}
    for _ in range(2):
        changed = ada.call("PATCH", f"{API}/users/me", json=body)
        assert changed.status_code == 200
    assert changed.json()["fullName"] == "Ada L."
    assert ada.http.get(f"{API}/users/me").json()["timezone"] == "Europe/Berlin"
    body = {"baseCurrency": "EUR", "dust": "0.05", "pages": {"heatmap.size_by": "equal"}}
    ada.call("PATCH", f"{API}/users/me/preferences", json=body)
    body = {"pages": {"heatmap.colour_by": "day"}}
    kept = ada.call("PATCH", f"{API}/users/me/preferences", json=body).json()
    assert kept["baseCurrency"] == "EUR"
    assert kept["dust"] == "0.05"
    assert kept["pages"] == {"heatmap.size_by": "equal", "heatmap.colour_by": "day"}
    entries = ada.http.get(f"{API}/audit").json()["entries"]
    actions = [entry["action"] for entry in entries]
    assert actions.count("user.changed") == 1
    assert actions.count("preferences.changed") == 1
    (said,) = (entry["details"] for entry in entries if entry["action"] == "user.changed")
    assert said["time zone"] == "UTC → Europe/Berlin"


def test_the_log_is_read_page_by_page_without_gaps(team: Team) -> None:
    ada = team.browser(team.person("ada"))
    for number in range(7):
        ada.call("PATCH", f"{API}/users/me", json={"fullName": f"Ada {number}"})
    everything = ada.http.get(f"{API}/audit").json()
    assert "nextBefore" not in everything or everything["nextBefore"] is None
    read, before = [], {}
    while True:
        page = ada.http.get(f"{API}/audit", params={"limit": 3, **before}).json()
        read += page["entries"]
        if not page.get("nextBefore"):
            break
        before = {"before": page["nextBefore"]}
    assert read == everything["entries"]
    wanted = {"action": ["user.changed", "session.started"], "text": "Ada 3"}
    found = ada.http.get(f"{API}/audit", params=wanted).json()["entries"]
    assert [entry["action"] for entry in found] == ["user.changed", "user.changed"]


def test_the_chain_is_checked_on_request(team: Team) -> None:
    ada = team.browser(team.person("ada"))
    verdict = ada.call("POST", f"{API}/audit/verify").json()
    assert verdict["intact"] is True
    assert verdict["count"] > 0


def test_single_user_mode_needs_no_token_and_has_no_accounts(spectra: Any) -> None:
    def ask(method: str, path: str, **more: Any) -> httpx.Response:
        return httpx.request(method, f"{spectra.url}{API}{path}", **more)

    assert ask("GET", "/users/me").json()["id"] == "local"
    assert ask("GET", "/auth/session").json()["csrfToken"] == ""
    assert ask("PATCH", "/users/me/preferences", json={"palette": "red-up"}).status_code == 200
    assert ask("GET", "/users/me/sessions").json() == {"sessions": []}
    body = {"email": "a@b.c", "password": "x"}
    for method, path, sent in (
        ("POST", "/auth/token", body),
        ("DELETE", "/auth/session", None),
        ("POST", "/users/me/tokens", {"label": "x"}),
    ):
        answer = ask(method, path, json=sent)
        assert (answer.status_code, answer.json()["type"]) == (409, "urn:spectra:single-user")
    assert httpx.get(f"{spectra.url}/sign-in").headers["location"] == "/"
    offer = ask("POST", "/exports", json={"kind": "audit", "format": "csv"}).json()
    assert httpx.get(spectra.url + offer["url"]).status_code == 200
