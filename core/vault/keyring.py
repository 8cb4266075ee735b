"""From the operator's ENCRYPTION_KEY to a root key, or to a clear refusal of a weak one.

    text → check → key id and root (600,000 rounds, or at once for "base64:" and 32 random bytes)

Everything that leaves the process, the key id too, has been through the slow derivation, so that
nothing stored lets anyone try out passphrases faster than the seal itself does. It never quotes
a key.
"""

from __future__ import annotations

import base64
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise

from core.errors import ConfigurationError
from core.vault.cipher import RootKey
from core.vault.derive import KEY_BYTES, fast_key, slow_key

ROUNDS = 600_000
MIN_CHARACTERS = 32
RAW = "base64:"
"""In front of a key that is 32 random bytes, and needs no slow derivation."""

_MIN_DIFFERENT = 8
_SAMPLES = re.compile(
    r"change.?(me|this|it)|your.?(\w+.)?(key|secret|password)|replace.?(me|this|with)|placeholder"
    r"|example|sample.?key|encryption.?key|insert.?(your|key)|default.?(key|secret)|secret.?key"
    r"|super.?secret|at.?least.?32|32.?(char|byte)|dummy.?key|test.?key|correct.?horse",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class MasterKey:
    """One key as the operator gave it, and its root."""

    text: str = field(repr=False)
    root: RootKey


def read_key(text: str, *, variable: str) -> MasterKey:
    """Return the key in `text`; ConfigurationError naming `variable` when it is missing or weak.

    Takes some 0.13 s for a passphrase, once per process.
    """
    problem = _problem(text)
    if problem:
        raise ConfigurationError(
            variable,
            problem,
            cure='Use "base64:" and what `openssl rand -base64 32` prints.',
        )
    derive = _raw(text) if text.startswith(RAW) else _stretched(text)
    key_id = base64.b32encode(derive(b"spectra/key-id"))[:4].decode()
    root = RootKey(key_id, derive(b"spectra/root/" + key_id.encode()))
    return MasterKey(text, root)


def _raw(text: str) -> Callable[[bytes], bytes]:
    material = base64.b64decode(text.removeprefix(RAW))
    return lambda salt: fast_key(material, salt=salt, info=b"spectra/root")


def _stretched(text: str) -> Callable[[bytes], bytes]:
    return lambda salt: slow_key(text.encode(), salt, ROUNDS)


def _problem(text: str) -> str:
    if not text:
        return "is not set."
    if text != text.strip() or not text.isprintable():
        return "has spaces, line ends or unprintable characters that do not belong to it."
    if text.startswith(RAW):
        return _problem_of_raw(text.removeprefix(RAW))
    if len(text) < MIN_CHARACTERS:
        return f"has fewer than {MIN_CHARACTERS} characters."
    if len(set(text)) < _MIN_DIFFERENT or _repeats(text) or _counts_up(text):
        return "repeats a pattern that can be guessed."
    if _SAMPLES.search(text):
        return "is a sample from some documentation, which everybody knows."
    return ""


def _problem_of_raw(text: str) -> str:
    try:
        material = base64.b64decode(text, validate=True)
    except ValueError:
        material = b""
    if len(material) != KEY_BYTES or base64.b64encode(material).decode() != text:
        return f"is not {RAW} and 32 bytes in base64."
    return "is not random." if len(set(material)) < _MIN_DIFFERENT else ""


def _repeats(text: str) -> bool:
    """Say whether `text` is one part, at most half of it long, again and again."""
    return any(text[step:] == text[:-step] for step in range(1, len(text) // 2 + 1))


def _counts_up(text: str) -> bool:
    """Say whether most characters follow the one before, as in abcdef or 987654."""
    steps = Counter(ord(after) - ord(before) for before, after in pairwise(text))
    return steps.most_common(1)[0][1] > len(text) * 0.7
