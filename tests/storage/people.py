"""Builders: three people with something of each kind, and acts of theirs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from core.domain import (
    ApiToken,
    AuditAction,
    AuditRecord,
    Preferences,
    SignInMethod,
    User,
    UserSession,
)
from core.storage import Store, UserWork

NOW = datetime(2026, 1, 1, tzinfo=UTC)
AUDIT_KEY = b"k" * 32
PEOPLE = ("alice", "bob", "carol")

OWNED = (
    "connections",
    "sync_runs",
    "portfolios",
    "holdings",
    "balance_history",
    "orders",
    "trades",
)


def a_user(user_id: str, **changed: Any) -> User:
    values = {"email": f"{user_id}@example.com", "full_name": user_id.title(), "created_at": NOW}
    return User(user_id, **{**values, **changed})


def a_session(user_id: str, session_id: str = "", **changed: Any) -> UserSession:
    values = {
        "method": SignInMethod.PASSWORD,
        "created_at": NOW,
        "seen_at": NOW,
        "confirmed_at": NOW,
        "expires_at": NOW + timedelta(hours=12),
        "ip": "192.0.2.1",
        "user_agent": "Firefox",
    }
    return UserSession(session_id or f"session-{user_id}", user_id, **{**values, **changed})


def a_token(user_id: str, token_id: str = "", **changed: Any) -> ApiToken:
    values = {"label": f"label of {user_id}", "last4": "wxyz", "created_at": NOW}
    return ApiToken(token_id or f"token-{user_id}", user_id, **{**values, **changed})


def a_record(user_id: str | None, **changed: Any) -> AuditRecord:
    values = {
        "at": NOW,
        "action": AuditAction.SIGN_IN,
        "object": f"thing of {user_id}",
        "ip": "192.0.2.1",
        "user_agent": "Firefox",
    }
    return AuditRecord(user_id=user_id, **{**values, **changed})


def rows_of(user_id: str, *, suffix: str = "") -> dict[str, dict[str, Any]]:
    """Return values of one row for each owned table, in an order that can be stored."""
    portfolio, connection = f"portfolio-{user_id}", f"connection-{user_id}"
    order = f"order-{user_id}{suffix}"
    return {
        "connections": {
            "id": f"{connection}{suffix}",
            "exchange": "binance",
            "label": f"label of {user_id}",
            "api_key": f"sealed key of {user_id}",
            "api_key_key_id": "k1",
            "api_secret": f"sealed secret of {user_id}",
            "api_secret_key_id": "k1",
            "created_at": NOW,
            "keys_changed_at": NOW,
        },
        "portfolios": {
            "id": f"{portfolio}{suffix}",
            "name": f"Main{suffix} of {user_id}",
            "created_at": NOW,
        },
        "sync_runs": {
            "id": f"run-{user_id}{suffix}",
            "connection_id": connection,
            "status": "ok",
            "started_at": NOW,
        },
        "holdings": {
            "id": f"holding-{user_id}{suffix}",
            "portfolio_id": portfolio,
            "connection_id": connection,
            "token_id": "btc",
            "wallet": "earn" if suffix else "spot",
            "amount": Decimal("0.123456789012345678"),
            "updated_at": NOW,
        },
        "balance_history": {
            "id": f"history-{user_id}{suffix}",
            "portfolio_id": portfolio,
            "at": NOW,
            "value": Decimal("12345678901234567890.5"),
        },
        "orders": {
            "id": order,
            "mode": "paper",
            "client_order_id": f"client-{order}",
            "product_id": "BTC-USD",
            "side": "buy",
            "type": "limit",
            "status": "open",
            "base_size": Decimal("0.1"),
            "filled": Decimal(0),
            "created_at": NOW,
            "updated_at": NOW,
        },
        "trades": {
            "id": f"trade-{user_id}{suffix}",
            "connection_id": connection,
            "order_id": f"order-{user_id}",
            "mode": "paper",
            "venue_trade_id": f"venue-{user_id}{suffix}",
            "product_id": "BTC-USD",
            "side": "buy",
            "amount": Decimal("0.05"),
            "at": NOW,
        },
    }


def populate(store: Store) -> None:
    """Give alice, bob and carol one of everything; the store must be unlocked."""
    with store.as_system() as work:
        for person in PEOPLE:
            work.users.add(a_user(person), password_hash=f"hash of {person}")
            work.sessions.add(a_session(person), token_hash=f"cookie hash of {person}")
        work.key_checks.save("k1", "check")
        work.secrets.add("audit-key", token="sealed", key_id="k1")
        work.audit.append(a_record(None))
    add_token_btc(store)
    for person in PEOPLE:
        with store.as_user(person) as own:
            own.preferences.save(Preferences(pages={"heatmap.search": f"typed by {person}"}))
            own.tokens.add(a_token(person), token_hash=f"token hash of {person}")
            for name, values in rows_of(person).items():
                rows(own, name).add(values)
            own.audit.append(a_record(person))


def rows(work: UserWork, name: str) -> Any:
    """Return one of the repositories of owned rows."""
    return getattr(work, name)


def add_token_btc(store: Store) -> None:
    # Until assets have a repository of their own.
    with store._transaction(None, store._engines.writer) as statements:
        from core.storage.tables import TOKENS

        statements.insert_new(TOKENS, {"id": "btc", "symbol": "BTC", "name": "Bitcoin"})


def everything(store: Store) -> Mapping[str, list[tuple[Any, ...]]]:
    """Return every row of every table, as it is stored, in the order of the keys."""
    import sqlalchemy as sa

    from core.storage.tables import METADATA

    with store._transaction(None, store._engines.reader) as statements:
        return {
            table.name: [
                tuple(row) for row in statements.all(sa.select(table).order_by(*table.primary_key))
            ]
            for table in METADATA.sorted_tables
        }
