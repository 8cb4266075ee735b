"""Small files that spare a question to the venue; losing one costs nothing but that question.

A file is replaced whole or not at all, and one that cannot be read counts as absent. It follows no
symbolic link and waits on no pipe: what lies there may not be ours.
"""

from __future__ import annotations

import logging
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import msgspec

from core.logs import fields

MAX_FILE_BYTES = 16 * 1024 * 1024

_EXISTING = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW

_LOG = logging.getLogger(__name__)
_T = TypeVar("_T")


def read_cached(path: Path, kind: type[_T], *, check: Callable[[_T], bool]) -> _T | None:
    """Return what was kept at `path`, None if there is nothing, it is damaged or fails `check`."""
    try:
        value = msgspec.json.decode(_read(path), type=kind)
        if not check(value):
            raise ValueError("the values are not what is written here")
        return value
    except FileNotFoundError:
        return None
    except (OSError, ValueError, ArithmeticError, RecursionError, msgspec.MsgspecError) as error:
        _LOG.warning("cache %s", fields(file=path.name, status="ignored", why=type(error).__name__))
        return None


def _read(path: Path) -> bytes:
    with open(os.open(path, _EXISTING), "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise ValueError("not a file")
        content = file.read(MAX_FILE_BYTES + 1)
    if len(content) > MAX_FILE_BYTES:
        raise ValueError("too large")
    return content


def write_cached(path: Path, value: object) -> None:
    """Keep `value` at `path`; a full or read-only disk is logged and otherwise harmless."""
    beside = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        beside.unlink(missing_ok=True)
        with open(os.open(beside, _NEW, 0o600), "wb") as file:
            file.write(msgspec.json.encode(value))
        beside.replace(path)
    except OSError as error:
        _LOG.warning("cache %s", fields(file=path.name, status="failed", why=error.strerror))
