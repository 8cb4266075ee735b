"""Guards inside the database: a log that only grows, and rows that only their owner sees.

Triggers refuse every change of the audit log, and a head that does not count one up. On PostgreSQL
each personal table has a row level security policy, in force for the tables' owner too: a statement
sees the rows of `app.user_id`, or all when `app.scope` is `system`; without either it sees none.
"""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"

LOG, HEAD = "connection_audit_log", "audit_head"
PERSONAL = (
    "sessions",
    "api_tokens",
    "preferences",
    "connection_audit_log",
    "exchange_connections",
    "sync_runs",
    "portfolios",
    "holdings",
    "balance_history",
    "orders",
    "trades",
)
INSTALLATION = ("key_checks", "app_secrets")

SYSTEM = "current_setting('app.scope', true) = 'system'"
USER = "current_setting('app.user_id', true)"

SQLITE_TRIGGERS = {
    "audit_log_never_changes": f"UPDATE ON {LOG}",
    "audit_log_never_shrinks": f"DELETE ON {LOG}",
    "audit_head_never_goes": f"DELETE ON {HEAD}",
    "audit_head_counts_up": f"UPDATE ON {HEAD} WHEN NEW.count <> OLD.count + 1",
}


def upgrade() -> None:
    """Set the guards."""
    if op.get_bind().dialect.name != "postgresql":
        for name, event in SQLITE_TRIGGERS.items():
            op.execute(
                f"CREATE TRIGGER {name} BEFORE {event} "
                "BEGIN SELECT RAISE(ABORT, 'the audit log only grows'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION audit_log_only_grows() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the audit log only grows'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER audit_log_never_changes BEFORE UPDATE OR DELETE OR TRUNCATE ON {LOG} "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_log_only_grows()"
    )
    op.execute(
        f"CREATE TRIGGER audit_head_never_goes BEFORE DELETE OR TRUNCATE ON {HEAD} "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_log_only_grows()"
    )
    op.execute(
        f"CREATE TRIGGER audit_head_counts_up BEFORE UPDATE ON {HEAD} FOR EACH ROW "
        "WHEN (NEW.count <> OLD.count + 1) EXECUTE FUNCTION audit_log_only_grows()"
    )
    guard("users", f"id = {USER} OR {SYSTEM}")
    for table in PERSONAL:
        guard(table, f"user_id = {USER} OR {SYSTEM}")
    for table in INSTALLATION:
        guard(table, SYSTEM)


def guard(table: str, rule: str) -> None:
    """Let statements see and write only rows of `table` that pass `rule`."""
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY only_own ON {table} USING ({rule}) WITH CHECK ({rule})")


def downgrade() -> None:
    """Take the guards away; no row changes."""
    if op.get_bind().dialect.name != "postgresql":
        for name in SQLITE_TRIGGERS:
            op.execute(f"DROP TRIGGER {name}")
        return
    for table in ("users", *PERSONAL, *INSTALLATION):
        op.execute(f"DROP POLICY only_own ON {table}")
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
    op.execute(f"DROP TRIGGER audit_log_never_changes ON {LOG}")
    op.execute(f"DROP TRIGGER audit_head_never_goes ON {HEAD}")
    op.execute(f"DROP TRIGGER audit_head_counts_up ON {HEAD}")
    op.execute("DROP FUNCTION audit_log_only_grows()")
