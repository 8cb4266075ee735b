"""What PostgreSQL needs and SQLite does not: who asks, on every transaction, and a role it binds.

The settings last as long as the transaction, so a connection that is used again knows nobody.
"""

from __future__ import annotations

import sqlalchemy as sa

from core.errors import ConfigurationError

_WHO = sa.text(
    "SELECT set_config('app.user_id', :user, true), set_config('app.scope', :scope, true)"
)
_ROLE = sa.text("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")


def identify(connection: sa.Connection, user_id: str | None) -> None:
    """Show this transaction the rows of one person; with None, as the system, all rows."""
    scope = "system" if user_id is None else "user"
    connection.execute(_WHO, {"user": user_id or "", "scope": scope})


def forbid_writing(connection: sa.Connection) -> None:
    """Make this transaction one that reads, and sees one moment of the database throughout."""
    connection.execute(sa.text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))


def check_role(connection: sa.Connection) -> None:
    """Raise ConfigurationError for a role that row level security does not bind."""
    if connection.execute(_ROLE).scalar():
        raise ConfigurationError(
            "DATABASE_URL",
            "its role is a superuser or bypasses row level security, so people would not be kept "
            "apart.",
            cure="Use a role of its own: CREATE ROLE spectra LOGIN NOSUPERUSER NOBYPASSRLS.",
        )
