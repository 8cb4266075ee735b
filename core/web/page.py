"""Streamlit's one HTML page with Spectra's name, style and first script in it.

Read from the installed package once at start, so every address of the app gets the same bytes. It
never writes into the installed package.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.errors import ConfigurationError
from core.web.assets import versioned_url
from core.web.paths import NOT_PAGES, SIGN_IN

_TITLE = re.compile(r"<title>[^<]*</title>")
_UNUSED_PRELOAD = re.compile(r'<link\s+rel="preload"[^>]*/SourceSans[^>]*/>\s*')
_FAVICON = re.compile(r'<link rel="shortcut icon"[^>]*/>')
_NOSCRIPT = re.compile(r"<noscript>.*?</noscript>", re.S)
_WITHOUT_SCRIPT = (
    '<noscript><p class="sp-noscript">Spectra draws with JavaScript. Allow it for this address, '
    "then reload.</p></noscript>"
)
_AGENT_LINK = re.compile(r'(<!--(?:(?!-->).)*-->\s*)?<link rel="service-desc"[^>]*/>\s*', re.S)
_NOT_OURS = (*NOT_PAGES, SIGN_IN)


def build_page(index_html: str, assets: Path) -> str:
    """Return Streamlit's index.html with our tags before its title.

    Raises ConfigurationError when the installed page has no title to stand before: another release
    of Streamlit than the one in requirements.txt.
    """
    if not _TITLE.search(index_html):
        raise ConfigurationError(
            "streamlit",
            "the installed release has another first page than Spectra knows.",
            cure="Install the release named in requirements.txt.",
        )
    html = _AGENT_LINK.sub("", _UNUSED_PRELOAD.sub("", index_html))
    html = _NOSCRIPT.sub(_WITHOUT_SCRIPT, html)
    if (assets / "favicon.png").exists():
        icon = f'<link rel="shortcut icon" href="{versioned_url(assets, "favicon.png")}" />'
        html = _FAVICON.sub(icon, html)
    tags = "\n    ".join((*_tags(assets), "<title>Spectra</title>"))
    return _TITLE.sub(lambda _: tags, html, count=1)


def _tags(assets: Path) -> list[str]:
    fonts = [
        f'<link rel="preload" href="/assets/fonts/{font.name}" as="font" type="font/woff2" '
        "crossorigin />"
        for font in sorted((assets / "fonts").glob("*.woff2"))
    ]
    return [
        *fonts,
        f'<link rel="stylesheet" href="{versioned_url(assets, "css/spectra.css")}" />',
        f'<script src="{versioned_url(assets, "js/boot.js")}"></script>',
    ]


class PageDoor:
    """ASGI middleware that puts our page wherever Streamlit would answer with its own."""

    def __init__(self, app: ASGIApp, *, html: str) -> None:
        self._app = app
        body = html.encode()
        etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
        kept = {"etag": etag, "cache-control": "no-cache"}
        self._etag = etag.encode()
        self._page = Response(body, media_type="text/html", headers=kept)
        self._unchanged = Response(status_code=304, headers=kept)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve as the app does, but with our page in place of Streamlit's."""
        if (
            scope["type"] != "http"
            or scope["method"] not in ("GET", "HEAD")
            or scope["path"].startswith(_NOT_OURS)
        ):
            await self._app(scope, receive, send)
            return
        replaced = False

        async def replacing(message: Message) -> None:
            nonlocal replaced
            if message["type"] == "http.response.start" and _is_page(message):
                replaced = True
                await self._answer(scope)(scope, receive, send)
            elif not replaced:
                await send(message)

        await self._app(scope, receive, replacing)

    def _answer(self, scope: Scope) -> Response:
        known = [value for name, value in scope["headers"] if name == b"if-none-match"]
        return self._unchanged if self._etag in known else self._page


def _is_page(message: Message) -> bool:
    return message["status"] == 200 and any(
        name == b"content-type" and value.startswith(b"text/html")
        for name, value in message["headers"]
    )
