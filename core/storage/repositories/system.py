"""What is not yet, or no longer, one person's business: start-up, sign-in and commands use these.

Nothing a signed-in person asks for comes through here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from core.domain import ApiToken, Role, User, UserSession
from core.errors import InvalidInput, NotFound
from core.storage.repositories.nouns import read_session, read_token, read_user
from core.storage.statements import Statements
from core.storage.tables import API_TOKENS, SESSIONS, USERS

_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Users:
    """Every account."""

    _statements: Statements

    def add(
        self,
        user: User,
        *,
        password_hash: str | None = None,
        subject: tuple[str, str] | None = None,
    ) -> None:
        """Store an account; `subject` is the issuer and subject of OpenID Connect.

        Raises InvalidInput when the e-mail or the subject has an account, ValueError without the
        moment it is made.
        """
        if user.created_at is None:
            raise ValueError("an account is made at some moment")
        issuer, name = subject or (None, None)
        added = self._statements.insert_new(
            USERS,
            {
                "id": user.id,
                "email": _folded(user.email),
                "full_name": user.full_name,
                "avatar_url": user.avatar_url,
                "timezone": user.timezone,
                "role": user.role.value,
                "password_hash": password_hash,
                "oidc_issuer": issuer,
                "oidc_subject": name,
                "disabled_at": user.disabled_at,
                "created_at": user.created_at,
            },
        )
        if not added:
            raise InvalidInput(
                "email", "There is an account with this e-mail already.", cure="Use another one."
            )

    def get(self, user_id: str) -> User:
        """Return the account; NotFound when there is none."""
        return read_user(self._row(user_id))

    def find_by_email(self, email: str) -> tuple[User, str | None] | None:
        """Return the account of an e-mail, with the hash of its password, or None."""
        row = self._statements.first(sa.select(USERS).where(USERS.c.email == _folded(email)))
        return None if row is None else (read_user(row), row.password_hash)

    def find_by_subject(self, issuer: str, subject: str) -> User | None:
        """Return the account of an identity at an OpenID Connect provider, or None."""
        row = self._statements.first(
            sa.select(USERS).where(USERS.c.oidc_issuer == issuer, USERS.c.oidc_subject == subject)
        )
        return None if row is None else read_user(row)

    def list(self) -> list[User]:
        """Return every account, the oldest first."""
        rows = sa.select(USERS).order_by(USERS.c.created_at, USERS.c.id)
        return [read_user(row) for row in self._statements.all(rows)]

    def count(self) -> int:
        """Return how many accounts there are."""
        row = self._statements.first(sa.select(sa.func.count()).select_from(USERS))
        return int(row[0]) if row else 0

    def set_disabled(self, user_id: str, at: datetime | None) -> None:
        """Disable the account, or with None enable it again; NotFound when there is none."""
        self._change(user_id, disabled_at=at)

    def set_role(self, user_id: str, role: Role) -> None:
        """Change what the account may do; NotFound when there is none."""
        self._change(user_id, role=role.value)

    def load_password_hash(self, user_id: str) -> str | None:
        """Return the hash of the password, None for those who sign in elsewhere."""
        found = self._row(user_id).password_hash
        return None if found is None else str(found)

    def save_password_hash(self, user_id: str, text: str) -> None:
        """Replace the hash of the password; NotFound when there is no such account."""
        self._change(user_id, password_hash=text)

    def _row(self, user_id: str) -> sa.Row[Any]:
        row = self._statements.first(sa.select(USERS).where(USERS.c.id == user_id))
        if row is None:
            raise NotFound("There is no such account.")
        return row

    def _change(self, user_id: str, **values: object) -> None:
        statement = sa.update(USERS).where(USERS.c.id == user_id).values(**values)
        if not self._statements.change(statement):
            raise NotFound("There is no such account.")


@dataclass(frozen=True, slots=True)
class Sessions:
    """Every signed-in browser."""

    _statements: Statements

    def add(self, session: UserSession, *, token_hash: str) -> None:
        """Store a session by the hash of its cookie."""
        self._statements.change(
            sa.insert(SESSIONS).values(
                user_id=session.user_id,
                id=session.id,
                token_hash=token_hash,
                method=session.method.value,
                created_at=session.created_at,
                seen_at=session.seen_at,
                confirmed_at=session.confirmed_at,
                expires_at=session.expires_at,
                ip=session.ip,
                user_agent=session.user_agent,
                ended_at=session.ended_at,
            )
        )

    def find(self, token_hash: str) -> UserSession | None:
        """Return the session of a cookie, ended or expired ones too; the caller decides."""
        row = self._statements.first(sa.select(SESSIONS).where(SESSIONS.c.token_hash == token_hash))
        return None if row is None else read_session(row)

    def live(self, ids: Iterable[str], *, now: datetime) -> set[str]:
        """Return those not ended, not past their absolute end, and of an account in use."""
        live: set[str] = set()
        for chunk in _chunks(ids):
            rows = (
                sa.select(SESSIONS.c.id)
                .join(USERS, USERS.c.id == SESSIONS.c.user_id)
                .where(
                    SESSIONS.c.id.in_(chunk),
                    SESSIONS.c.ended_at.is_(None),
                    SESSIONS.c.expires_at > now,
                    USERS.c.disabled_at.is_(None),
                )
            )
            live.update(row.id for row in self._statements.all(rows))
        return live

    def touch(self, ids: Iterable[str], at: datetime) -> None:
        """Note that these sessions were used; never moves a last use back."""
        for chunk in _chunks(ids):
            seen = sa.update(SESSIONS).where(SESSIONS.c.id.in_(chunk), SESSIONS.c.seen_at < at)
            self._statements.change(seen.values(seen_at=at))

    def end(self, session_id: str, at: datetime) -> bool:
        """End a session and say whether it was there and had not ended yet."""
        ending = sa.update(SESSIONS).where(
            SESSIONS.c.id == session_id, SESSIONS.c.ended_at.is_(None)
        )
        return self._statements.change(ending.values(ended_at=at)) == 1

    def end_all(self, user_id: str, at: datetime) -> list[str]:
        """End every session of an account and return the ids of those that had not ended yet."""
        ending = sa.update(SESSIONS).where(
            SESSIONS.c.user_id == user_id, SESSIONS.c.ended_at.is_(None)
        )
        ended = ending.values(ended_at=at).returning(SESSIONS.c.id)
        return [row.id for row in self._statements.all(ended)]

    def purge(self, before: datetime) -> int:
        """Delete sessions that ended or expired before a moment; return how many."""
        over = sa.or_(SESSIONS.c.expires_at < before, SESSIONS.c.ended_at < before)
        return self._statements.change(sa.delete(SESSIONS).where(over))


@dataclass(frozen=True, slots=True)
class Tokens:
    """Every API token."""

    _statements: Statements

    def find(self, token_hash: str) -> ApiToken | None:
        """Return the token of a text, revoked or expired ones too; the caller decides."""
        row = self._statements.first(
            sa.select(API_TOKENS).where(API_TOKENS.c.token_hash == token_hash)
        )
        return None if row is None else read_token(row)

    def touch(self, token_id: str, at: datetime) -> None:
        """Note that the token was used."""
        used = sa.update(API_TOKENS).where(API_TOKENS.c.id == token_id).values(used_at=at)
        self._statements.change(used)

    def end_all(self, user_id: str, at: datetime) -> None:
        """Revoke every token of an account."""
        revoking = sa.update(API_TOKENS).where(
            API_TOKENS.c.user_id == user_id, API_TOKENS.c.revoked_at.is_(None)
        )
        self._statements.change(revoking.values(revoked_at=at))


def _chunks(ids: Iterable[str]) -> Iterable[list[str]]:
    wanted = list(ids)
    return (wanted[start : start + _CHUNK] for start in range(0, len(wanted), _CHUNK))


def _folded(email: str) -> str:
    return email.strip().lower()
