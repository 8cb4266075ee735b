"""A text that shows itself only when asked by name.

It never appears in a repr, log line, pickle, copy, JSON text or formatted string by accident.
"""

from __future__ import annotations

from typing import Any, Never, SupportsIndex

_HIDDEN = "***"


class Secret:
    """One plaintext on its way to the call that needs it; keep it nowhere."""

    __slots__ = ("__text",)

    def __init__(self, text: str) -> None:
        self.__text = text

    def reveal(self) -> str:
        """Return the text; call this where it is used, not before."""
        return self.__text

    def __repr__(self) -> str:
        """Return three stars, whatever is inside."""
        return _HIDDEN

    def __str__(self) -> str:
        """Return three stars, whatever is inside."""
        return _HIDDEN

    def __format__(self, spec: str) -> Never:
        """Refuse: a message, URL or header built with three stars would be wrong in silence."""
        raise TypeError("a Secret is not formatted: reveal() it where it is used")

    def __reduce_ex__(self, protocol: SupportsIndex) -> Never:
        """Refuse pickle and both kinds of copy."""
        raise TypeError("a Secret is not copied or stored")

    def __getstate__(self) -> Any:
        """Refuse what pickle would keep."""
        raise TypeError("a Secret is not copied or stored")
