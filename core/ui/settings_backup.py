"""The card of backups: make one now, see those there are, and how to get back to one.

A backup holds everybody's data, so only an administrator makes one here. Restoring is a command:
it replaces the database under a stopped server, which no page can do.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import streamlit as st

from core.bootstrap import Spectra
from core.domain import AuditAction, Role
from core.ui.moments import format_ago
from core.ui.numbers import format_bytes
from core.ui.outcome import keep_outcome, show_outcome
from core.ui.page import PageVisit
from core.ui.text import safe_text

_PLACE = "settings-backup"
_SHOWN = 5
_PATTERN = "spectra-*.db"


@dataclass(frozen=True, slots=True)
class BackupFile:
    """One backup on disk."""

    name: str
    size: int
    made_at: datetime


def draw_backups(visit: PageVisit) -> None:
    """Draw the backups there are, and the button that makes one."""
    spectra = visit.spectra
    with st.container(border=True, height="stretch", key="kv-backup", gap="small"):
        if spectra.store.dialect != "sqlite":
            st.subheader("Backup", anchor=False)
            st.markdown("The database is PostgreSQL: back it up with its own tool, such as")
            st.code("pg_dump --format=custom --file=spectra.dump", language=None)
            return
        with st.container(
            horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
        ):
            st.subheader("Backup", anchor=False, width="content")
            wanted = visit.user.role is Role.ADMIN and st.button(
                "Make one now", key=_PLACE, icon=":material/save:"
            )
        if wanted:
            with st.spinner("Copying the database…"):
                keep_outcome(_PLACE, visit.attempt("make a backup", lambda: make_backup(visit)))
        show_outcome(_PLACE)
        files = list(list_backups(spectra))
        _draw_files(files, now=visit.now())
        _draw_way_back(files)
        if visit.user.role is not Role.ADMIN:
            st.markdown(":gray[:small[An administrator makes backups.]]")


def make_backup(visit: PageVisit) -> str:
    """Copy the database into a new file beside it, and write that down."""
    folder = folder_of(visit.spectra)
    folder.mkdir(mode=0o700, exist_ok=True)
    target = folder / f"spectra-{visit.now():%Y%m%d-%H%M%S}.db"
    visit.spectra.store.backup(target)
    with visit.spectra.store.as_user(visit.uid) as work:
        work.audit.append(
            visit.record(AuditAction.BACKUP_MADE, about=target.name, details={"file": target.name})
        )
    return f"Backup made: {target.name}."


def list_backups(spectra: Spectra) -> Iterator[BackupFile]:
    """Yield the backups in the data folder, the newest first."""
    for path in sorted(folder_of(spectra).glob(_PATTERN), reverse=True):
        about = path.stat()
        yield BackupFile(path.name, about.st_size, datetime.fromtimestamp(about.st_mtime, UTC))


def folder_of(spectra: Spectra) -> Path:
    """Return where backups are kept."""
    return spectra.settings.backups


def _draw_files(files: list[BackupFile], *, now: datetime) -> None:
    if not files:
        st.markdown(":gray[No backup yet. One is a single file; making it interrupts nobody.]")
        return
    st.table(
        {
            safe_text(file.name): f"{format_bytes(file.size)} · {format_ago(file.made_at, now=now)}"
            for file in files[:_SHOWN]
        },
        border="horizontal",
    )
    if len(files) > _SHOWN:
        st.markdown(f":gray[:small[and {len(files) - _SHOWN:,} older in the folder backups]]")


def _draw_way_back(files: list[BackupFile]) -> None:
    st.markdown(
        ":gray[:small[To go back to one, stop Spectra and run this with the same settings. The "
        "present database is moved aside, and nothing is touched if the backup is damaged or "
        "needs another key.]]"
    )
    name = files[0].name if files else "spectra-….db"
    st.code(f"python -m core.admin restore {name}", language=None)
