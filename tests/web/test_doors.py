"""The doors for programs: /health, /metrics, /api and /assets of the running app."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from core.domain import FeedState, FeedStatus
from core.storage import StoreHealth
from core.web.health import describe_health
from tests.web.conftest import Running
from tests.web.people import NOWHERE

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
NOON_MS = 1767268800000
WELL = StoreHealth(True, "sqlite", "0001", 4096)


def test_health_says_how_each_part_is_doing(spectra: Running) -> None:
    answer = httpx.get(f"{spectra.url}/health")
    body = answer.json()
    assert answer.status_code == 200
    assert set(body) == {"status", "feed", "sync", "database", "version"}
    assert body["status"] == "ok"
    assert body["feed"]["state"] == "connected"
    assert body["feed"]["ageMs"] >= 0
    assert body["sync"] == {"state": "not configured"}
    assert body["database"] == {"state": "ok", "kind": "sqlite"}


def test_health_leaves_out_what_is_not_known() -> None:
    status = FeedStatus(state=FeedState.CONNECTING, source="venue", since_at=NOON)
    body = describe_health(status, database=WELL, now_ms=NOON_MS)
    assert body["status"] == "degraded"
    assert not {"lastMessageAt", "ageMs", "reason"} & set(body["feed"])  # type: ignore[call-overload]


def test_health_never_shows_a_negative_age_after_the_clock_was_set_back() -> None:
    status = FeedStatus(
        state=FeedState.CONNECTED, source="venue", since_at=NOON, last_message_at=NOON
    )
    body = describe_health(status, database=WELL, now_ms=NOON_MS - 5000)
    assert body["feed"]["ageMs"] == 0  # type: ignore[index]


def test_health_tells_a_database_that_cannot_be_used_but_not_why() -> None:
    status = FeedStatus(state=FeedState.CONNECTED, source="venue", since_at=NOON)
    broken = StoreHealth(False, "postgresql", "", None, "no route to db.internal")
    body = describe_health(status, database=broken, now_ms=NOON_MS)
    assert body["status"] == "degraded"
    assert body["database"] == {"state": "down", "kind": "postgresql"}
    assert "db.internal" not in str(body)


def test_health_is_503_while_the_database_cannot_be_used(start: Callable[..., Running]) -> None:
    running = start("app.py", "--port", "0", **NOWHERE)
    for file in running.home.glob("spectra.db*"):
        file.write_bytes(b"not a database, and long enough to be read as one" * 100)

    def health() -> httpx.Response:
        return httpx.get(f"{running.url}/health")

    running.wait_for(lambda: health().status_code == 503, "503")
    assert health().json()["database"]["state"] == "down"
    refused = httpx.get(f"{running.url}/api/v1/users/me")
    assert refused.json()["type"] == "urn:spectra:storage-unavailable"


def test_metrics_parse_and_describe_feed_relay_and_process(spectra: Running) -> None:
    answer = httpx.get(f"{spectra.url}/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    families = {family.name: family for family in text_string_to_metric_families(answer.text)}
    values = {name: family.samples[0].value for name, family in families.items()}
    assert values["spectra_feed_up"] == 1
    assert values["spectra_feed_age_seconds"] >= 0
    assert values["spectra_relay_clients"] >= 0
    assert values["spectra_uptime_seconds"] > 0
    for name in ("feed_reconnects", "feed_gaps", "feed_rejected", "feed_messages_per_second"):
        assert f"spectra_{name}" in values
    assert "process_resident_memory_bytes" in values
    assert families["spectra_build_info"].samples[0].labels["version"]


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("path", ["/api", "/api/", "/api/x", "/api/v1/x/y"])
def test_an_unknown_endpoint_is_not_found_rather_than_the_page(
    spectra: Running, method: str, path: str
) -> None:
    answer = httpx.request(method, spectra.url + path)
    assert answer.status_code == 404
    assert answer.json()["type"] == "urn:spectra:no-such-endpoint"


def test_assets_keep_their_type_and_are_cached_for_long_only_by_content(spectra: Running) -> None:
    plain = httpx.get(f"{spectra.url}/assets/js/boot.js")
    assert plain.status_code == 200
    assert plain.headers["content-type"].startswith("text/javascript")
    assert plain.headers["cache-control"] == "no-cache"
    hashed = httpx.get(f"{spectra.url}/assets/js/boot.js?v=abc")
    assert "immutable" in hashed.headers["cache-control"]
    unchanged = httpx.get(
        f"{spectra.url}/assets/js/boot.js", headers={"If-None-Match": plain.headers["etag"]}
    )
    assert unchanged.status_code == 304
    missing = httpx.get(f"{spectra.url}/assets/nothing.js?v=abc")
    assert missing.status_code == 404
    assert "immutable" not in missing.headers.get("cache-control", "")


@pytest.mark.parametrize("path", ["/assets/../app.py", "/assets/..%2f..%2fshell.py", "/assets/"])
def test_assets_never_leave_their_folder(spectra: Running, path: str) -> None:
    answer = httpx.get(spectra.url + path)
    assert "import" not in answer.text or "<title>Spectra</title>" in answer.text
