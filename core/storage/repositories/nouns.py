"""Rows to nouns, in one place; a hash of a password or token never becomes part of a noun."""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa

from core.domain import ApiToken, Preferences, Role, SignInMethod, User, UserSession


def read_user(row: sa.Row[Any]) -> User:
    """Return the user of a row of users."""
    return User(
        id=row.id,
        email=row.email,
        full_name=row.full_name,
        avatar_url=row.avatar_url,
        timezone=row.timezone,
        role=Role(row.role),
        disabled_at=row.disabled_at,
        created_at=row.created_at,
    )


def read_session(row: sa.Row[Any]) -> UserSession:
    """Return the session of a row of sessions."""
    return UserSession(
        id=row.id,
        user_id=row.user_id,
        method=SignInMethod(row.method),
        created_at=row.created_at,
        seen_at=row.seen_at,
        confirmed_at=row.confirmed_at,
        expires_at=row.expires_at,
        ip=row.ip,
        user_agent=row.user_agent,
        ended_at=row.ended_at,
    )


def read_token(row: sa.Row[Any]) -> ApiToken:
    """Return the API token of a row of api_tokens."""
    return ApiToken(
        id=row.id,
        user_id=row.user_id,
        label=row.label,
        last4=row.last4,
        created_at=row.created_at,
        expires_at=row.expires_at,
        used_at=row.used_at,
        revoked_at=row.revoked_at,
    )


def read_preferences(row: sa.Row[Any]) -> Preferences:
    """Return the choices of a row of preferences."""
    return Preferences(
        base_currency=row.base_currency,
        locale=row.locale,
        palette=row.palette,
        dust=row.dust,
        pages=json.loads(row.pages),
    )
