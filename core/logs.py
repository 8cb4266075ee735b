"""One line per outcome, with fields: `2026-01-01T00:00:00Z INFO core.market feed status=connected`.

    logger.warning(…) → record, made without secrets → any handler of any library → standard error

Secrets are taken out where records are made, not where they are written: libraries bring handlers
of their own, at any time. It never logs a whole frame; the loggers of libraries that would write
signed URLs or rows are kept at WARNING, at DEBUG too.
"""

from __future__ import annotations

import logging
import re
import sys
import threading
import time
from collections.abc import Iterable
from types import TracebackType
from typing import TextIO

HIDDEN = "***"

# With children by name where a library's parent may be given a level later: Streamlit does that.
_QUIET = (
    *("httpx", "httpcore", "httpcore.connection", "httpcore.http11", "httpcore.http2"),
    *("websockets", "websockets.client", "websockets.server", "uvicorn.access", "asyncio"),
    *("sqlalchemy", "sqlalchemy.engine", "sqlalchemy.engine.Engine", "sqlalchemy.pool"),
    *("alembic", "authlib", "ccxt", "ccxt.base.exchange", "urllib3", "urllib3.connectionpool"),
)
_MAX_TEXT = 100_000
_SHORTEST_VALUE = 8

_NAMES = (
    r"(?:pass(?:word|wd|phrase)|secret|token|signature|credential|authorization|cookie|csrf"
    r"|(?:api|private|encryption|access|signing|jwt|audit)[-_ ]?(?:key(?![-_]?id)|sign))"
    r"[\w-]{0,40}"
)
_VALUE = r"""\\*(?:b?"(?:\\.|[^"\\])*"?|b?'(?:\\.|[^'\\])*'?|[^\s&,;"'\])}]+)"""
_BASE64 = "[A-Za-z0-9+/]"
_PATTERNS = (
    (r"(?s)-----BEGIN [A-Z0-9 ]+-----.*?(?:-----END [A-Z0-9 ]+-----|\Z)", HIDDEN),
    (rf"{_BASE64}{{86}}==:{_BASE64}{{22}}==:{_BASE64}{{22}}==:{_BASE64}*=*", HIDDEN),
    (r"\beyJ[\w-]{8,}(?:\.[\w-]*){0,4}", HIDDEN),
    (r"\bspx_[\w-]+", HIDDEN),
    (r"\$argon2\w*\$[^\s\"']+", HIDDEN),
    (r"(?i)\b(bearer|basic)(\s+|%20)[\w.~+/=%-]{6,}", rf"\1 {HIDDEN}"),
    (r"(://[^\s/:@]*):[^\s/@]+@", rf"\1:{HIDDEN}@"),
    (r"(?i)([?&](?:code|state|sig|sign|key)=)[^&\s\"']+", rf"\1{HIDDEN}"),
    (r"((?:__Host-)?\bspectra(?:-oidc)?(?:_\d+)?=)[\w-]{16,}", rf"\1{HIDDEN}"),
    (r"(?i)((?:set-)?cookie|authorization)(:\s*).*", rf"\1\2{HIDDEN}"),
    (rf"(?i)({_NAMES}\\*[\"']?\s*=\s*){_VALUE}", rf"\1{HIDDEN}"),
    (rf"(?i)({_NAMES}\\*[\"']\s*[:,]\s*){_VALUE}", rf"\1{HIDDEN}"),
    (r"(?i)(\b(?:[a-z0-9]{1,20}-){1,3}(?:apikey|key|sign|signature)\s*:\s*)\S+", rf"\1{HIDDEN}"),
    (r"(\b(?:[Pp]assword|[Pp]assphrase|[Ss]ecret)\s*:\s*)\S+", rf"\1{HIDDEN}"),
    (r"(\[parameters: ).*", rf"\1{HIDDEN}]"),
)
_COMPILED = tuple((re.compile(pattern), into) for pattern, into in _PATTERNS)


