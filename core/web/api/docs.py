"""`/api/v1/docs`: the OpenAPI document as a page to read and try, drawn by our own script.

Nothing comes from another host: the document, the script and the font are this server's.
"""

from __future__ import annotations

from pathlib import Path

from starlette.responses import HTMLResponse
from starlette.routing import Route

from core.web.assets import versioned_url
from core.web.paths import DOCS

_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="{icon}">
<link rel="stylesheet" href="{plain}">
<link rel="stylesheet" href="{style}">
<script src="{boot}"></script>
<script src="{script}" type="module"></script>
<title>API · Spectra</title>
</head>
<body>
<header><a class="brand" href="/"><img src="/assets/mark.svg" alt="" width="22" height="22"><span
  class="word" role="img" aria-label="Spectra"></span></a><h1>API</h1><a
  href="/api/v1/openapi.json" class="document">openapi.json</a></header>
<main id="operations" aria-live="polite"><p class="muted">Reading the description…</p>
<noscript><p>This page draws with JavaScript; openapi.json holds the same.</p></noscript></main>
</body>
</html>
"""


def docs_route(assets: Path) -> Route:
    """Return the route; the page holds nothing of anybody's and may be kept until it changes."""
    html = _PAGE.format(
        icon=versioned_url(assets, "favicon.png"),
        plain=versioned_url(assets, "css/plain.css"),
        style=versioned_url(assets, "css/api-docs.css"),
        boot=versioned_url(assets, "js/boot.js"),
        script=versioned_url(assets, "js/api-docs.js"),
    )

    async def docs(request: object) -> HTMLResponse:
        return HTMLResponse(html, headers={"cache-control": "no-cache"})

    return Route(DOCS, docs)
