"""Exchange connections, which are also their own schedule, and the syncs that ran.

`next_sync_at`, `priority`, `attempts` and the lease decide who syncs next; there is no second queue
to keep in step. Credentials are sealed by the vault, each beside the id of its key; a revoked
connection keeps its row and loses them.
"""

from __future__ import annotations

import sqlalchemy as sa

from core.storage.tables.base import (
    METADATA,
    flag,
    maybe_moment,
    maybe_text,
    moment,
    number,
    one_of,
    owned,
    personal_key,
    text,
)

SEALED_FIELDS = ("api_key", "api_secret", "passphrase")
"""Columns of exchange_connections that hold a sealed value; `<field>_key_id` is beside each."""

EXCHANGE_CONNECTIONS = sa.Table(
    "exchange_connections",
    METADATA,
    *personal_key(),
    text("exchange"),
    text("label"),
    flag("sandbox", default=False),
    text("status", default="active"),
    text("health", default="connected"),
    text("permissions", default="[]"),
    text("key_last4", default=""),
    maybe_text("fingerprint"),
    maybe_text("api_key"),
    maybe_text("api_key_key_id"),
    maybe_text("api_secret"),
    maybe_text("api_secret_key_id"),
    maybe_text("passphrase"),
    maybe_text("passphrase_key_id"),
    flag("auto_sync", default=True),
    number("sync_interval", default=300),
    maybe_moment("next_sync_at"),
    number("priority", default=0),
    number("attempts", default=0),
    maybe_text("lease_token"),
    maybe_moment("lease_until"),
    flag("resync", default=False),
    maybe_moment("last_sync_at"),
    text("last_error", default=""),
    text("last_error_code", default=""),
    moment("created_at"),
    moment("keys_changed_at"),
    maybe_moment("revoked_at"),
    one_of("status", ("active", "disabled", "error")),
    one_of("health", ("connected", "degraded", "error")),
    sa.CheckConstraint("sync_interval > 0", name="sync_interval"),
    sa.Index(None, "next_sync_at"),
    sa.Index(None, "fingerprint"),
)

SYNC_RUNS = sa.Table(
    "sync_runs",
    METADATA,
    *personal_key(),
    text("connection_id"),
    text("kind", default="balances"),
    text("status"),
    moment("started_at"),
    maybe_moment("finished_at"),
    number("attempt", default=1),
    sa.Column("latency_ms", sa.Integer),
    number("assets", default=0),
    number("trades", default=0),
    text("error_code", default=""),
    text("error", default=""),
    owned("connection_id", "exchange_connections"),
    one_of("status", ("running", "ok", "partial", "failed")),
    sa.Index(None, "user_id", "connection_id", "started_at"),
)
