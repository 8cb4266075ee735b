"""The audit log in the database: each act is linked to the one before, in the transaction it is of.

    record → cleaned → linked to the head (locked) → row and new head, or neither

Appending comes last in an act, so that on PostgreSQL all acts wait for the head in the same order.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from core.domain import AuditAction, AuditEntry, AuditHead, AuditRecord, empty_head, link
from core.errors import ConfigurationError, StorageUnavailable
from core.storage.statements import Statements
from core.storage.tables import AUDIT_HEAD, CONNECTION_AUDIT_LOG

_C = CONNECTION_AUDIT_LOG.c
_MAX_USER_AGENT = 256
_MAX_TEXT = 1000
_UNREADABLE = AuditRecord(datetime.min.replace(tzinfo=UTC), AuditAction.AUDIT_VERIFIED, None)


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which entries to show: newest first, at most `limit`, all conditions at once."""

    actions: tuple[AuditAction, ...] = ()
    """Empty means every action."""
    since: datetime | None = None
    until: datetime | None = None
    """The first moment that is no longer shown."""
    text: str = ""
    """Found anywhere in the object, address, browser or details, whatever the case."""
    before_seq: int | None = None
    limit: int = 100


class AuditLog:
    """The log within one transaction; `key` is None before the store was unlocked."""

    def __init__(self, statements: Statements, *, key: bytes | None) -> None:
        self._statements = statements
        self._key = key

    def append(self, record: AuditRecord) -> AuditEntry:
        """Add the record at the end and return it in its place, cleaned.

        Raises RuntimeError before `Store.unlock_audit`.
        """
        if self._key is None:
            raise RuntimeError("unlock_audit comes before anything that is audited")
        entry, head = link(self._key, self._locked_head(), _cleaned(record))
        self._statements.change(sa.insert(CONNECTION_AUDIT_LOG).values(**_row(entry)))
        self._statements.change(
            sa.update(AUDIT_HEAD).values(count=head.count, hash=head.hash, seal=head.seal)
        )
        return entry

    def head(self) -> AuditHead | None:
        """Return where the chain ends, None when that was deleted or never made."""
        return _head(self._statements.first(_HEAD))

    def make_head(self, key: bytes, *, continued: bool) -> None:
        """Make the head of a new log; ConfigurationError if it has entries, or had a head."""
        if continued or self._statements.first(sa.select(_C.seq).limit(1)):
            raise ConfigurationError(
                "DATABASE_URL",
                "the record of the audit log's length was deleted.",
                cure="Restore a backup.",
            )
        head = empty_head(key)
        self._statements.insert_new(
            AUDIT_HEAD, {"id": 1, "count": head.count, "hash": head.hash, "seal": head.seal}
        )

    def entries(self) -> Iterator[AuditEntry]:
        """Yield every entry by `seq`; a row that cannot be read comes as one that cannot fit."""
        columns: list[sa.ColumnElement[Any]] = list(_C)
        if not self._statements.on_postgresql:
            # As it is written: one that is no moment at all must not end the walk.
            columns = [column for column in _C if column is not _C.at]
            columns.append(sa.type_coerce(_C.at, sa.Text).label("at"))
        for row in self._statements.stream(sa.select(*columns).order_by(_C.seq)):
            yield _entry(row._mapping)

    def list(self, wanted: AuditFilter, *, user_id: str | None) -> list[AuditEntry]:
        """Return entries newest first; those of `user_id` only, unless it is None."""
        rows = sa.select(CONNECTION_AUDIT_LOG).where(*_conditions(wanted, user_id))
        if wanted.before_seq is not None:
            rows = rows.where(_C.seq < wanted.before_seq)
        rows = rows.order_by(_C.seq.desc()).limit(wanted.limit)
        return [_entry(row._mapping) for row in self._statements.all(rows)]

    def count(self, wanted: AuditFilter, *, user_id: str | None) -> int:
        """Return how many entries `list` would show without a limit and a place to start."""
        counted = sa.select(sa.func.count()).select_from(CONNECTION_AUDIT_LOG)
        row = self._statements.first(counted.where(*_conditions(wanted, user_id)))
        return int(row[0]) if row else 0

    def _locked_head(self) -> AuditHead:
        head = _head(self._statements.first(_HEAD.with_for_update()))
        if head is None:
            raise StorageUnavailable("The record of the audit log's length is missing.")
        return head


