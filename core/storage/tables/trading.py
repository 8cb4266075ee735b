"""Orders from intent to outcome, and every fill, deposit and withdrawal.

Paper and live are told apart on each row and never change; a client order id is used once.
"""

from __future__ import annotations

import sqlalchemy as sa

from core.storage.tables.base import (
    METADATA,
    flag,
    maybe_moment,
    maybe_money,
    maybe_text,
    moment,
    money,
    one_of,
    owned,
    personal_key,
    text,
)

MODES = ("paper", "live")

ORDERS = sa.Table(
    "orders",
    METADATA,
    *personal_key(),
    maybe_text("connection_id"),
    text("mode"),
    text("client_order_id"),
    maybe_text("venue_order_id"),
    maybe_text("idempotency_key"),
    text("product_id"),
    text("side"),
    text("type"),
    text("time_in_force", default="gtc"),
    flag("post_only", default=False),
    maybe_money("base_size"),
    maybe_money("quote_size"),
    maybe_money("limit_price"),
    maybe_money("stop_price"),
    text("status"),
    money("filled"),
    maybe_money("average_price"),
    maybe_money("fee"),
    text("reason", default=""),
    maybe_text("request"),
    moment("created_at"),
    maybe_moment("sent_at"),
    moment("updated_at"),
    owned("connection_id", "exchange_connections"),
    sa.UniqueConstraint("client_order_id"),
    sa.UniqueConstraint("user_id", "idempotency_key"),
    one_of("mode", MODES),
    one_of("side", ("buy", "sell")),
    one_of("type", ("market", "limit", "stop_limit")),
    one_of(
        "status",
        (
            "draft",
            "confirmed",
            "sending",
            "submitted",
            "open",
            "partially_filled",
            "filled",
            "cancelled",
            "rejected",
            "expired",
            "unknown",
            "not_placed",
        ),
    ),
    sa.Index(None, "user_id", "status"),
)

TRADES = sa.Table(
    "trades",
    METADATA,
    *personal_key(),
    maybe_text("connection_id"),
    maybe_text("order_id"),
    text("mode"),
    text("kind", default="trade"),
    maybe_text("venue_trade_id"),
    text("product_id"),
    maybe_text("side"),
    money("amount"),
    maybe_money("price"),
    maybe_money("cost"),
    maybe_money("fee"),
    maybe_text("fee_asset"),
    text("source", default="rest"),
    moment("at"),
    owned("connection_id", "exchange_connections"),
    owned("order_id", "orders"),
    sa.UniqueConstraint("user_id", "connection_id", "kind", "venue_trade_id"),
    one_of("mode", MODES),
    one_of("kind", ("trade", "deposit", "withdrawal", "fee", "reward")),
    one_of("source", ("rest", "websocket", "csv", "manual", "paper")),
    sa.Index(None, "user_id", "at"),
)
