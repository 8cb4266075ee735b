"""Who is let in: addresses, Host and Origin, decided without any I/O."""

from __future__ import annotations

from ipaddress import ip_network
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.web.admission import (
    Rules,
    check_addresses,
    check_admission,
    check_host,
    client_ip,
)

OWN_HOSTS = ["127.0.0.1:8501", "localhost:8501", "[::1]:8501", "LOCALHOST:8501"]


def a_scope(kind: str = "http", *, method: str = "GET", path: str = "/", **sent: str) -> Any:
    headers = {"host": "127.0.0.1:8501", **sent}
    return {
        "type": kind,
        "scheme": "ws" if kind == "websocket" else "http",
        "method": method,
        "path": path,
        "client": ("127.0.0.1", 50000),
        "server": ("127.0.0.1", 8501),
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }


def status(scope: Any) -> int:
    problem = check_admission(scope)
    return problem.status if problem else 200


@pytest.mark.parametrize("host", OWN_HOSTS)
def test_every_own_name_with_the_own_port_is_admitted(host: str) -> None:
    assert check_host([host.lower()], 8501) is None


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:8501",
        "127.0.0.1",
        "127.0.0.1:8502",
        "127.0.0.1:08501",
        "127.0.0.1.evil.example:8501",
        "user@127.0.0.1:8501",
        "localhost.:8501",
        "127.1:8501",
        "0.0.0.0:8501",
        "",
    ],
)
def test_any_other_host_is_misdirected(host: str) -> None:
    assert status(a_scope(host=host)) == 421


def test_no_host_or_two_hosts_are_misdirected() -> None:
    assert check_host([], 8501) is not None
    assert check_host(["127.0.0.1:8501", "127.0.0.1:8501"], 8501) is not None


@given(st.text(max_size=40))
def test_no_made_up_host_is_ever_admitted(host: str) -> None:
    if host not in OWN_HOSTS:
        assert check_host([host], 8501) is not None


def test_the_default_port_may_be_left_out_of_the_host() -> None:
    assert check_host(["localhost"], 80) is None
    assert check_host(["localhost"], 443, secure=True) is None
    assert check_host(["localhost"], 443) is not None


def test_health_answers_by_any_name_but_to_no_foreign_page() -> None:
    assert status(a_scope(path="/health", host="10.0.0.7:8501")) == 200
    assert status(a_scope(path="/health", host="evil.example", origin="http://evil.example")) == 403


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.9.1", "::1", "::ffff:127.0.0.1"])
def test_both_ends_on_this_machine_are_admitted(address: str) -> None:
    assert check_addresses((address, 1), (address, 8501)) is None


@pytest.mark.parametrize(
    "address", ["10.0.0.7", "::ffff:10.0.0.7", "fe80::1%eth0", "", "testclient"]
)
def test_either_end_elsewhere_is_refused(address: str) -> None:
    assert check_addresses((address, 1), ("127.0.0.1", 8501)) is not None
    assert check_addresses(("127.0.0.1", 1), (address, 8501)) is not None


def test_an_unknown_end_is_refused() -> None:
    assert check_addresses(None, ("127.0.0.1", 8501)) is not None
    assert check_addresses(("127.0.0.1", 1), None) is not None
    assert check_addresses(("127.0.0.1", 1), ("/run/spectra.sock", None)) is not None


KINDS = [
    {"kind": "websocket", "path": "/ws/market"},
    {"kind": "websocket", "path": "/_stcore/stream"},
    {"method": "POST", "path": "/api/v1/orders"},
    {"method": "PUT", "path": "/_stcore/upload_file/a/b"},
    {"method": "DELETE", "path": "/_stcore/upload_file/a/b"},
    {"method": "PATCH", "path": "/"},
    {"method": "TRACE", "path": "/"},
]
WRONG_ORIGINS = [
    "http://evil.example",
    "http://evil.example:8501",
    "http://127.0.0.1:8502",
    "http://127.0.0.1",
    "https://127.0.0.1:8501",
    "http://localhost:8501",
    "http://127.0.0.1:8501/",
    "http://127.0.0.1:8501.evil.example",
    "null",
    "",
]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("origin", WRONG_ORIGINS)
def test_a_wrong_origin_is_always_refused(kind: dict[str, Any], origin: str) -> None:
    assert status(a_scope(**kind, origin=origin)) == 403
    assert status(a_scope(path="/", origin=origin)) == 403


@pytest.mark.parametrize("kind", KINDS)
def test_only_the_origin_that_matches_the_host_passes(kind: dict[str, Any]) -> None:
    assert status(a_scope(**kind, origin="http://127.0.0.1:8501", cookie="a=b")) == 200
    assert status(a_scope(**kind, host="localhost:8501", origin="http://localhost:8501")) == 200


@pytest.mark.parametrize("kind", KINDS)
def test_without_an_origin_a_program_passes_but_not_a_browser_with_cookies(
    kind: dict[str, Any],
) -> None:
    assert status(a_scope(**kind)) == 200
    assert status(a_scope(**kind, cookie="a=b")) == 403


