"""What this room needs of the store: transactions of one person, and of the system.

The shapes are those of core.storage, which this room never imports; bootstrap brings them together.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from core.domain import ApiToken, AuditEntry, AuditRecord, User, UserSession


class Audit(Protocol):
    """The log; the last thing of a transaction."""

    def append(self, record: AuditRecord, /) -> AuditEntry:
        """Write an act down."""
        ...


class Profile(Protocol):
    """One person's own account; NotFound when there is none."""

    def load(self) -> User:
        """Return the person."""
        ...

    def load_password_hash(self) -> str | None:
        """Return the hash of the password, None for those who sign in elsewhere."""
        ...

    def save_password_hash(self, text: str, /) -> None:
        """Replace the hash of the password."""
        ...


class OwnSessions(Protocol):
    """One person's sessions."""

    def get(self, session_id: str, /) -> UserSession:
        """Return one session; NotFound when it is another's or none."""
        ...

    def end(self, session_id: str, at: datetime, /) -> bool:
        """End a session and say whether it was there and had not ended yet."""
        ...

    def end_all(self, at: datetime, /, *, keep: str | None) -> list[str]:
        """End every session but `keep`; return those that had not ended yet."""
        ...

    def confirm(self, session_id: str, at: datetime, /) -> None:
        """Note that the person proved who they are."""
        ...


class OwnTokens(Protocol):
    """One person's API tokens."""

    def list(self) -> list[ApiToken]:
        """Return tokens, revoked ones too, the newest first."""
        ...

    def add(self, token: ApiToken, /, *, token_hash: str) -> None:
        """Store a token by its hash."""
        ...

    def revoke(self, token_id: str, at: datetime, /) -> bool:
        """Revoke a token and say whether it was there and not revoked yet."""
        ...


class UserWork(Protocol):
    """Everything of one person, within one transaction."""

    @property
    def profile(self) -> Profile:
        """The account."""
        ...

    @property
    def sessions(self) -> OwnSessions:
        """The sessions."""
        ...

    @property
    def tokens(self) -> OwnTokens:
        """The API tokens."""
        ...

    @property
    def audit(self) -> Audit:
        """The person's log."""
        ...


class Users(Protocol):
    """Every account."""

    def add(
        self, user: User, /, *, password_hash: str | None, subject: tuple[str, str] | None
    ) -> None:
        """Store an account; InvalidInput when its e-mail or subject has one."""
        ...

    def get(self, user_id: str, /) -> User:
        """Return the account; NotFound when there is none."""
        ...

    def find_by_email(self, email: str, /) -> tuple[User, str | None] | None:
        """Return the account of an e-mail and the hash of its password."""
        ...

    def find_by_subject(self, issuer: str, subject: str, /) -> User | None:
        """Return the account of an identity at a provider."""
        ...

    def set_disabled(self, user_id: str, at: datetime | None, /) -> None:
        """Disable the account, or with None enable it again; NotFound when there is none."""
        ...

    def load_password_hash(self, user_id: str, /) -> str | None:
        """Return the hash of the password, None for those who sign in elsewhere."""
        ...

    def save_password_hash(self, user_id: str, text: str, /) -> None:
        """Replace the hash of the password; NotFound when there is no such account."""
        ...


class AllSessions(Protocol):
    """Everyone's sessions."""

    def add(self, session: UserSession, /, *, token_hash: str) -> None:
        """Store a session by the hash of its cookie."""
        ...

    def find(self, token_hash: str, /) -> UserSession | None:
        """Return the session of a cookie, ended and expired ones too."""
        ...

    def live(self, ids: Iterable[str], /, *, now: datetime) -> set[str]:
        """Return those not ended, not past their end, and of an account that is not disabled."""
        ...

    def touch(self, ids: Iterable[str], at: datetime, /) -> None:
        """Note that these sessions were used."""
        ...

    def end(self, session_id: str, at: datetime, /) -> bool:
        """End a session and say whether it was there and had not ended yet."""
        ...

    def end_all(self, user_id: str, at: datetime, /) -> list[str]:
        """End every session of an account; return those that had not ended yet."""
        ...

    def purge(self, before: datetime, /) -> int:
        """Delete sessions that ended or expired before a moment."""
        ...


class AllTokens(Protocol):
    """Everyone's API tokens."""

    def find(self, token_hash: str, /) -> ApiToken | None:
        """Return the token of a text, revoked and expired ones too."""
        ...

    def touch(self, token_id: str, at: datetime, /) -> None:
        """Note that the token was used."""
        ...

    def end_all(self, user_id: str, at: datetime, /) -> None:
        """Revoke every token of an account."""
        ...


class SystemWork(Protocol):
    """What is nobody's or everybody's, within one transaction."""

    @property
    def users(self) -> Users:
        """The accounts."""
        ...

    @property
    def sessions(self) -> AllSessions:
        """The sessions."""
        ...

    @property
    def tokens(self) -> AllTokens:
        """The API tokens."""
        ...

    @property
    def audit(self) -> Audit:
        """The whole log."""
        ...


class Store(Protocol):
    """Transactions: the block's end commits, an error undoes all; safe from any thread.

    They must not be nested: the second would wait for the first. All raise StorageUnavailable.
    """

    def as_user(self, user_id: str, /) -> AbstractContextManager[UserWork]:
        """Write as one person."""
        ...

    def read_as(self, user_id: str, /) -> AbstractContextManager[UserWork]:
        """Read as one person."""
        ...

    def as_system(self) -> AbstractContextManager[SystemWork]:
        """Write as the system."""
        ...

    def read_system(self) -> AbstractContextManager[SystemWork]:
        """Read as the system."""
        ...
