"""backup, restore: a whole copy of the database, and the way back.

The encryption key is in no backup. A restore looks at everything first, the key too, and then puts
the old file aside; when it refuses, nothing has changed.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from core.bootstrap import Services, database_url, open_keys, open_services
from core.clock import SystemClock
from core.domain import AuditAction, AuditRecord
from core.settings import Settings
from core.storage import restore
from core.vault import check_keys


def add_to(commands: Any) -> None:
    """Add the commands of this module to argparse's subcommands."""
    for name, act, purpose in (
        ("backup", _backup, "write a copy of the database to a new file"),
        ("restore", _restore, "check a backup and put it in place, the old file aside"),
    ):
        parser = commands.add_parser(name, help=purpose)
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.set_defaults(command=act)


def _backup(settings: Settings, options: argparse.Namespace) -> int:
    with open_services(settings) as services:
        note = services.store.backup(options.file)
        _write_down(services, AuditAction.BACKUP_MADE, options.file)
    print(f"wrote {note.path} ({note.size_bytes:,} bytes); the encryption key is not in it")
    return 0


def _restore(settings: Settings, options: argparse.Namespace) -> int:
    vault = open_keys(settings)
    file = _find(options.file, settings.backups)
    note = restore(
        file,
        url=database_url(settings),
        clock=SystemClock(),
        accept=lambda facts: check_keys(vault, facts.key_checks),
    )
    with open_services(settings) as services:
        _end_sessions(services)
        _write_down(services, AuditAction.BACKUP_RESTORED, file)
    print(f"restored {file}" + (f"; the file before is {note.kept}" if note.kept else ""))
    print("all sessions ended; accounts and API tokens are as they were when it was made")
    return 0


def _find(file: Path, backups: Path) -> Path:
    """Return the file; a bare name, as the Settings page prints it, may be one of its backups."""
    kept = backups / file.name
    bare = file == Path(file.name)
    return kept if bare and not file.exists() and kept.exists() else file


def _end_sessions(services: Services) -> None:
    """End what was signed in when the backup was made: it may have been ended since."""
    with services.store.as_system() as work:
        for user in work.users.list():
            work.sessions.end_all(user.id, services.clock.now())


def _write_down(services: Services, action: AuditAction, file: Path) -> None:
    record = AuditRecord(
        at=services.clock.now(),
        action=action,
        user_id=None,
        object=file.name,
        user_agent="core.admin",
    )
    with services.store.as_system() as work:
        work.audit.append(record)
