"""Connections, syncs, portfolios, holdings, their history, orders and trades."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

TEXT = sa.Text()
TIME = sa.DateTime(timezone=True).with_variant(sa.String(32), "sqlite")
MONEY = sa.Numeric(38, 18).with_variant(sa.String(60), "sqlite")
TABLES = (
    "exchange_connections",
    "sync_runs",
    "tokens",
    "portfolios",
    "holdings",
    "balance_history",
    "orders",
    "trades",
)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "exchange_connections",
        sa.Column("user_id", TEXT, nullable=False),
        sa.Column("id", TEXT, nullable=False),
        sa.Column("exchange", TEXT, nullable=False),
        sa.Column("label", TEXT, nullable=False),
        sa.Column("sandbox", sa.Boolean(), nullable=False),
        sa.Column("status", TEXT, nullable=False),
        sa.Column("health", TEXT, nullable=False),
        sa.Column("permissions", TEXT, nullable=False),
        sa.Column("key_last4", TEXT, nullable=False),
        sa.Column("fingerprint", TEXT, nullable=True),
        sa.Column("api_key", TEXT, nullable=True),
        sa.Column("api_key_key_id", TEXT, nullable=True),
        sa.Column("api_secret", TEXT, nullable=True),
        sa.Column("api_secret_key_id", TEXT, nullable=True),
        sa.Column("passphrase", TEXT, nullable=True),
        sa.Column("passphrase_key_id", TEXT, nullable=True),
        sa.Column("auto_sync", sa.Boolean(), nullable=False),
        sa.Column("sync_interval", sa.Integer(), nullable=False),
        sa.Column("next_sync_at", TIME, nullable=True),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease_token", TEXT, nullable=True),
        sa.Column("lease_until", TIME, nullable=True),
        sa.Column("resync", sa.Boolean(), nullable=False),
        sa.Column("last_sync_at", TIME, nullable=True),
        sa.Column("last_error", TEXT, nullable=False),
        sa.Column("last_error_code", TEXT, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("keys_changed_at", TIME, nullable=False),
        sa.Column("revoked_at", TIME, nullable=True),
        sa.CheckConstraint(
            "health IN ('connected', 'degraded', 'error')",
            name=op.f("ck_exchange_connections_health"),
        ),
        sa.CheckConstraint(
            "status IN ('active', 'disabled', 'error')", name=op.f("ck_exchange_connections_status")
        ),
        sa.CheckConstraint("sync_interval > 0", name=op.f("ck_exchange_connections_sync_interval")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_exchange_connections_user_id")
        ),
        sa.PrimaryKeyConstraint("user_id", "id", name=op.f("pk_exchange_connections")),
    )
    op.create_index(
        op.f("ix_exchange_connections_fingerprint"),
        "exchange_connections",
        ["fingerprint"],
        unique=False,
    )
    op.create_index(
        op.f("ix_exchange_connections_next_sync_at"),
        "exchange_connections",
        ["next_sync_at"],
        unique=False,
    )
    op.create_table(
        "sync_runs",
        sa.Column("user_id", TEXT, nullable=False),
        sa.Column("id", TEXT, nullable=False),
        sa.Column("connection_id", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("status", TEXT, nullable=False),
        sa.Column("started_at", TIME, nullable=False),
        sa.Column("finished_at", TIME, nullable=True),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("latency_ms", sa.Integer(), nullable=True),
        sa.Column("assets", sa.Integer(), nullable=False),
        sa.Column("trades", sa.Integer(), nullable=False),
        sa.Column("error_code", TEXT, nullable=False),
        sa.Column("error", TEXT, nullable=False),
        sa.CheckConstraint(
            "status IN ('running', 'ok', 'partial', 'failed')", name=op.f("ck_sync_runs_status")
        ),
        sa.ForeignKeyConstraint(
            ["user_id", "connection_id"],
            ["exchange_connections.user_id", "exchange_connections.id"],
            name=op.f("fk_sync_runs_user_id_connection_id"),
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_sync_runs_user_id")),
        sa.PrimaryKeyConstraint("user_id", "id", name=op.f("pk_sync_runs")),
    )
    op.create_index(
        op.f("ix_sync_runs_user_id_connection_id_started_at"),
        "sync_runs",
        ["user_id", "connection_id", "started_at"],
        unique=False,
    )
    op.create_table(
        "tokens",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("symbol", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("blockchain", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tokens")),
        sa.UniqueConstraint("symbol", "blockchain", name=op.f("uq_tokens_symbol_blockchain")),
    )
    op.create_table(
        "portfolios",
        sa.Column("user_id", TEXT, nullable=False),
        sa.Column("id", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_portfolios_user_id")),
        sa.PrimaryKeyConstraint("user_id", "id", name=op.f("pk_portfolios")),
        sa.UniqueConstraint("user_id", "name", name=op.f("uq_portfolios_user_id_name")),
    )
    op.create_table(
        "holdings",
        sa.Column("user_id", TEXT, nullable=False),
        sa.Column("id", TEXT, nullable=False),
        sa.Column("portfolio_id", TEXT, nullable=False),
        sa.Column("connection_id", TEXT, nullable=False),
        sa.Column("token_id", TEXT, nullable=False),
        sa.Column("wallet", TEXT, nullable=False),
        sa.Column("amount", MONEY, nullable=False),
        sa.Column("free", MONEY, nullable=True),
        sa.Column("used", MONEY, nullable=True),
        sa.Column("source", TEXT, nullable=False),
        sa.Column("stale", sa.Boolean(), nullable=False),
        sa.Column("updated_at", TIME, nullable=False),
        sa.CheckConstraint("source IN ('rest', 'websocket')", name=op.f("ck_holdings_source")),
        sa.CheckConstraint(
            "wallet IN ('spot', 'funding', 'earn')", name=op.f("ck_holdings_wallet")
        ),
        sa.ForeignKeyConstraint(["token_id"], ["tokens.id"], name=op.f("fk_holdings_token_id")),
        sa.ForeignKeyConstraint(
            ["user_id", "connection_id"],
            ["exchange_connections.user_id", "exchange_connections.id"],
            name=op.f("fk_holdings_user_id_connection_id"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id", "portfolio_id"],
            ["portfolios.user_id", "portfolios.id"],
            name=op.f("fk_holdings_user_id_portfolio_id"),
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_holdings_user_id")),
        sa.PrimaryKeyConstraint("user_id", "id", name=op.f("pk_holdings")),
        sa.UniqueConstraint(
            "user_id",
            "portfolio_id",
            "token_id",
            "connection_id",
            "wallet",
            name=op.f("uq_holdings_user_id_portfolio_id_token_id_connection_id_wallet"),
        ),
    )
    op.create_table(
        "balance_history",
        sa.Column("user_id", TEXT, nullable=False),
        sa.Column("id", TEXT, nullable=False),
        sa.Column("portfolio_id", TEXT, nullable=False),
        sa.Column("connection_id", TEXT, nullable=True),
        sa.Column("token_id", TEXT, nullable=True),
        sa.Column("at", TIME, nullable=False),
        sa.Column("amount", MONEY, nullable=True),
        sa.Column("value", MONEY, nullable=True),
        sa.Column("currency", TEXT, nullable=False),
        sa.ForeignKeyConstraint(
            ["token_id"], ["tokens.id"], name=op.f("fk_balance_history_token_id")
        ),
        sa.ForeignKeyConstraint(
            ["user_id", "connection_id"],
            ["exchange_connections.user_id", "exchange_connections.id"],
            name=op.f("fk_balance_history_user_id_connection_id"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id", "portfolio_id"],
            ["portfolios.user_id", "portfolios.id"],
            name=op.f("fk_balance_history_user_id_portfolio_id"),
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_balance_history_user_id")),
        sa.PrimaryKeyConstraint("user_id", "id", name=op.f("pk_balance_history")),
    )
    op.create_index(
        op.f("ix_balance_history_user_id_portfolio_id_at"),
        "balance_history",
        ["user_id", "portfolio_id", "at"],
        unique=False,
    )
    op.create_table(
        "orders",
        sa.Column("user_id", TEXT, nullable=False),
        sa.Column("id", TEXT, nullable=False),
        sa.Column("connection_id", TEXT, nullable=True),
        sa.Column("mode", TEXT, nullable=False),
        sa.Column("client_order_id", TEXT, nullable=False),
        sa.Column("venue_order_id", TEXT, nullable=True),
        sa.Column("idempotency_key", TEXT, nullable=True),
        sa.Column("product_id", TEXT, nullable=False),
        sa.Column("side", TEXT, nullable=False),
        sa.Column("type", TEXT, nullable=False),
        sa.Column("time_in_force", TEXT, nullable=False),
        sa.Column("post_only", sa.Boolean(), nullable=False),
        sa.Column("base_size", MONEY, nullable=True),
        sa.Column("quote_size", MONEY, nullable=True),
        sa.Column("limit_price", MONEY, nullable=True),
        sa.Column("stop_price", MONEY, nullable=True),
        sa.Column("status", TEXT, nullable=False),
        sa.Column("filled", MONEY, nullable=False),
        sa.Column("average_price", MONEY, nullable=True),
        sa.Column("fee", MONEY, nullable=True),
        sa.Column("reason", TEXT, nullable=False),
        sa.Column("request", TEXT, nullable=True),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("sent_at", TIME, nullable=True),
        sa.Column("updated_at", TIME, nullable=False),
        sa.CheckConstraint("mode IN ('paper', 'live')", name=op.f("ck_orders_mode")),
        sa.CheckConstraint("side IN ('buy', 'sell')", name=op.f("ck_orders_side")),
        sa.CheckConstraint(
            "status IN ('draft', 'confirmed', 'sending', 'submitted', 'open', "
            "'partially_filled', 'filled', 'cancelled', 'rejected', "
            "'expired', 'unknown', 'not_placed')",
            name=op.f("ck_orders_status"),
        ),
        sa.CheckConstraint(
            "type IN ('market', 'limit', 'stop_limit')", name=op.f("ck_orders_type")
        ),
        sa.ForeignKeyConstraint(
            ["user_id", "connection_id"],
            ["exchange_connections.user_id", "exchange_connections.id"],
            name=op.f("fk_orders_user_id_connection_id"),
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_orders_user_id")),
        sa.PrimaryKeyConstraint("user_id", "id", name=op.f("pk_orders")),
        sa.UniqueConstraint("client_order_id", name=op.f("uq_orders_client_order_id")),
        sa.UniqueConstraint(
            "user_id", "idempotency_key", name=op.f("uq_orders_user_id_idempotency_key")
        ),
    )
    op.create_index(op.f("ix_orders_user_id_status"), "orders", ["user_id", "status"], unique=False)
    op.create_table(
        "trades",
        sa.Column("user_id", TEXT, nullable=False),
        sa.Column("id", TEXT, nullable=False),
        sa.Column("connection_id", TEXT, nullable=True),
        sa.Column("order_id", TEXT, nullable=True),
        sa.Column("mode", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("venue_trade_id", TEXT, nullable=True),
        sa.Column("product_id", TEXT, nullable=False),
        sa.Column("side", TEXT, nullable=True),
        sa.Column("amount", MONEY, nullable=False),
        sa.Column("price", MONEY, nullable=True),
        sa.Column("cost", MONEY, nullable=True),
        sa.Column("fee", MONEY, nullable=True),
        sa.Column("fee_asset", TEXT, nullable=True),
        sa.Column("source", TEXT, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.CheckConstraint(
            "kind IN ('trade', 'deposit', 'withdrawal', 'fee', 'reward')",
            name=op.f("ck_trades_kind"),
        ),
        sa.CheckConstraint("mode IN ('paper', 'live')", name=op.f("ck_trades_mode")),
        sa.CheckConstraint(
            "source IN ('rest', 'websocket', 'csv', 'manual', 'paper')",
            name=op.f("ck_trades_source"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id", "connection_id"],
            ["exchange_connections.user_id", "exchange_connections.id"],
            name=op.f("fk_trades_user_id_connection_id"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id", "order_id"],
            ["orders.user_id", "orders.id"],
            name=op.f("fk_trades_user_id_order_id"),
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_trades_user_id")),
        sa.PrimaryKeyConstraint("user_id", "id", name=op.f("pk_trades")),
        sa.UniqueConstraint(
            "user_id",
            "connection_id",
            "kind",
            "venue_trade_id",
            name=op.f("uq_trades_user_id_connection_id_kind_venue_trade_id"),
        ),
    )
    op.create_index(op.f("ix_trades_user_id_at"), "trades", ["user_id", "at"], unique=False)


def downgrade() -> None:
    """Drop the tables, those that refer to others first."""
    for table in reversed(TABLES):
        op.drop_table(table)
