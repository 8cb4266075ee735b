"""One person's exchange connections; credentials leave only sealed, and only when asked for."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from core.storage.repositories.rows import OwnedRows
from core.storage.statements import Statements
from core.storage.tables import EXCHANGE_CONNECTIONS, SEALED_FIELDS

_SEALED_COLUMNS = (*SEALED_FIELDS, *(f"{field}_key_id" for field in SEALED_FIELDS))


class OwnConnections(OwnedRows):
    """Connections are never deleted: revoking keeps the row, its history and the audit."""

    def __init__(self, statements: Statements, user_id: str) -> None:
        hidden = (*_SEALED_COLUMNS, "lease_token")
        super().__init__(statements, user_id, EXCHANGE_CONNECTIONS, hidden=hidden)

    def load_sealed(self, row_id: str) -> dict[str, str]:
        """Return the sealed credentials by field; NotFound when the connection is another's."""
        columns = [EXCHANGE_CONNECTIONS.c[field] for field in SEALED_FIELDS]
        row = self._statements.first(sa.select(*columns).where(*self._is(row_id)))
        if row is None:
            raise self._missing()
        return {field: token for field, token in row._mapping.items() if token is not None}

    def revoke(self, row_id: str, at: datetime) -> None:
        """Overwrite the credentials with nothing and take the connection off the schedule."""
        self.change(
            row_id,
            {
                **dict.fromkeys(_SEALED_COLUMNS),
                "fingerprint": None,
                "status": "disabled",
                "auto_sync": False,
                "next_sync_at": None,
                "lease_token": None,
                "lease_until": None,
                "revoked_at": at,
            },
        )
