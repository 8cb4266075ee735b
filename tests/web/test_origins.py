"""Sockets of a signed-in person open for the exact pair of Origin and Host alone."""

from __future__ import annotations

import socket

import pytest

from tests.web.people import Browser, Team

SOCKETS = ("/ws/market", "/_stcore/stream")


@pytest.fixture(scope="module")
def ada(team: Team) -> Browser:
    return team.browser(team.person("ada"))


@pytest.mark.parametrize("path", SOCKETS)
def test_of_six_pairs_only_the_exact_one_opens(ada: Browser, path: str) -> None:
    port = ada.server.port
    own, evil = f"127.0.0.1:{port}", f"evil.example:{port}"
    cases = {
        (own, f"http://{own}"): 101,
        (own, f"http://{evil}"): 403,
        (own, f"http://localhost:{port}"): 403,
        (own, f"https://{own}"): 403,
        (evil, f"http://{evil}"): 403,
        (evil, f"http://{own}"): 403,
    }
    assert len(cases) == 6
    for (host, origin), expected in cases.items():
        found = raw_handshake(ada, path, host=host, origin=origin)
        assert found == expected, (host, origin)


@pytest.mark.parametrize("path", SOCKETS)
def test_a_cookie_without_an_origin_opens_nothing(ada: Browser, path: str) -> None:
    assert raw_handshake(ada, path, host=ada.server.authority, origin=None) == 403


def raw_handshake(browser: Browser, path: str, *, host: str, origin: str | None) -> int:
    lines = [
        f"GET {path} HTTP/1.1",
        f"Host: {host}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Protocol: streamlit",
        f"Cookie: {browser.cookie}",
        *([f"Origin: {origin}"] if origin else []),
    ]
    with socket.create_connection(("127.0.0.1", browser.server.port), timeout=60) as raw:
        raw.sendall("\r\n".join([*lines, "", ""]).encode())
        return int(raw.recv(1024).split(b" ", 2)[1])