_HEAD = sa.select(AUDIT_HEAD.c["count"].label("length"), AUDIT_HEAD.c.hash, AUDIT_HEAD.c.seal)


def _head(row: sa.Row[Any] | None) -> AuditHead | None:
    if row is None:
        return None
    return AuditHead(row.length, _ascii(row.hash), _ascii(row.seal))


def _conditions(wanted: AuditFilter, user_id: str | None) -> list[sa.ColumnElement[bool]]:
    conditions: list[sa.ColumnElement[bool]] = []
    if user_id is not None:
        conditions.append(_C.user_id == user_id)
    if wanted.actions:
        conditions.append(_C.action.in_([action.value for action in wanted.actions]))
    if wanted.since is not None:
        conditions.append(_C.at >= wanted.since)
    if wanted.until is not None:
        conditions.append(_C.at < wanted.until)
    if wanted.text:
        searched = wanted.text.lower()
        places = (_C.object, _C.ip, _C.user_agent, _C.details)
        conditions.append(
            sa.or_(*(sa.func.lower(place).contains(searched, autoescape=True) for place in places))
        )
    return conditions


def _cleaned(record: AuditRecord) -> AuditRecord:
    """Return the record as it will be read again: UTC, and nothing a database cannot keep."""
    return replace(
        record,
        at=record.at.astimezone(UTC),
        object=_clean(record.object),
        ip=_clean(record.ip),
        user_agent=_clean(record.user_agent)[:_MAX_USER_AGENT],
        details={_clean(name): _clean(value) for name, value in record.details.items()},
    )


def _clean(text: str) -> str:
    kept = text[:_MAX_TEXT].encode("utf-8", "replace").decode("utf-8")
    return "".join(letter if letter.isprintable() else " " for letter in kept)


def _row(entry: AuditEntry) -> dict[str, object]:
    record = entry.record
    return {
        "seq": entry.seq,
        "user_id": record.user_id,
        "at": record.at,
        "action": record.action.value,
        "object": record.object,
        "ip": record.ip,
        "user_agent": record.user_agent,
        "details": _json(record.details),
        "prev_hash": entry.prev_hash,
        "hash": entry.hash,
    }


def _entry(row: Mapping[Any, Any]) -> AuditEntry:
    try:
        return AuditEntry(row["seq"], _record(row), _ascii(row["prev_hash"]), _ascii(row["hash"]))
    except (ValueError, TypeError, AttributeError):
        return AuditEntry(row["seq"], _UNREADABLE, _ascii(row["prev_hash"]), "")


def _record(row: Mapping[Any, Any]) -> AuditRecord:
    """Return the record of a row that is written exactly as we write it, else raise ValueError."""
    at, details = row["at"], json.loads(row["details"])
    if isinstance(at, str):
        at = datetime.fromisoformat(at)
        if at.isoformat(timespec="microseconds") != row["at"]:
            raise ValueError("a moment is not as it was written")
    texts = (row["object"], row["ip"], row["user_agent"], row["user_id"] or "", *details.values())
    if not all(isinstance(text, str) for text in texts) or _json(details) != row["details"]:
        raise ValueError("a text is not as it was written")
    return AuditRecord(
        at=at.astimezone(UTC),
        action=AuditAction(row["action"]),
        user_id=row["user_id"],
        object=row["object"],
        ip=row["ip"],
        user_agent=row["user_agent"],
        details=details,
    )


def _json(details: Mapping[str, str]) -> str:
    return json.dumps(dict(sorted(details.items())), ensure_ascii=False, separators=(",", ":"))


def _ascii(value: object) -> str:
    """Return a hash as text that can be compared, "" for what is none."""
    return value if isinstance(value, str) and value.isascii() else ""
