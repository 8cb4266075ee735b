"""Everything that is kept: tables, migrations, and repositories bound to one person.

open_store     opens, makes or updates the database → Store
Store          transactions: as_user, read_as → UserWork; as_system, read_system → SystemWork
StoreHealth    whether the database can be used now
AuditFilter    which entries of the audit log to show
SealedValue    one sealed value, for changing keys
read_backup    looks at a backup → BackupFacts; Store.backup makes one → BackupNote
restore        puts a backup in the place of the database → RestoreNote
"""

from core.storage.audit import AuditFilter
from core.storage.backup import BackupFacts, BackupNote, RestoreNote, read_backup, restore
from core.storage.repositories.sealed import SealedValue
from core.storage.store import Store, StoreHealth, open_store
from core.storage.work import SystemWork, UserWork

__all__ = [
    "AuditFilter",
    "BackupFacts",
    "BackupNote",
    "RestoreNote",
    "SealedValue",
    "Store",
    "StoreHealth",
    "SystemWork",
    "UserWork",
    "open_store",
    "read_backup",
    "restore",
]
