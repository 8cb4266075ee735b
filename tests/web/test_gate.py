"""The gate in front of the real server: every door, over real sockets."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable

import httpx
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from tests.web.conftest import Running
from tests.web.streamlit_client import open_page

SOCKETS = ["/ws/market", "/_stcore/stream"]
UNSAFE = [
    ("POST", "/api/v1/orders"),
    ("DELETE", "/api/v1/anything"),
    ("POST", "/_stcore/agent/interact"),
    ("PUT", "/_stcore/upload_file/some/file"),
    ("DELETE", "/_stcore/upload_file/some/file"),
    ("POST", "/"),
    ("POST", "/ws/market"),
]


def handshake(running: Running, path: str, **headers: str) -> int:
    """Return the status a websocket handshake ends with; 101 when it is accepted."""
    host = headers.pop("Host", None)
    raw = socket.create_connection(("127.0.0.1", running.port))
    uri = f"ws://{host or running.authority}{path}"
    try:
        with connect(uri, sock=raw, additional_headers=headers, compression=None):
            return 101
    except InvalidStatus as refused:
        assert refused.response.headers["content-type"] == "application/problem+json"
        assert "frame-ancestors" in refused.response.headers["content-security-policy"]
        return refused.response.status_code


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8501", "127.0.0.1:1", "localhost"])
@pytest.mark.parametrize("path", ["/", "/heatmap", "/metrics", "/_stcore/health", "/assets/x.js"])
def test_a_rebound_name_reads_nothing(spectra: Running, host: str, path: str) -> None:
    answer = httpx.get(spectra.url + path, headers={"Host": host})
    assert answer.status_code == 421
    assert answer.json()["type"] == "urn:spectra:host-refused"


@pytest.mark.parametrize("path", SOCKETS)
def test_a_rebound_name_opens_no_socket_even_with_a_matching_origin(
    spectra: Running, path: str
) -> None:
    host = f"evil.example:{spectra.port}"
    assert handshake(spectra, path, Host=host, Origin=f"http://{host}") == 403
    assert handshake(spectra, path, Host=host) == 403


@pytest.mark.parametrize("path", SOCKETS)
def test_only_our_own_page_opens_a_socket(spectra: Running, path: str) -> None:
    own = spectra.url
    port = spectra.port
    assert handshake(spectra, path, Origin=own) == 101
    assert handshake(spectra, path, Origin=own, Cookie="a=b") == 101
    other = f"localhost:{port}"
    assert handshake(spectra, path, Host=other, Origin=f"http://{other}") == 101
    for wrong in (
        "http://evil.example",
        f"http://evil.example:{port}",
        f"https://127.0.0.1:{port}",
        f"http://127.0.0.1:{port + 1}",
        f"http://localhost:{port}",
        "http://127.0.0.1",
        "null",
    ):
        assert handshake(spectra, path, Origin=wrong) == 403, wrong
        assert handshake(spectra, path, Origin=wrong, Cookie="a=b") == 403, wrong


@pytest.mark.parametrize("path", SOCKETS)
def test_without_an_origin_a_program_connects_but_not_with_a_cookie(
    spectra: Running, path: str
) -> None:
    assert handshake(spectra, path) == 101
    assert handshake(spectra, path, Cookie="a=b") == 403


@pytest.mark.parametrize(("method", "path"), UNSAFE)
def test_no_foreign_page_changes_anything(spectra: Running, method: str, path: str) -> None:
    for headers in (
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": f"http://localhost:{spectra.port}"},
        {"Cookie": "a=b"},
    ):
        answer = httpx.request(method, spectra.url + path, headers=headers)
        assert answer.status_code == 403
        assert answer.json()["type"] == "urn:spectra:origin-refused"
    own = httpx.request(method, spectra.url + path, headers={"Origin": spectra.url})
    assert own.status_code != 403 or "urn:spectra" not in own.text


def test_a_refusal_is_logged_once_under_the_reference_the_client_got(spectra: Running) -> None:
    answer = httpx.get(spectra.url, headers={"Host": "evil.example\x7f"})
    reference = answer.json()["reference"]

    def lines() -> list[str]:
        return [line for line in spectra.said if reference in line]

    spectra.wait_for(lines, "the log line")
    assert len(lines()) == 1
    assert "reason=host-refused" in lines()[0]
    assert "\x7f" not in lines()[0]


def test_a_forwarded_address_is_not_believed(spectra: Running) -> None:
    for name in ("X-Forwarded-For", "Forwarded", "X-Real-Ip"):
        headers = {name: "8.8.8.8", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil"}
        assert httpx.get(f"{spectra.url}/metrics", headers=headers).status_code == 200


PATHS = [
    ("GET", "/"),
    ("HEAD", "/"),
    ("GET", "/heatmap"),
    ("GET", "/health"),
    ("GET", "/metrics"),
    ("GET", "/api/v1/nothing"),
    ("POST", "/api/v1/nothing"),
    ("GET", "/assets/nothing.js"),
    ("GET", "/_stcore/health"),
    ("GET", "/_stcore/host-config"),
    ("GET", "/_stcore/agent/openapi.json"),
    ("GET", "/media/nothing"),
    ("GET", "/favicon.png"),
    ("GET", "/heatmap/"),
    ("GET", "/..%2f..%2fetc/passwd"),
    ("OPTIONS", "/"),
]


@pytest.mark.parametrize(("method", "path"), PATHS)
def test_every_kind_of_answer_carries_the_security_headers(
    spectra: Running, method: str, path: str
) -> None:
    answer = httpx.request(method, spectra.url + path)
    assert_covered(answer)
    assert answer.headers.get_list("content-security-policy")[0].endswith("frame-ancestors 'none'")


def test_refusals_carry_the_security_headers(spectra: Running) -> None:
    assert_covered(httpx.get(spectra.url, headers={"Host": "evil.example"}))
    assert_covered(httpx.get(spectra.url, headers={"Origin": "http://evil.example"}))
    assert_covered(httpx.post(f"{spectra.url}/api/x", content=b"x" * (1024 * 1024 + 1)))


def test_a_component_may_be_framed_by_our_own_page_only(spectra: Running) -> None:
    answer = httpx.get(f"{spectra.url}/component/nothing/index.html")
    assert_covered(answer)
    assert answer.headers["content-security-policy"].endswith("frame-ancestors 'self'")


def assert_covered(answer: httpx.Response) -> None:
    for name, value in (("x-content-type-options", "nosniff"), ("referrer-policy", "no-referrer")):
        assert answer.headers.get_list(name) == [value]
    policies = answer.headers.get_list("content-security-policy")
    assert len(policies) == 1
    assert "unsafe-eval" not in policies[0]
    assert "script-src 'self' blob: 'sha256-" in policies[0]
    assert "strict-transport-security" not in answer.headers


@pytest.fixture(scope="module")
def tiny(start: Callable[..., Running]) -> Running:
    """A page that says who is looking, behind the gate, served as `uvicorn app:app` would."""
    arguments = ("-m", "uvicorn", "tests.web.tiny_app:app", "--port", "0", "--log-level", "info")
    return start(*arguments, health="/_stcore/health")


def test_a_body_over_the_limit_is_refused_by_its_length_or_while_it_streams(tiny: Running) -> None:
    def post(content: object) -> httpx.Response:
        return httpx.post(f"{tiny.url}/measure", content=content)  # type: ignore[arg-type]

    mebibyte = 1024 * 1024
    assert post(b"x" * mebibyte).text == str(mebibyte)
    assert post(iter([b"x" * (mebibyte // 2)] * 2)).text == str(mebibyte)
    assert post(b"x" * (mebibyte + 1)).status_code == 413
    streamed = post(iter([b"x" * (mebibyte // 2)] * 2 + [b"x"]))
    assert streamed.status_code == 413
    assert streamed.json()["type"] == "urn:spectra:body-too-large"


def test_forged_identity_headers_do_not_reach_the_page(tiny: Running) -> None:
    forged = {
        "X-Spectra-Uid": "mallory",
        "x_spectra_uid": "mallory",
        "X-SPECTRA-SID": "mallory",
    }
    seen = open_page(tiny.ws, headers=forged)
    assert seen.texts == ("uid=local secret=None",)


def test_nobody_takes_over_another_persons_session_by_its_id(tiny: Running) -> None:
    def as_(who: str) -> dict[str, str]:
        return {"Cookie": f"who={who}", "Origin": tiny.url}

    alice = open_page(tiny.ws, headers=as_("alice"))
    assert alice.texts == ("uid=alice secret=ALICE-secret",)
    bob = open_page(tiny.ws, headers=as_("bob"), session_id=alice.session_id)
    assert bob.texts == ("uid=bob secret=None",)
    assert bob.session_id != alice.session_id
    nobody = open_page(tiny.ws, session_id=alice.session_id)
    assert nobody.texts == ("uid=local secret=None",)
    again = open_page(tiny.ws, headers=as_("alice"), session_id=alice.session_id)
    assert again.session_id == alice.session_id, "her own session would be resumed"


def test_an_unforeseen_failure_tells_the_client_nothing(tiny: Running) -> None:
    answer = httpx.get(f"{tiny.url}/fail")
    assert answer.status_code == 500
    assert "nobody foresaw" not in answer.text


def test_problems_have_the_shape_of_the_standard(spectra: Running) -> None:
    answer = httpx.post(f"{spectra.url}/api/v1/nothing")
    assert answer.headers["content-type"] == "application/problem+json"
    body = json.loads(answer.content)
    assert set(body) == {"type", "title", "status", "detail", "reference"}
    assert body["status"] == answer.status_code == 404
