"""Accounts, sessions, API tokens, preferences, the audit log and the installation's keys."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

TEXT = sa.Text()
TIME = sa.DateTime(timezone=True).with_variant(sa.String(32), "sqlite")
MONEY = sa.Numeric(38, 18).with_variant(sa.String(60), "sqlite")
TABLES = (
    "users",
    "sessions",
    "api_tokens",
    "preferences",
    "connection_audit_log",
    "audit_head",
    "key_checks",
    "app_secrets",
)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "users",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("email", TEXT, nullable=False),
        sa.Column("full_name", TEXT, nullable=False),
        sa.Column("avatar_url", TEXT, nullable=False),
        sa.Column("timezone", TEXT, nullable=False),
        sa.Column("role", TEXT, nullable=False),
        sa.Column("password_hash", TEXT, nullable=True),
        sa.Column("oidc_issuer", TEXT, nullable=True),
        sa.Column("oidc_subject", TEXT, nullable=True),
        sa.Column("disabled_at", TIME, nullable=True),
        sa.Column("created_at", TIME, nullable=False),
        sa.CheckConstraint("id <> ''", name=op.f("ck_users_id")),
        sa.CheckConstraint("role IN ('member', 'admin')", name=op.f("ck_users_role")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("email", name=op.f("uq_users_email")),
        sa.UniqueConstraint(
            "oidc_issuer", "oidc_subject", name=op.f("uq_users_oidc_issuer_oidc_subject")
        ),
    )
    op.create_table(
        "sessions",
        sa.Column("user_id", TEXT, nullable=False),
        sa.Column("id", TEXT, nullable=False),
        sa.Column("token_hash", TEXT, nullable=False),
        sa.Column("method", TEXT, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("seen_at", TIME, nullable=False),
        sa.Column("confirmed_at", TIME, nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
        sa.Column("ip", TEXT, nullable=False),
        sa.Column("user_agent", TEXT, nullable=False),
        sa.Column("ended_at", TIME, nullable=True),
        sa.CheckConstraint("method IN ('password', 'oidc')", name=op.f("ck_sessions_method")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_sessions_user_id")),
        sa.PrimaryKeyConstraint("user_id", "id", name=op.f("pk_sessions")),
        sa.UniqueConstraint("id", name=op.f("uq_sessions_id")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sessions_token_hash")),
    )
    op.create_table(
        "api_tokens",
        sa.Column("user_id", TEXT, nullable=False),
        sa.Column("id", TEXT, nullable=False),
        sa.Column("token_hash", TEXT, nullable=False),
        sa.Column("label", TEXT, nullable=False),
        sa.Column("last4", TEXT, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("expires_at", TIME, nullable=True),
        sa.Column("used_at", TIME, nullable=True),
        sa.Column("revoked_at", TIME, nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_api_tokens_user_id")),
        sa.PrimaryKeyConstraint("user_id", "id", name=op.f("pk_api_tokens")),
        sa.UniqueConstraint("id", name=op.f("uq_api_tokens_id")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_api_tokens_token_hash")),
    )
    op.create_table(
        "preferences",
        sa.Column("user_id", TEXT, nullable=False),
        sa.Column("base_currency", TEXT, nullable=False),
        sa.Column("locale", TEXT, nullable=False),
        sa.Column("palette", TEXT, nullable=False),
        sa.Column("dust", MONEY, nullable=False),
        sa.Column("pages", TEXT, nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_preferences_user_id")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_preferences")),
    )
    op.create_table(
        "connection_audit_log",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("user_id", TEXT, nullable=True),
        sa.Column("at", TIME, nullable=False),
        sa.Column("action", TEXT, nullable=False),
        sa.Column("object", TEXT, nullable=False),
        sa.Column("ip", TEXT, nullable=False),
        sa.Column("user_agent", TEXT, nullable=False),
        sa.Column("details", TEXT, nullable=False),
        sa.Column("prev_hash", TEXT, nullable=False),
        sa.Column("hash", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_connection_audit_log")),
    )
    op.create_index(
        op.f("ix_connection_audit_log_user_id_seq"),
        "connection_audit_log",
        ["user_id", "seq"],
        unique=False,
    )
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("hash", TEXT, nullable=False),
        sa.Column("seal", TEXT, nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_audit_head_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )
    op.create_table(
        "key_checks",
        sa.Column("key_id", TEXT, nullable=False),
        sa.Column("value", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("key_id", name=op.f("pk_key_checks")),
    )
    op.create_table(
        "app_secrets",
        sa.Column("name", TEXT, nullable=False),
        sa.Column("value", TEXT, nullable=False),
        sa.Column("key_id", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_app_secrets")),
    )


def downgrade() -> None:
    """Drop the tables, those that refer to others first."""
    for table in reversed(TABLES):
        op.drop_table(table)
