"""Spectra's own stylesheet, scripts and fonts under /assets, with honest caching.

An address that carries the file's hash may be kept for a year; every other is asked for again each
time and answered with 304 while unchanged. It never serves a file from outside its folder.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from urllib.parse import parse_qs

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

_TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".woff2": "font/woff2",
    ".svg": "image/svg+xml",
}
_FOR_A_YEAR = "public, max-age=31536000, immutable"


class Assets(StaticFiles):
    """The files of one folder; scripts keep their type even where the machine's table is wrong."""

    def __init__(self, folder: Path) -> None:
        super().__init__(directory=folder, check_dir=False)

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Return the file, to be cached for long only under an address that names its content."""
        response = await super().get_response(path, scope)
        hashed = b"v=" in scope["query_string"] and parse_qs(scope["query_string"]).get(b"v")
        response.headers["cache-control"] = _FOR_A_YEAR if hashed else "no-cache"
        if media_type := _TYPES.get(Path(path).suffix):
            response.headers["content-type"] = media_type
        return response


def versioned_url(folder: Path, name: str) -> str:
    """Return the address of `name` with its content's hash, or without while it does not exist."""
    path = folder / name
    if not path.is_file():
        return f"/assets/{name}"
    return f"/assets/{name}?v={hashlib.sha256(path.read_bytes()).hexdigest()[:12]}"
