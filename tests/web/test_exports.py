"""Files to take away: once, by who asked, in time, and with nothing in them that runs."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest

from core.clock import ManualClock
from core.domain import Actor
from core.errors import InvalidInput, NotFound
from core.storage import AuditFilter
from core.web.exports import MAX_WAITING, ExportFormat, ExportKind, Order, Orders
from tests.web.people import Browser, Person, Team

EXPORTS = "/api/v1/exports"
PAYLOADS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "=HYPERLINK('http://evil.example')",
    "\t=1",
    "=cmd|' /C",
]


@pytest.fixture
def ada(team: Team) -> Person:
    return team.person("ada")


@pytest.fixture
def browser(team: Team, ada: Person) -> Browser:
    return team.browser(ada)


def offered(browser: Browser, file_format: str = "csv", **filters: Any) -> Any:
    body = {"kind": "audit", "format": file_format, "filters": filters}
    answer = browser.call("POST", EXPORTS, json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_an_export_is_fetched_once_and_kept_by_nobody(browser: Browser) -> None:
    offer = offered(browser)
    assert offer["expiresIn"] == 60
    assert len(offer["id"]) >= 43
    first = browser.http.get(offer["url"])
    assert first.status_code == 200
    assert first.headers["cache-control"] == "no-store"
    assert first.headers["content-type"] == "text/csv; charset=utf-8"
    assert first.headers["content-disposition"].startswith('attachment; filename="spectra-audit-')
    again = browser.http.get(offer["url"])
    assert again.status_code == 404
    assert "Ask for it again on the Security page." in again.json()["detail"]
    assert browser.http.get("/api/v1/exports/never-was").json()["detail"] == again.json()["detail"]


def test_nobody_else_and_no_other_session_fetches_it(
    team: Team, ada: Person, browser: Browser
) -> None:
    offer = offered(browser)
    for other in (team.browser(team.person("bob")), team.browser(ada)):
        answer = other.http.get(offer["url"])
        assert answer.status_code == 404
        assert answer.json()["type"] == "urn:spectra:not-found"
    assert team.browser().http.get(offer["url"]).status_code == 401
    assert browser.http.get(offer["url"]).status_code == 200


def test_what_a_browser_calls_itself_is_no_formula(team: Team, ada: Person) -> None:
    for payload in PAYLOADS:
        browser = team.browser()
        browser.http.headers["User-Agent"] = payload.strip()
        browser.sign_in(ada)
    rows = list(csv.DictReader(io.StringIO(browser.http.get(offered(browser)["url"]).text)))
    assert len(rows) >= len(PAYLOADS)
    for row in rows:
        assert row.pop("seq").isdecimal()
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row.values())
    assert "'=1+1" in {row["browser"] for row in rows}


def test_both_formats_hold_exactly_the_log_that_is_shown(browser: Browser) -> None:
    rows = list(csv.DictReader(io.StringIO(browser.http.get(offered(browser)["url"]).text)))
    parsed = json.loads(browser.http.get(offered(browser, "json")["url"]).text)["entries"]
    shown = browser.http.get("/api/v1/audit").json()["entries"]
    assert parsed == shown
    assert [int(row["seq"]) for row in rows] == [entry["seq"] for entry in shown][1:]
    assert [row["hash"] for row in rows] == [entry["hash"] for entry in shown][1:]
    assert shown[0]["action"] == "export.created"


def test_a_filter_narrows_the_file(browser: Browser) -> None:
    offer = offered(browser, "json", action=["session.started"])
    entries = json.loads(browser.http.get(offer["url"]).text)["entries"]
    assert {entry["action"] for entry in entries} == {"session.started"}
    nothing = offered(browser, "json", text="no entry says this")
    assert json.loads(browser.http.get(nothing["url"]).text) == {"entries": []}


def test_an_export_needs_the_password_typed_lately(team: Team, ada: Person) -> None:
    browser = team.browser(ada)
    made = browser.call("POST", "/api/v1/users/me/tokens", json={"label": "bot"}).json()
    program = team.browser()
    program.http.headers["Authorization"] = f"Bearer {made['token']}"
    order = {"kind": "audit", "format": "csv"}
    for path, body in ((EXPORTS, order), ("/api/v1/users/me/tokens", {"label": "another"})):
        refused = program.http.post(path, json=body)
        assert refused.status_code == 403
        assert refused.json()["type"] == "urn:spectra:confirmation-needed"


def an_order(user_id: str = "ada", session_id: str | None = "s1") -> Order:
    return Order(user_id, session_id, ExportKind.AUDIT, ExportFormat.CSV, AuditFilter())


def test_an_order_is_forgotten_after_a_minute() -> None:
    orders, clock, ada = Orders(), ManualClock(), Actor("ada", session_id="s1")
    early, late = orders.add(an_order(), clock=clock), orders.add(an_order(), clock=clock)
    clock.advance(59)
    assert orders.take(early, actor=ada, clock=clock).user_id == "ada"
    clock.advance(1)
    with pytest.raises(NotFound):
        orders.take(late, actor=ada, clock=clock)


@pytest.mark.parametrize("actor", [Actor("bob", session_id="s1"), Actor("ada"), Actor(None)])
def test_a_wrong_asker_does_not_use_up_the_order(actor: Actor) -> None:
    orders, clock = Orders(), ManualClock()
    key = orders.add(an_order(), clock=clock)
    with pytest.raises(NotFound):
        orders.take(key, actor=actor, clock=clock)
    assert orders.take(key, actor=Actor("ada", session_id="s1"), clock=clock)


def test_orders_left_lying_do_not_pile_up() -> None:
    orders, clock = Orders(), ManualClock()
    for _ in range(MAX_WAITING):
        orders.add(an_order(), clock=clock)
    with pytest.raises(InvalidInput):
        orders.add(an_order(), clock=clock)
    orders.add(an_order("bob"), clock=clock)
    clock.advance(60)
    orders.add(an_order(), clock=clock)
