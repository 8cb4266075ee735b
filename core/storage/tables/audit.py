"""The audit log and its head: rows are added, never changed; triggers of both databases see to it.

The log has no tie to users: it outlives whatever it speaks of.
"""

from __future__ import annotations

import sqlalchemy as sa

from core.storage.tables.base import METADATA, maybe_text, moment, text

CONNECTION_AUDIT_LOG = sa.Table(
    "connection_audit_log",
    METADATA,
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
    maybe_text("user_id"),
    moment("at"),
    text("action"),
    text("object"),
    text("ip"),
    text("user_agent"),
    text("details"),
    text("prev_hash"),
    text("hash"),
    sa.Index(None, "user_id", "seq"),
)

AUDIT_HEAD = sa.Table(
    "audit_head",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("count", sa.Integer, nullable=False),
    text("hash"),
    text("seal"),
    sa.CheckConstraint("id = 1", name="id"),
)
