"""One person's profile, sessions, API tokens and preferences, for that person to see and change.

No hash of a cookie or token ever leaves.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from core.domain import ApiToken, Preferences, User, UserSession
from core.errors import NotFound
from core.storage.repositories.nouns import (
    read_preferences,
    read_session,
    read_token,
    read_user,
)
from core.storage.statements import Statements
from core.storage.tables import API_TOKENS, PREFERENCES, SESSIONS, USERS

_MAX_LISTED = 200

Ids = list[str]


@dataclass(frozen=True, slots=True)
class Profile:
    """The person's own row of users."""

    _statements: Statements
    _user_id: str

    def load(self) -> User:
        """Return the person; NotFound when the account is unknown."""
        return read_user(self._row())

    def save(self, *, full_name: str, avatar_url: str, timezone: str) -> None:
        """Store what people may change about themselves; NotFound as in `load`."""
        self._change(full_name=full_name, avatar_url=avatar_url, timezone=timezone)

    def load_password_hash(self) -> str | None:
        """Return the hash of the password, None for those who sign in elsewhere."""
        found = self._row().password_hash
        return None if found is None else str(found)

    def save_password_hash(self, text: str) -> None:
        """Replace the hash of the password."""
        self._change(password_hash=text)

    def _row(self) -> sa.Row[tuple[object, ...]]:
        row = self._statements.first(sa.select(USERS).where(USERS.c.id == self._user_id))
        if row is None:
            raise NotFound("There is no such account.")
        return row

    def _change(self, **values: str) -> None:
        statement = sa.update(USERS).where(USERS.c.id == self._user_id).values(**values)
        if not self._statements.change(statement):
            raise NotFound("There is no such account.")


@dataclass(frozen=True, slots=True)
class OwnSessions:
    """The person's signed-in browsers."""

    _statements: Statements
    _user_id: str

    def list(self) -> list[UserSession]:
        """Return sessions, those that ended lately too, the newest first."""
        rows = (
            sa.select(SESSIONS)
            .where(SESSIONS.c.user_id == self._user_id)
            .order_by(SESSIONS.c.created_at.desc(), SESSIONS.c.id)
            .limit(_MAX_LISTED)
        )
        return [read_session(row) for row in self._statements.all(rows)]

    def get(self, session_id: str) -> UserSession:
        """Return one session; NotFound when it is another's or none."""
        row = self._statements.first(sa.select(SESSIONS).where(*self._is(session_id)))
        if row is None:
            raise NotFound("There is no such session.")
        return read_session(row)

    def end(self, session_id: str, at: datetime) -> bool:
        """End a session and say whether it was there and had not ended yet."""
        ending = sa.update(SESSIONS).where(*self._is(session_id), SESSIONS.c.ended_at.is_(None))
        return self._statements.change(ending.values(ended_at=at)) == 1

    def end_all(self, at: datetime, *, keep: str | None) -> Ids:
        """End every session but `keep` and return the ids of those that had not ended yet."""
        ending = sa.update(SESSIONS).where(
            SESSIONS.c.user_id == self._user_id, SESSIONS.c.ended_at.is_(None)
        )
        if keep is not None:
            ending = ending.where(SESSIONS.c.id != keep)
        ended = ending.values(ended_at=at).returning(SESSIONS.c.id)
        return [row.id for row in self._statements.all(ended)]

    def confirm(self, session_id: str, at: datetime) -> None:
        """Note that the person proved who they are; NotFound when the session is another's."""
        proven = sa.update(SESSIONS).where(*self._is(session_id)).values(confirmed_at=at)
        if not self._statements.change(proven):
            raise NotFound("There is no such session.")

    def _is(self, session_id: str) -> tuple[sa.ColumnElement[bool], ...]:
        return SESSIONS.c.user_id == self._user_id, SESSIONS.c.id == session_id


@dataclass(frozen=True, slots=True)
class OwnTokens:
    """The person's API tokens."""

    _statements: Statements
    _user_id: str

    def list(self) -> list[ApiToken]:
        """Return tokens, revoked ones too, the newest first."""
        rows = (
            sa.select(API_TOKENS)
            .where(API_TOKENS.c.user_id == self._user_id)
            .order_by(API_TOKENS.c.created_at.desc(), API_TOKENS.c.id)
            .limit(_MAX_LISTED)
        )
        return [read_token(row) for row in self._statements.all(rows)]

    def add(self, token: ApiToken, *, token_hash: str) -> None:
        """Store a token by its hash; ValueError when it names another person."""
        if token.user_id != self._user_id:
            raise ValueError("a token is stored for the person it belongs to")
        self._statements.change(
            sa.insert(API_TOKENS).values(
                user_id=self._user_id,
                id=token.id,
                token_hash=token_hash,
                label=token.label,
                last4=token.last4,
                created_at=token.created_at,
                expires_at=token.expires_at,
                used_at=token.used_at,
                revoked_at=token.revoked_at,
            )
        )

    def revoke(self, token_id: str, at: datetime) -> bool:
        """Revoke a token and say whether it was there and not revoked yet."""
        revoking = sa.update(API_TOKENS).where(
            API_TOKENS.c.user_id == self._user_id,
            API_TOKENS.c.id == token_id,
            API_TOKENS.c.revoked_at.is_(None),
        )
        return self._statements.change(revoking.values(revoked_at=at)) == 1


@dataclass(frozen=True, slots=True)
class OwnPreferences:
    """What the person has chosen."""

    _statements: Statements
    _user_id: str

    def load(self) -> Preferences:
        """Return the choices; the defaults for who never chose."""
        row = self._statements.first(
            sa.select(PREFERENCES).where(PREFERENCES.c.user_id == self._user_id)
        )
        return Preferences() if row is None else read_preferences(row)

    def save(self, preferences: Preferences) -> None:
        """Replace every choice; InvalidInput when there is no such account."""
        self._statements.upsert(
            PREFERENCES,
            {
                "user_id": self._user_id,
                "base_currency": preferences.base_currency,
                "locale": preferences.locale,
                "palette": preferences.palette,
                "dust": preferences.dust,
                "pages": json.dumps(dict(preferences.pages)),
            },
        )
