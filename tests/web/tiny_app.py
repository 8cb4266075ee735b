"""A Streamlit app of one page behind the real gate; a cookie says who is looking.

Served by uvicorn in tests of what Spectra's own pages cannot show: several people, a body that is
read, an error nobody foresaw, a page with everything the content policy must let through.
"""

from __future__ import annotations

import os
from http.cookies import SimpleCookie
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import Scope

import app as spectra_app
from core.web import Gate, Identity, LocalEntry, SingleUser
from core.web.headers import build_headers
from core.web.page import PageDoor, build_page

_single = SingleUser()


def identify(scope: Scope) -> Identity:
    cookies = dict(scope["headers"]).get(b"cookie", b"").decode()
    who = SimpleCookie(cookies).get("who")
    return Identity(who.value, f"session-of-{who.value}") if who else _single(scope)


async def measure(request: Request) -> Response:
    return PlainTextResponse(str(len(await request.body())))


async def fail(request: Request) -> Response:
    raise RuntimeError("nobody foresaw this")


entry = LocalEntry(identify)
page = build_page(spectra_app.INDEX_HTML, spectra_app.ASSETS)
app = st.App(
    Path(__file__).with_name(os.environ.get("TINY_PAGE", "tiny_page.py")),
    routes=[Route("/measure", measure, methods=["POST"]), Route("/fail", fail)],
    middleware=[
        Middleware(
            Gate,
            headers=build_headers(page, component_html=spectra_app.COMPONENT_HTML),
            entry=lambda: entry,
        ),
        Middleware(PageDoor, html=page),
    ],
)
