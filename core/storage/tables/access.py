"""Who may come in, and by which key; none of these columns holds anything that opens a door."""

from __future__ import annotations

import sqlalchemy as sa

from core.domain import Role, SignInMethod
from core.storage.tables.base import (
    METADATA,
    maybe_moment,
    maybe_text,
    moment,
    money,
    one_of,
    personal_key,
    text,
)
from core.storage.types import PlainText

USERS = sa.Table(
    "users",
    METADATA,
    sa.Column("id", PlainText, primary_key=True),
    text("email"),
    text("full_name"),
    text("avatar_url"),
    text("timezone"),
    text("role"),
    maybe_text("password_hash"),
    maybe_text("oidc_issuer"),
    maybe_text("oidc_subject"),
    maybe_moment("disabled_at"),
    moment("created_at"),
    sa.UniqueConstraint("email"),
    sa.UniqueConstraint("oidc_issuer", "oidc_subject"),
    sa.CheckConstraint("id <> ''", name="id"),
    one_of("role", Role),
)

SESSIONS = sa.Table(
    "sessions",
    METADATA,
    *personal_key(),
    text("token_hash"),
    text("method"),
    moment("created_at"),
    moment("seen_at"),
    moment("confirmed_at"),
    moment("expires_at"),
    text("ip"),
    text("user_agent"),
    maybe_moment("ended_at"),
    sa.UniqueConstraint("token_hash"),
    sa.UniqueConstraint("id"),
    one_of("method", SignInMethod),
)

API_TOKENS = sa.Table(
    "api_tokens",
    METADATA,
    *personal_key(),
    text("token_hash"),
    text("label"),
    text("last4"),
    moment("created_at"),
    maybe_moment("expires_at"),
    maybe_moment("used_at"),
    maybe_moment("revoked_at"),
    sa.UniqueConstraint("token_hash"),
    sa.UniqueConstraint("id"),
)

PREFERENCES = sa.Table(
    "preferences",
    METADATA,
    sa.Column("user_id", PlainText, sa.ForeignKey("users.id"), primary_key=True),
    text("base_currency"),
    text("locale"),
    text("palette"),
    money("dust"),
    text("pages"),
)
