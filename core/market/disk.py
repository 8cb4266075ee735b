"""Small files that spare a question to the venue; losing one costs nothing but that question.

A file is replaced whole or not at all, and one that cannot be read counts as absent.
"""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import TypeVar

import msgspec

from core.logs import fields

MAX_FILE_BYTES = 16 * 1024 * 1024

_LOG = logging.getLogger(__name__)
_T = TypeVar("_T")


def read_cached(path: Path, kind: type[_T]) -> _T | None:
    """Return what was kept at `path`, None if there is nothing or it is damaged."""
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            return None
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, RecursionError, msgspec.MsgspecError) as error:
        _LOG.warning("cache %s", fields(file=path.name, status="ignored", why=type(error).__name__))
        return None


def write_cached(path: Path, value: object) -> None:
    """Keep `value` at `path`; a full or read-only disk is logged and otherwise harmless."""
    beside = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        beside.write_bytes(msgspec.json.encode(value))
        beside.replace(path)
    except OSError as error:
        _LOG.warning("cache %s", fields(file=path.name, status="failed", why=error.strerror))
