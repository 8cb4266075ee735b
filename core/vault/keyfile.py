"""The key file of single-user mode, made at the first start and read at every later one.

It never replaces a file that is there, follows no symbolic link, and reads no file that other
users of the machine may read.
"""

from __future__ import annotations

import base64
import logging
import os
import secrets
import stat
from pathlib import Path

from core.errors import ConfigurationError
from core.logs import fields
from core.vault.derive import KEY_BYTES
from core.vault.keyring import RAW

KEY_FILE = "encryption.key"

_MAX_BYTES = 4096
_EXISTING = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW

_LOG = logging.getLogger(__name__)


def load_or_make_key(home: Path) -> str:
    """Return the key kept in `home`, made now if there is none; two starts at once get the same.

    Raises ConfigurationError when others may read the file, or it cannot be read or made.
    """
    path = home / KEY_FILE
    try:
        if not os.path.lexists(path):
            _make(path)
        return _read(path)
    except OSError as error:
        raise _refusal(path, f"cannot be used: {error.strerror}.") from error


def _make(path: Path) -> None:
    text = RAW + base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()
    beside = path.with_name(f"{path.name}.{secrets.token_hex(8)}.new")
    with open(os.open(beside, _NEW, 0o600), "w", encoding="ascii") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(beside, path)  # fails where another start was faster, and then its key counts
    except FileExistsError:
        return
    finally:
        beside.unlink()
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)  # sealed values must not outlive their key in a power cut
    finally:
        os.close(folder)
    _LOG.warning("key file %s", fields(status="made", file=path, advice="keep a copy elsewhere"))


def _read(path: Path) -> str:
    with open(os.open(path, _EXISTING), "rb") as file:
        about = os.fstat(file.fileno())
        if not stat.S_ISREG(about.st_mode):
            raise _refusal(path, "is not a plain file.")
        if about.st_uid != os.geteuid() or about.st_mode & 0o077:
            raise _refusal(path, "may be read or changed by other users of this machine.")
        content = file.read(_MAX_BYTES)
    try:
        return content.decode("ascii").strip()
    except UnicodeDecodeError:
        raise _refusal(path, "does not hold a key.") from None


def _refusal(path: Path, problem: str) -> ConfigurationError:
    return ConfigurationError(
        "ENCRYPTION_KEY",
        f"the key file {path} {problem}",
        cure="Make it a file of this user alone (chmod 600), or set ENCRYPTION_KEY.",
    )
