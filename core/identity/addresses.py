"""E-mail addresses as accounts keep them: plain letters, lower case, at most 254 characters.

Only ASCII, because other letters can turn into ASCII ones in lower case (K, U+212A, becomes k), and
an address must never become another person's. It never asks whether an address exists.
"""

from __future__ import annotations

import re

from core.errors import InvalidInput

MAX_EMAIL = 254
_EMAIL = re.compile(r"[!-?A-~]{1,64}@[a-z0-9]([a-z0-9.-]*[a-z0-9])?", re.ASCII)


def fold_email(text: str) -> str | None:
    """Return the address as it is kept, None when it cannot be one."""
    folded = text.strip()
    if not folded.isascii() or len(folded) > MAX_EMAIL:
        return None
    folded = folded.lower()
    return folded if _EMAIL.fullmatch(folded) else None


def check_email(text: str) -> str:
    """Return the address as it is kept; InvalidInput when it cannot be one."""
    folded = fold_email(text)
    if folded is None:
        raise InvalidInput(
            "email",
            "This is not an e-mail address.",
            cure="Write it like ada@example.com, in plain letters.",
        )
    return folded


def domain_of(email: str) -> str:
    """Return what follows the @ of a folded address."""
    return email.rpartition("@")[2]
