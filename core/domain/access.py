"""Who may use Spectra and by which key they come in: users, sessions, API tokens.

None of these nouns holds a secret: a session's cookie, a token's text and a password's hash are
handed over beside them, once, where they are made or checked.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

LOCAL_USER = "local"
"""The id of the one person of single-user mode."""


class Role(StrEnum):
    """What a user may do beyond their own data."""

    MEMBER = "member"
    ADMIN = "admin"


class SignInMethod(StrEnum):
    """How a session began."""

    PASSWORD = "password"  # noqa: S105 - the name of a way, not a secret
    OIDC = "oidc"


@dataclass(frozen=True, slots=True)
class User:
    """One person with an account; `email` is kept in lower case and unique."""

    id: str
    """`local`, or 32 hex digits drawn at random."""
    email: str
    full_name: str = ""
    avatar_url: str = ""
    timezone: str = "UTC"
    """IANA name, such as Europe/Berlin."""
    role: Role = Role.MEMBER
    disabled_at: datetime | None = None
    created_at: datetime | None = None
    """None only before the user is stored."""


@dataclass(frozen=True, slots=True)
class UserSession:
    """One signed-in browser; `id` names it openly, only the browser knows the cookie."""

    id: str
    user_id: str
    method: SignInMethod
    created_at: datetime
    seen_at: datetime
    """Last use; a socket that is open counts."""
    confirmed_at: datetime
    """When this person last proved who they are: sign-in, or the password typed again."""
    expires_at: datetime
    """The absolute end, whatever happens."""
    ip: str
    user_agent: str
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ApiToken:
    """A long-lived key for programs; only its hash is stored, so it is shown once."""

    id: str
    user_id: str
    label: str
    last4: str
    """The last four characters, to tell tokens apart."""
    created_at: datetime
    expires_at: datetime | None = None
    used_at: datetime | None = None
    revoked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something, and from where: the first argument of every act that is audited."""

    user_id: str | None
    """None for a stranger, such as a refused sign-in."""
    ip: str = ""
    user_agent: str = ""
    session_id: str | None = None
    """The session acted in; None for programs, commands and single-user mode."""
