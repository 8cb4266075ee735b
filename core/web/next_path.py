"""Where to go after signing in: an address of this very server, or its first page.

Pure. Whatever a browser could read as another server's address becomes "/".
"""

from __future__ import annotations

import re
from urllib.parse import quote, unquote

from core.web.paths import DOCS, METRICS, NOT_PAGES, SIGN_IN

MAX_LENGTH = 512
_PLAIN = re.compile(r"/(?![/\\])[!-~]*")


def safe_next(asked: str) -> str:
    """Return `asked` when it is a page of this server, else "/"."""
    if asked == DOCS:
        return asked
    decoded = unquote(asked)
    if (
        len(asked) > MAX_LENGTH
        or not _PLAIN.fullmatch(asked)
        or "\\" in decoded
        or decoded.startswith("//")
        or not decoded.isprintable()
        or decoded.startswith((*NOT_PAGES, SIGN_IN, METRICS))
    ):
        return "/"
    return quote(asked, safe="/?&=%-._~:@!$'()*+,;")
