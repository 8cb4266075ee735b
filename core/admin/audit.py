"""verify-audit: walks the whole audit log and says where it stops fitting.

A log put back to an older state, head and all, fits: note the count and hash this prints somewhere
else, and give them to --expect next time.
"""

from __future__ import annotations

import argparse
import re
import sys
from dataclasses import dataclass
from typing import Any

from core.bootstrap import Services, open_services
from core.domain import AuditAction, AuditRecord
from core.settings import Settings

_NOTE = re.compile(r"(\d{1,18}):([0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class Note:
    """Where a log ended when it was last looked at."""

    count: int
    hash: str


def add_to(commands: Any) -> None:
    """Add the command of this module to argparse's subcommands."""
    verify = commands.add_parser("verify-audit", help="check the audit log's chain of hashes")
    verify.add_argument(
        "--expect", type=_note, metavar="COUNT:HASH", help="what an earlier check printed"
    )
    verify.set_defaults(command=_verify)


def _verify(settings: Settings, options: argparse.Namespace) -> int:
    with open_services(settings) as services:
        problem = _problem(services, options.expect)
        if problem:
            print(f"spectra: the audit log was tampered with: {problem}.", file=sys.stderr)
            return 1
        with services.store.as_system() as work:
            work.audit.append(
                AuditRecord(
                    at=services.clock.now(),
                    action=AuditAction.AUDIT_VERIFIED,
                    user_id=None,
                    user_agent="core.admin",
                )
            )
            head = work.audit.head()
    print(f"intact {head.count}:{head.hash}")
    return 0


def _problem(services: Services, expected: Note | None) -> str:
    report = services.store.verify_audit()
    if not report.intact:
        return report.reason
    if expected is None or expected.count == 0:
        return ""
    with services.store.read_system() as work:
        for entry in work.audit.entries():
            if entry.seq == expected.count:
                same = entry.hash == expected.hash
                return "" if same else f"entry {entry.seq} is not the one noted"
    return f"it has {report.count} entries, and had {expected.count} when that was noted"


def _note(text: str) -> Note:
    found = _NOTE.fullmatch(text)
    if found is None:
        raise argparse.ArgumentTypeError("not of the form COUNT:HASH, such as verify-audit prints")
    return Note(int(found[1]), found[2])
