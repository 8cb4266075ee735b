"""Where one goes after signing in: never to another server, whatever the address asks for."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.web.next_path import safe_next


@pytest.mark.parametrize(
    "page", ["/", "/heatmap", "/heatmap?product=BTC-USD&range=1d", "/settings?tab=Display%20time"]
)
def test_a_page_of_this_server_is_kept(page: str) -> None:
    assert safe_next(page) == page


ELSEWHERE = [
    "https://evil.example/",
    "//evil.example",
    "///evil.example",
    "////evil.example",
    "/\\evil.example",
    "\\/evil.example",
    "\\\\evil.example",
    "/%2fevil.example",
    "/%5cevil.example",
    "/%2F%2Fevil.example",
    "http:evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "/\tevil.example",
    "/\n/evil.example",
    "\t//evil.example",
    " //evil.example",
    "/heatmap\r\nSet-Cookie: a=b",
    "/heatmap%0d%0aSet-Cookie:%20a=b",
    "/\u2215evil.example",
    "heatmap",
    "@evil.example",
    "?next=//evil.example",
    "",
    "/" + "a" * 600,
    "/sign-in?next=/sign-in",
    "/auth/sign-out",
    "/api/v1/users/me",
    "/%61pi/v1/users/me",
    "/media/x",
]


@pytest.mark.parametrize("asked", ELSEWHERE)
def test_anything_else_becomes_the_first_page(asked: str) -> None:
    assert safe_next(asked) == "/"


@given(st.text(alphabet="/\\%25cfF@:?#.a-z\t\r\n htps0d0a", max_size=24))
@example("/..//evil.example")
@example("/.//evil.example")
def test_no_made_up_address_leaves_this_server(asked: str) -> None:
    origin = "https://spectra.example"
    target = urlsplit(urljoin(f"{origin}/auth/sign-in", safe_next(asked)))
    assert f"{target.scheme}://{target.netloc}" == origin
