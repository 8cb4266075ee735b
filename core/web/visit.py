"""Who a request belongs to, as every door behind the gate reads it.

The gate writes one `Visit` into the scope; nothing a client sends can put one there. The cookie or
token is in it only for what must be bound to it, and is never printed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from starlette.types import Scope

from core.domain import Actor, UserSession
from core.errors import NotAllowed
from core.web.identity import Identity

_KEY = "spectra.visit"
MAX_USER_AGENT = 256


class Way(StrEnum):
    """How somebody came in."""

    NOBODY = "nobody"
    LOCAL = "local"
    SESSION = "session"
    TOKEN = "token"  # noqa: S105 - the name of a way, not a secret


@dataclass(frozen=True, slots=True)
class Visit:
    """One request's person, address and session."""

    way: Way
    actor: Actor
    session: UserSession | None = None
    identity: Identity | None = None
    """What Streamlit is told; None for strangers."""
    shown: str = field(default="", repr=False)
    """The text of the cookie or token that was shown: a secret."""

    @property
    def user_id(self) -> str:
        """The signed-in person's id; NotAllowed for a stranger, who never gets this far."""
        if self.actor.user_id is None:
            raise NotAllowed("Sign in first.")
        return self.actor.user_id


def put_visit(scope: Scope, visit: Visit) -> None:
    """Write the visit where `visit_of` finds it."""
    scope[_KEY] = visit


def visit_of(scope: Scope) -> Visit:
    """Return the visit the gate wrote; KeyError without a gate, which would be a hole."""
    found: Visit = scope[_KEY]
    return found


def user_agent(scope: Scope) -> str:
    """Return at most 256 printable characters of what the client calls itself."""
    named = next((value for name, value in scope["headers"] if name == b"user-agent"), b"")
    text = named.decode("latin-1")
    return "".join(c if c.isascii() and c.isprintable() else "?" for c in text)[:MAX_USER_AGENT]
