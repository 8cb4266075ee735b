"""One line per outcome, with fields: `2026-01-01T00:00:00Z INFO core.market feed status=connected`.

Never logs a whole frame or a credential; the loggers of the network libraries, which would write
signed URLs at INFO, are kept at WARNING.
"""

from __future__ import annotations

import logging
import time

_QUIET = ("httpx", "httpcore", "websockets", "uvicorn.access", "asyncio")


def configure_logs(level: str) -> None:
    """Send Spectra's log to standard error in one format; safe to call again."""
    handler = logging.StreamHandler()
    handler.setFormatter(_Lines("%(asctime)s %(levelname)s %(name)s %(message)s"))
    root = logging.getLogger("core")
    root.handlers[:] = [handler]
    root.setLevel(level)
    root.propagate = False
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


def fields(**values: object) -> str:
    """Return `key=value` pairs in the order given; a value that is not one plain word is quoted."""
    return " ".join(f"{key}={_quoted(value)}" for key, value in values.items())


class _Lines(logging.Formatter):
    converter = staticmethod(time.gmtime)
    default_time_format = "%Y-%m-%dT%H:%M:%SZ"
    default_msec_format = ""


def _quoted(value: object) -> str:
    text = "".join(char if char.isprintable() else " " for char in str(value))
    if text and not any(char in ' "=' for char in text):
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