def test_reading_needs_no_origin() -> None:
    assert status(a_scope(method="GET", cookie="a=b")) == 200
    assert status(a_scope(method="HEAD", cookie="a=b")) == 200


PROXIES = (ip_network("127.0.0.1"), ip_network("10.0.0.0/24"))
TLS = Rules(public_origin="https://spectra.example", proxies=PROXIES)


def a_proxied(peer: str = "10.0.0.2", **sent: str) -> Any:
    scope = a_scope(**{"host": "spectra.example", "x-forwarded-proto": "https", **sent})
    return {**scope, "client": (peer, 50000), "server": ("10.0.0.9", 8501)}


def proxied_status(scope: Any) -> int:
    problem = check_admission(scope, TLS)
    return problem.status if problem else 200


def test_behind_a_proxy_only_the_public_address_is_served() -> None:
    assert proxied_status(a_proxied()) == 200
    for host in ("127.0.0.1:8501", "localhost", "spectra.example:443", "evil.example", "10.0.0.9"):
        assert proxied_status(a_proxied(host=host)) == 421


@pytest.mark.parametrize("peer", ["127.0.0.1", "10.0.0.2", "::ffff:10.0.0.2"])
def test_the_proxy_speaks_from_where_the_operator_said(peer: str) -> None:
    assert proxied_status(a_proxied(peer)) == 200


@pytest.mark.parametrize(
    "peer", ["8.8.8.8", "10.0.1.2", "192.168.0.4", "::1", "2606:4700::1", "", "x"]
)
def test_nobody_goes_past_the_proxy(peer: str) -> None:
    assert proxied_status(a_proxied(peer)) == 403


def test_what_reached_the_proxy_in_clear_is_refused() -> None:
    assert proxied_status(a_proxied(**{"x-forwarded-proto": "https"})) == 200
    assert proxied_status(a_proxied(**{"x-forwarded-proto": "http"})) == 403
    assert proxied_status(a_proxied(**{"x-forwarded-proto": ""})) == 403
    assert proxied_status(a_proxied(**{"x-forwarded-proto": "https, http"})) == 403


def test_the_origin_must_be_the_public_one() -> None:
    assert proxied_status(a_proxied(origin="https://spectra.example")) == 200
    for origin in ("http://spectra.example", "https://spectra.example:8501", "null"):
        assert proxied_status(a_proxied(origin=origin)) == 403


def test_only_the_entry_the_proxy_wrote_names_the_client() -> None:
    def seen(peer: str = "10.0.0.2", rules: Rules = TLS, **sent: str) -> str:
        return client_ip(a_proxied(peer, **sent), rules)

    assert seen(**{"x-forwarded-for": "6.6.6.6, 1.2.3.4"}) == "1.2.3.4"
    assert seen(**{"x-forwarded-for": "1.2.3.4, rubbish"}) == "10.0.0.2"
    assert seen() == "10.0.0.2"
    assert seen(rules=Rules(), **{"x-forwarded-for": "1.2.3.4"}) == "10.0.0.2"


def test_another_site_may_call_the_api_only_when_named() -> None:
    rules = Rules(cors_origins=frozenset({"https://desk.example"}))

    def asked(path: str, origin: str, kind: str = "http") -> bool:
        scope = a_scope(kind, method="POST", path=path, origin=origin)
        return check_admission(scope, rules) is None

    assert asked("/api/v1/users/me", "https://desk.example")
    assert not asked("/api/v1/users/me", "https://evil.example")
    assert not asked("/auth/sign-in", "https://desk.example")
    assert not asked("/ws/market", "https://desk.example", "websocket")


def test_a_token_stands_in_for_an_origin() -> None:
    scope = a_scope(method="POST", path="/api/v1/x", cookie="a=b", authorization="Bearer x")
    assert check_admission(scope) is None


LINK = {"sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}
EMBEDDED = [
    {"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors", "sec-fetch-dest": "image"},
    {"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors", "sec-fetch-dest": "script"},
    {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "iframe"},
    {"sec-fetch-site": "same-site", "sec-fetch-mode": "no-cors", "sec-fetch-dest": "empty"},
    {"sec-fetch-site": "Cross-Site"},
]


@pytest.mark.parametrize("sent", EMBEDDED)
@pytest.mark.parametrize("path", ["/", "/auth/oidc/callback", "/api/v1/users/me", "/health"])
def test_no_other_page_can_have_a_browser_ask_for_it(path: str, sent: dict[str, str]) -> None:
    assert status(a_scope(path=path, **sent)) == 403


@pytest.mark.parametrize(
    "sent",
    [
        {
            "sec-fetch-site": "cross-site",
            "sec-fetch-mode": "navigate",
            "sec-fetch-dest": "document",
        },
        {"sec-fetch-site": "none", **LINK},
        {"sec-fetch-site": "same-origin", "sec-fetch-mode": "no-cors", "sec-fetch-dest": "image"},
    ],
)
def test_a_link_followed_and_the_own_page_are_admitted(sent: dict[str, str]) -> None:
    assert status(a_scope(path="/auth/oidc/callback", **sent)) == 200
