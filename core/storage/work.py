"""What can be done in one transaction: as one person, or as the system. Both end with their block.

Store.as_user → UserWork → profile, sessions, tokens, …   each statement names that person
Store.as_system → SystemWork → users, sessions, …         start-up, sign-in, commands only
"""

from __future__ import annotations

from collections.abc import Iterator

from core.domain import AuditEntry, AuditHead, AuditRecord
from core.errors import StorageUnavailable
from core.storage.audit import AuditFilter, AuditLog
from core.storage.repositories.access import OwnPreferences, OwnSessions, OwnTokens, Profile
from core.storage.repositories.connections import OwnConnections
from core.storage.repositories.keys import KeyChecks, Secrets
from core.storage.repositories.rows import RemovableRows
from core.storage.repositories.sealed import Sealed
from core.storage.repositories.system import Sessions, Tokens, Users
from core.storage.statements import Statements
from core.storage.tables import (
    BALANCE_HISTORY,
    HOLDINGS,
    ORDERS,
    PORTFOLIOS,
    SYNC_RUNS,
    TRADES,
)


class OwnAudit:
    """The entries of one person."""

    def __init__(self, log: AuditLog, user_id: str) -> None:
        self._log = log
        self._user_id = user_id

    def append(self, record: AuditRecord) -> AuditEntry:
        """Write an act of this person down, as the last statement of the act.

        Raises ValueError when the record names somebody else, RuntimeError before the store was
        unlocked.
        """
        if record.user_id != self._user_id:
            raise ValueError("a person's act is written into that person's log")
        return self._log.append(record)

    def list(self, wanted: AuditFilter) -> list[AuditEntry]:
        """Return this person's entries, the newest first."""
        return self._log.list(wanted, user_id=self._user_id)

    def count(self, wanted: AuditFilter) -> int:
        """Return how many entries fit, whatever the limit and the place to start."""
        return self._log.count(wanted, user_id=self._user_id)


class SystemAudit:
    """The whole log."""

    def __init__(self, log: AuditLog) -> None:
        self._log = log

    def append(self, record: AuditRecord) -> AuditEntry:
        """Write an act down, as the last statement of the act; RuntimeError before unlocking."""
        return self._log.append(record)

    def head(self) -> AuditHead:
        """Return where the chain ends; StorageUnavailable when that is missing."""
        head = self._log.head()
        if head is None:
            raise StorageUnavailable("The record of the audit log's length is missing.")
        return head

    def entries(self) -> Iterator[AuditEntry]:
        """Yield the whole log in order, a few hundred entries at a time."""
        return self._log.entries()


class UserWork:
    """Everything of one person, within one transaction."""

    def __init__(self, statements: Statements, user_id: str, *, audit_key: bytes | None) -> None:
        self.user_id = user_id
        self.profile = Profile(statements, user_id)
        self.sessions = OwnSessions(statements, user_id)
        self.tokens = OwnTokens(statements, user_id)
        self.preferences = OwnPreferences(statements, user_id)
        self.audit = OwnAudit(AuditLog(statements, key=audit_key), user_id)
        self.connections = OwnConnections(statements, user_id)
        self.sync_runs = RemovableRows(statements, user_id, SYNC_RUNS)
        self.portfolios = RemovableRows(statements, user_id, PORTFOLIOS)
        self.holdings = RemovableRows(statements, user_id, HOLDINGS)
        self.balance_history = RemovableRows(statements, user_id, BALANCE_HISTORY)
        self.orders = RemovableRows(statements, user_id, ORDERS)
        self.trades = RemovableRows(statements, user_id, TRADES)


class SystemWork:
    """What is nobody's or everybody's, within one transaction."""

    def __init__(self, statements: Statements, *, audit_key: bytes | None) -> None:
        self.users = Users(statements)
        self.sessions = Sessions(statements)
        self.tokens = Tokens(statements)
        self.audit = SystemAudit(AuditLog(statements, key=audit_key))
        self.key_checks = KeyChecks(statements)
        self.sealed = Sealed(statements)
        self.secrets = Secrets(statements)
