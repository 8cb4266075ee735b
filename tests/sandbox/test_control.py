"""The control API refuses what makes no sense by name, and moves the world's clock."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.sandbox.venue import Venue

FAULT = {"venue": "coinbase", "path": "ws", "kind": "gap", "count": 2}


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"venue": "binance"}, "venue: 'binance' is not one of coinbase"),
        ({"venue": None}, "venue"),
        ({"path": "/nowhere"}, "path"),
        ({"path": 7}, "path"),
        ({"kind": "explode"}, "kind: 'explode' is not one of reset_mid_frame"),
        ({"kind": "503"}, "kind"),
        ({"path": "/api/v3/", "kind": "gap"}, "kind: 'gap' is not one of 429, 500"),
        ({"count": 0}, "count"),
        ({"count": -1}, "count"),
        ({"count": True}, "count"),
        ({"count": 1.5}, "count"),
        ({"count": "2"}, "count"),
        ({"seconds": -1}, "seconds"),
        ({"bytes": 10**12}, "bytes"),
        ({"product_id": 5}, "product_id"),
        ({"kinds": "gap"}, "kinds: no such field"),
    ],
)
def test_a_fault_that_does_not_exist_is_refused_by_name(
    venue: Venue, change: dict[str, Any], named: str
) -> None:
    answer = venue.control_post("faults", {**FAULT, **change})
    assert answer.status_code == 422
    assert answer.json()["error"].startswith(named)
    assert venue.control_get("faults") == {"faults": []}


@pytest.mark.parametrize("body", [b"", b"{", b"[" * 9_000, b"\xff", b"[]", b'"gap"'])
def test_a_body_that_is_no_object_is_refused(venue: Venue, body: bytes) -> None:
    url = f"{venue.control}/_sandbox/faults"
    headers = {"content-type": "application/json"}
    answer = httpx.post(url, content=body, headers=headers, timeout=20, trust_env=False)
    assert answer.status_code == 422 and "body" in answer.json()["error"]


def test_armed_faults_are_shown_until_used_or_disarmed(venue: Venue) -> None:
    venue.arm("gap", count=2)
    venue.arm("huge_frame", bytes=99)
    venue.arm("429", path="/api/v3/", seconds=3)
    shown = venue.control_get("faults")["faults"]
    assert shown == [
        {"venue": "coinbase", "path": "ws", "kind": "gap", "count": 2},
        {"venue": "coinbase", "path": "ws", "kind": "huge_frame", "count": 1, "bytes": 99},
        {"venue": "coinbase", "path": "/api/v3/", "kind": "429", "count": 1, "seconds": 3.0},
    ]
    httpx.delete(f"{venue.control}/_sandbox/faults", trust_env=False)
    assert venue.control_get("faults") == {"faults": []}


@pytest.mark.parametrize(
    "body",
    [{}, {"venue": "coinbase", "action": "explode"}, {"venue": "kraken", "action": "drop"}, []],
)
def test_an_unknown_action_is_refused(venue: Venue, body: Any) -> None:
    assert venue.control_post("connections", body).status_code == 422


def test_the_clock_starts_where_it_was_told_to_and_can_be_moved(venue: Venue) -> None:
    assert venue.control_get("clock")["now"].startswith("2026-03-14T09:")
    before = venue.control_get("clock")["epochMs"]
    after = venue.control_post("clock", {"advance": 86_400}).json()["epochMs"]
    assert 86_400_000 <= after - before < 86_400_000 + 60_000
    answer = venue.control_post("clock", {"set": "2026-03-14T09:26:53Z"})
    assert answer.json()["now"].startswith("2026-03-14T09:2")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"advance": "1"},
        {"advance": True},
        {"advance": 1e300},
        {"advance": 10**4_000},
        {"advance": -(10**4_000)},
        {"advance": float(5 * 366 * 86_400 + 1)},
        {"set": "yesterday"},
        {"set": "2026-01-01T00:00:00"},
        {"set": "0001-01-01T00:00:00Z"},
        {"set": 5},
        {"advance": 1, "set": "2026-01-01T00:00:00Z"},
        [],
    ],
)
def test_a_clock_that_makes_no_sense_is_refused(venue: Venue, body: Any) -> None:
    answer = venue.control_post("clock", body)
    assert answer.status_code == 422 and answer.json()["error"]


@pytest.mark.parametrize("number", [b"NaN", b"Infinity", b"-Infinity"])
def test_a_clock_is_not_moved_by_what_is_no_number(venue: Venue, number: bytes) -> None:
    answer = httpx.post(
        f"{venue.control}/_sandbox/clock",
        content=b'{"advance": ' + number + b"}",
        headers={"content-type": "application/json"},
        timeout=20,
        trust_env=False,
    )
    assert answer.status_code == 422 and answer.json()["error"].startswith("advance")


def test_the_log_can_be_read_from_where_one_stopped(venue: Venue) -> None:
    venue.get("/v2/time")
    entries = venue.control_get("log")["entries"]
    numbers = [entry["n"] for entry in entries]
    assert numbers == list(range(1, len(numbers) + 1))
    last = numbers[-1]
    venue.get("/v2/time")
    (new,) = venue.control_get("log", since=last)["entries"]
    assert new["path"] == "/v2/time" and new["n"] == last + 1
    url = f"{venue.control}/_sandbox/log"
    assert httpx.get(url, params={"since": "x"}, trust_env=False).status_code == 422
