"""What people own: assets known, portfolios, holdings now, and what they were worth before."""

from __future__ import annotations

import sqlalchemy as sa

from core.storage.tables.base import (
    METADATA,
    flag,
    maybe_money,
    maybe_text,
    moment,
    money,
    one_of,
    owned,
    personal_key,
    text,
)
from core.storage.types import PlainText

TOKENS = sa.Table(
    "tokens",
    METADATA,
    sa.Column("id", PlainText, primary_key=True),
    text("symbol"),
    text("name"),
    text("blockchain", default=""),
    sa.UniqueConstraint("symbol", "blockchain"),
)

PORTFOLIOS = sa.Table(
    "portfolios",
    METADATA,
    *personal_key(),
    text("name"),
    moment("created_at"),
    sa.UniqueConstraint("user_id", "name"),
)

HOLDINGS = sa.Table(
    "holdings",
    METADATA,
    *personal_key(),
    text("portfolio_id"),
    text("connection_id"),
    sa.Column("token_id", PlainText, sa.ForeignKey("tokens.id"), nullable=False),
    text("wallet", default="spot"),
    money("amount"),
    maybe_money("free"),
    maybe_money("used"),
    text("source", default="rest"),
    flag("stale", default=False),
    moment("updated_at"),
    owned("portfolio_id", "portfolios"),
    owned("connection_id", "exchange_connections"),
    sa.UniqueConstraint("user_id", "portfolio_id", "token_id", "connection_id", "wallet"),
    one_of("wallet", ("spot", "funding", "earn")),
    one_of("source", ("rest", "websocket")),
)

BALANCE_HISTORY = sa.Table(
    "balance_history",
    METADATA,
    *personal_key(),
    text("portfolio_id"),
    maybe_text("connection_id"),
    sa.Column("token_id", PlainText, sa.ForeignKey("tokens.id")),
    moment("at"),
    maybe_money("amount"),
    maybe_money("value"),
    text("currency", default="USD"),
    owned("portfolio_id", "portfolios"),
    owned("connection_id", "exchange_connections"),
    sa.Index(None, "user_id", "portfolio_id", "at"),
)
