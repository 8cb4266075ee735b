"""One's own audit log, newest first, and the check of the whole chain.

The check looks at everybody's entries but tells only whether they are all there and unchanged.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from core.domain import AuditAction, AuditEntry, AuditRecord
from core.storage import AuditFilter
from core.web.api.asking import Asker, Running
from core.web.api.shapes import AskedMoment, Moment, Wire

router = APIRouter(prefix="/audit", tags=["audit"])

MAX_LIMIT = 500


class AuditQuery(Wire):
    """Which entries; everything left out means all."""

    action: Annotated[tuple[AuditAction, ...], Field(max_length=len(AuditAction))] = ()
    since: AskedMoment | None = None
    until: AskedMoment | None = None
    text: Annotated[str, Field(max_length=200)] = ""
    before: Annotated[int, Field(ge=1, le=2**53)] | None = None
    """Only entries before this `seq`, to read on."""
    limit: Annotated[int, Field(ge=1, le=MAX_LIMIT)] = 100


class WireEntry(Wire):
    """One act, in its place in the chain."""

    seq: int
    at: Moment
    action: AuditAction
    object: str
    ip: str
    user_agent: str
    details: dict[str, str]
    prev_hash: str
    hash: str


class Entries(Wire):
    """Entries, newest first."""

    entries: list[WireEntry]
    next_before: int | None = None
    """Ask with `before` set to it for older ones; absent at the end."""


class Verdict(Wire):
    """Whether the whole log is there and unchanged."""

    intact: bool
    count: int
    broken_at: int | None = None
    reason: str = ""


@router.get("", summary="Read the audit log")
def read_audit(query: Annotated[AuditQuery, Query()], visit: Asker, spectra: Running) -> Entries:
    """Only one's own acts, and what was done to one's account."""
    wanted = audit_filter(
        actions=query.action,
        since=query.since,
        until=query.until,
        text=query.text,
        before=query.before,
        limit=query.limit + 1,
    )
    with spectra.store.read_as(visit.user_id) as work:
        found = work.audit.list(wanted)
    shown = found[: query.limit]
    more = shown[-1].seq if len(found) > query.limit else None
    return Entries(entries=[wire_entry(entry) for entry in shown], next_before=more)


@router.post("/verify", summary="Check the chain of the whole log")
def verify(visit: Asker, spectra: Running) -> Verdict:
    """That it was asked is an entry too."""
    report = spectra.store.verify_audit()
    actor = visit.actor
    with spectra.store.as_user(visit.user_id) as work:
        work.audit.append(
            AuditRecord(
                at=spectra.clock.now(),
                action=AuditAction.AUDIT_VERIFIED,
                user_id=visit.user_id,
                ip=actor.ip,
                user_agent=actor.user_agent,
                details={"result": "intact" if report.intact else "broken"},
            )
        )
    return Verdict(
        intact=report.intact,
        count=report.count,
        broken_at=report.broken_at,
        reason=report.reason,
    )


def audit_filter(
    *,
    actions: tuple[AuditAction, ...],
    since: datetime | None,
    until: datetime | None,
    text: str,
    before: int | None,
    limit: int,
) -> AuditFilter:
    """Return the store's filter for what the wire asks."""
    return AuditFilter(
        actions=actions, since=since, until=until, text=text, before_seq=before, limit=limit
    )


def wire_entry(entry: AuditEntry) -> WireEntry:
    """Return an entry as the wire shows it."""
    record = entry.record
    return WireEntry(
        seq=entry.seq,
        at=record.at,
        action=record.action,
        object=record.object,
        ip=record.ip,
        user_agent=record.user_agent,
        details=dict(record.details),
        prev_hash=entry.prev_hash,
        hash=entry.hash,
    )
