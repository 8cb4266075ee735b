"""The control API obeys programs of this machine and no web page, however the page asks."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterable, Iterator
from http.client import HTTPResponse
from typing import Any

import httpx
import pytest

from core.sandbox.guard import MAX_BODY
from tests.sandbox.venue import PATIENCE, Venue

FAULT = {"venue": "coinbase", "path": "ws", "kind": "gap", "count": 2}
JSON = {"Content-Type": "application/json"}


def port(venue: Venue) -> int:
    return int(venue.control.rsplit(":", 1)[1])


def say(
    venue: Venue, method: str, headers: Iterable[tuple[str, str]], *body: bytes
) -> tuple[int, Any]:
    """Send exactly these bytes and return the status and JSON of the answer; close nothing."""
    head = [f"{method} /_sandbox/faults HTTP/1.1", *(f"{k}: {v}" for k, v in headers), "", ""]
    with socket.create_connection(("127.0.0.1", port(venue)), timeout=PATIENCE) as link:
        link.sendall("\r\n".join(head).encode())
        for part in body:
            link.sendall(part)
        answer = HTTPResponse(link, method=method)
        answer.begin()
        return answer.status, json.loads(answer.read())


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


def arm(venue: Venue, **headers: str) -> httpx.Response:
    url = f"{venue.control}/_sandbox/faults"
    body = json.dumps(FAULT)
    return httpx.post(
        url, content=body, headers={**JSON, **headers}, timeout=PATIENCE, trust_env=False
    )


@pytest.fixture(autouse=True)
def nothing_gets_through(venue: Venue) -> Iterator[None]:
    yield
    assert venue.control_get("faults") == {"faults": []}


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:{port}",
        "127.0.0.1",
        "localhost",
        "localhost:1",
        "localhost.:{port}",
        "127.0.0.1:{port}.evil.example",
        "127.1:{port}",
        "[::1]:{port}",
        "",
    ],
)
def test_another_name_for_this_machine_is_refused(venue: Venue, host: str) -> None:
    named = host.format(port=port(venue))
    status, answer = say(venue, "GET", [("Host", named)])
    assert status == 421 and answer["error"].startswith("host: must be 127.0.0.1:")
    assert arm(venue, Host=named).status_code == 421


def test_both_names_of_this_machine_are_served(venue: Venue) -> None:
    for name in ("127.0.0.1", "localhost"):
        status, answer = say(
            venue, "GET", [("Host", f"{name}:{port(venue)}"), ("Connection", "close")]
        )
        assert status == 200 and answer == {"faults": []}


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "", "{control}"])
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE", "OPTIONS"])
def test_a_web_page_is_refused_wherever_it_is_from(venue: Venue, method: str, origin: str) -> None:
    headers = {**JSON, "Origin": origin.format(control=venue.control)}
    url = f"{venue.control}/_sandbox/faults"
    answer = httpx.request(method, url, headers=headers, timeout=PATIENCE, trust_env=False)
    assert answer.status_code == 403 and answer.json()["error"].startswith("origin")
    assert "access-control-allow-origin" not in answer.headers
    assert arm(venue, **headers).status_code == 403


@pytest.mark.parametrize(
    "kind",
    [
        None,
        "",
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=application/json",
        "application/jsonp",
        "text/plain, application/json",
    ],
)
@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_a_body_that_is_not_called_json_is_refused(
    venue: Venue, method: str, kind: str | None
) -> None:
    headers = {} if kind is None else {"Content-Type": kind}
    url, body = f"{venue.control}/_sandbox/faults", json.dumps(FAULT).encode()
    for content in (body, iter([body])):
        answer = httpx.request(
            method, url, content=content, headers=headers, timeout=PATIENCE, trust_env=False
        )
        assert answer.status_code == 415
        assert answer.json() == {"error": "content-type: must be application/json"}


def test_json_may_name_its_encoding(venue: Venue) -> None:
    assert arm(venue, **{"Content-Type": "Application/JSON; charset=utf-8"}).status_code == 200
    url = f"{venue.control}/_sandbox/faults"
    assert httpx.delete(url, trust_env=False).status_code == 200


def test_a_body_of_the_largest_size_is_read_and_one_byte_more_is_refused(venue: Venue) -> None:
    for size, status in ((MAX_BODY, 422), (MAX_BODY + 1, 413)):
        answer = httpx.post(
            f"{venue.control}/_sandbox/faults",
            content=b" " * size,
            headers=JSON,
            timeout=PATIENCE,
            trust_env=False,
        )
        assert answer.status_code == status and "body" in answer.json()["error"]


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_a_body_that_never_ends_is_refused_while_it_comes(venue: Venue, method: str) -> None:
    headers = [
        ("Host", f"localhost:{port(venue)}"),
        ("Transfer-Encoding", "chunked"),
        *JSON.items(),
    ]
    parts = [chunk(b" " * 1_024)] * (MAX_BODY // 1_024)
    status, answer = say(venue, method, headers, *parts, chunk(b" "))
    assert status == 413 and str(MAX_BODY) in answer["error"]


def test_half_a_body_is_not_obeyed(venue: Venue) -> None:
    body = json.dumps(FAULT).encode()
    head = (
        f"POST /_sandbox/faults HTTP/1.1\r\nHost: localhost:{port(venue)}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body) + 1}\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", port(venue)), timeout=PATIENCE) as link:
        link.sendall(head.encode() + body)
        link.shutdown(socket.SHUT_WR)
        while link.recv(4_096):
            pass
