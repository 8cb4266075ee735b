"""The cookies of a session: named so that nobody else can set them, and believed only once."""

from __future__ import annotations

from ipaddress import ip_network
from typing import Any

import pytest
from starlette.responses import Response

from core.web.admission import LOCAL_RULES, Rules
from core.web.cookies import drop_session, session_cookie, set_session, state_cookie

TLS = Rules(public_origin="https://spectra.example", proxies=(ip_network("127.0.0.1"),))


def a_scope(*cookies: str) -> Any:
    return {
        "server": ("127.0.0.1", 8501),
        "headers": [(b"cookie", cookie.encode()) for cookie in cookies],
    }


def test_under_tls_only_this_very_host_can_set_the_cookie() -> None:
    response = Response()
    set_session(response, "text", a_scope(), TLS)
    cookie = response.headers["set-cookie"]
    assert cookie.startswith("__Host-spectra=text; ")
    assert {"HttpOnly", "Secure", "SameSite=lax", "Path=/", "Max-Age=43200"} <= set(
        cookie.split("; ")
    )
    assert "domain" not in cookie.lower()


def test_on_this_machine_each_port_has_a_cookie_of_its_own() -> None:
    response = Response()
    set_session(response, "text", a_scope(), LOCAL_RULES)
    assert response.headers["set-cookie"].startswith("spectra_8501=text; ")
    assert "Secure" not in response.headers["set-cookie"]


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        (("spectra_8501=abc",), "abc"),
        (("a=b; spectra_8501=abc; c=d",), "abc"),
        (("a=b", "spectra_8501=abc"), "abc"),
        (("spectra_8502=abc",), ""),
        (("__Host-spectra=abc",), ""),
        (("xspectra_8501=abc",), ""),
        (("spectra_8501=abc; spectra_8501=evil",), ""),
        (("spectra_8501=abc", "spectra_8501=evil"), ""),
        (("spectra_8501",), ""),
        ((), ""),
    ],
)
def test_only_the_one_cookie_of_this_name_is_read(sent: tuple[str, ...], read: str) -> None:
    assert session_cookie(a_scope(*sent), LOCAL_RULES) == read


def test_a_sign_in_under_way_is_not_a_session() -> None:
    scope = a_scope("spectra-oidc_8501=state")
    assert session_cookie(scope, LOCAL_RULES) == ""
    assert state_cookie(scope, LOCAL_RULES) == "state"


def test_signing_out_makes_the_browser_forget() -> None:
    response = Response()
    drop_session(response, a_scope(), TLS)
    assert "Max-Age=0" in response.headers["set-cookie"]
    assert response.headers["set-cookie"].startswith('__Host-spectra="";')