def configure_logs(level: str, *, hide: Iterable[str] = ()) -> None:
    """Send every log to standard error in one format; safe to call again.

    Spectra's own lines from `level` up, everybody else's from WARNING; texts of 8 characters and
    more in `hide` appear nowhere.
    """
    root = logging.getLogger()
    root.handlers[:] = [kept for kept in root.handlers if not isinstance(kept, _StandardError)]
    root.addHandler(_StandardError())
    root.setLevel(logging.WARNING)
    logging.getLogger("core").setLevel(level)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.setLogRecordFactory(_Records(hide))
    logging.raiseExceptions = False  # else a handler that fails prints the error it was to log
    _log_crashes()


def fields(**values: object) -> str:
    """Return `key=value` pairs in the order given; a value that is not one plain word is quoted."""
    return " ".join(f"{key}={_quoted(value)}" for key, value in values.items())


def redact(text: str, *, values: Iterable[str] = ()) -> str:
    """Return `text` without `values` and without whatever looks like a secret or is named as one.

    Cut after 100,000 characters. What has neither the look nor the name of a secret stays.
    """
    if len(text) > _MAX_TEXT:
        text = text[:_MAX_TEXT] + " … cut"
    for value in values:
        text = text.replace(value, HIDDEN)
    for pattern, into in _COMPILED:
        text = pattern.sub(into, text)
    return text


class _Records:
    """Makes log records that hold no secret, in the message, the traceback or the stack."""

    def __init__(self, hide: Iterable[str]) -> None:
        self._values = tuple(value for value in hide if len(value) >= _SHORTEST_VALUE)

    def __call__(self, *args: object, **kwargs: object) -> logging.LogRecord:
        """Return the record logging asks for."""
        record = logging.LogRecord(*args, **kwargs)  # type: ignore[arg-type]
        message = _message(record)
        clean = redact(message, values=self._values)
        if clean != message or not record.args:
            record.msg, record.args = clean, ()
        if record.exc_info and record.exc_info[0] is not None:
            text = _PLAIN.formatException(record.exc_info)
            record.exc_text = redact(text, values=self._values)
        if record.stack_info:
            record.stack_info = redact(record.stack_info, values=self._values)
        return record


def _message(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except (TypeError, ValueError, LookupError, AttributeError, RecursionError):
        # logging itself would print the arguments to standard error, past every handler.
        record.msg, record.args = f"unprintable log message {record.msg!r}", ()
        return record.getMessage()


class _Lines(logging.Formatter):
    converter = staticmethod(time.gmtime)
    default_time_format = "%Y-%m-%dT%H:%M:%SZ"
    default_msec_format = ""


_PLAIN = logging.Formatter()


class _StandardError(logging.StreamHandler[TextIO]):
    """Writes to whatever standard error is at that moment."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)
        self.setFormatter(_Lines("%(asctime)s %(levelname)s %(name)s %(message)s"))

    @property
    def stream(self) -> TextIO:  # type: ignore[override]
        return sys.stderr


def _log_crashes() -> None:
    """Let errors that nobody caught be logged, where Python would print them as they are."""
    if sys.excepthook is sys.__excepthook__:
        sys.excepthook = _crashed
    if threading.excepthook is threading.__excepthook__:
        threading.excepthook = lambda a: _crashed(a.exc_type, a.exc_value, a.exc_traceback)


def _crashed(
    kind: type[BaseException], error: BaseException | None, trace: TracebackType | None
) -> None:
    if not isinstance(error, Exception):
        sys.__excepthook__(kind, error or kind(), trace)  # somebody pressed Ctrl-C: nothing to hide
        return
    logging.getLogger("core").critical("unforeseen", exc_info=(kind, error, trace))


def _quoted(value: object) -> str:
    text = "".join(char if char.isprintable() else " " for char in str(value))
    if text and not any(char in ' "=' for char in text):
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
