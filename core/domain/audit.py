"""The audit log and its chain: each entry carries a keyed hash over itself and the one before.

    AuditRecord (what happened) → chain_hash(key, entry) → AuditEntry (what is stored) → check_chain

Without the key nobody who can write to the database can make a changed entry fit; the head, which
counts the entries, shows when the last ones are missing. Pure: no clock, no storage.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

GENESIS = "0" * 64
"""What the first entry has before it."""
MAX_USER_AGENT = 256


class AuditAction(StrEnum):
    """Everything that is written down; `<thing>.<what happened to it>`."""

    SIGN_IN = "session.started"
    SIGN_IN_FAILED = "session.refused"
    SIGN_OUT = "session.ended"
    SESSIONS_REVOKED = "session.revoked"
    IDENTITY_CONFIRMED = "session.confirmed"
    USER_CREATED = "user.created"
    USER_CHANGED = "user.changed"
    USER_DISABLED = "user.disabled"
    USER_ENABLED = "user.enabled"
    PASSWORD_CHANGED = "user.password-changed"  # noqa: S105 - the name of an act
    PREFERENCES_CHANGED = "preferences.changed"
    TOKEN_CREATED = "token.created"  # noqa: S105
    TOKEN_REVOKED = "token.revoked"  # noqa: S105
    TOKEN_ISSUED = "token.issued"  # noqa: S105
    EXPORTED = "export.created"
    AUDIT_VERIFIED = "audit.verified"
    KEYS_ROTATED = "keys.rotated"
    BACKUP_MADE = "backup.made"
    BACKUP_RESTORED = "backup.restored"


@dataclass(frozen=True, slots=True)
class AuditRecord:
    """One act, before it has a place in the chain."""

    at: datetime
    action: AuditAction
    user_id: str | None
    """Whose log it belongs to; None when nobody's, such as a sign-in to an unknown account."""
    object: str = ""
    """What was acted on, such as a session's or token's id."""
    ip: str = ""
    user_agent: str = ""
    details: Mapping[str, str] = field(default_factory=dict)
    """A few plain words by name; never a secret."""


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One act in its place: `seq` counts from 1 without holes over the whole log."""

    seq: int
    record: AuditRecord
    prev_hash: str
    hash: str


@dataclass(frozen=True, slots=True)
class AuditHead:
    """Where the chain ends: how many entries, the last hash, and a seal over both."""

    count: int
    hash: str
    seal: str


@dataclass(frozen=True, slots=True)
class ChainReport:
    """The verdict over a whole log; `broken_at` is the first entry that does not fit."""

    count: int
    broken_at: int | None = None
    reason: str = ""

    @property
    def intact(self) -> bool:
        """Whether every entry is there, unchanged and in order."""
        return self.broken_at is None


def link(key: bytes, head: AuditHead, record: AuditRecord) -> tuple[AuditEntry, AuditHead]:
    """Return the entry that follows `head`, and the new head."""
    seq = head.count + 1
    digest = chain_hash(key, seq, record, head.hash)
    return AuditEntry(seq, record, head.hash, digest), seal_head(key, seq, digest)


def chain_hash(key: bytes, seq: int, record: AuditRecord, prev_hash: str) -> str:
    """Return HMAC-SHA256 over the entry in canonical JSON, 64 hex digits."""
    body = json.dumps(
        [
            seq,
            record.at.isoformat(timespec="microseconds"),
            record.action.value,
            record.user_id,
            record.object,
            record.ip,
            record.user_agent,
            dict(sorted(record.details.items())),
            prev_hash,
        ],
        ensure_ascii=True,
        separators=(",", ":"),
    )
    return hmac.new(key, body.encode(), hashlib.sha256).hexdigest()


def seal_head(key: bytes, count: int, last_hash: str) -> AuditHead:
    """Return the head of a chain of `count` entries that ends in `last_hash`."""
    body = f"head:{count}:{last_hash}".encode()
    return AuditHead(count, last_hash, hmac.new(key, body, hashlib.sha256).hexdigest())


def empty_head(key: bytes) -> AuditHead:
    """Return the head of a log without entries."""
    return seal_head(key, 0, GENESIS)


def check_chain(key: bytes, head: AuditHead, entries: Iterable[AuditEntry]) -> ChainReport:
    """Walk the whole log in the order of `seq` and name the first entry that does not fit.

    Finds an edit, a deletion, a swap, an insertion, and (by the head) a cut end. It cannot find a
    log put back to an older state together with its older head: compare the count and hash it
    reports with a note kept elsewhere.
    """
    if not hmac.compare_digest(seal_head(key, head.count, head.hash).seal, head.seal):
        return ChainReport(head.count, 0, "the record of the log's length was changed")
    seq, previous = 0, GENESIS
    for seq, entry in enumerate(entries, start=1):
        if entry.seq != seq:
            return ChainReport(head.count, seq, f"entry {seq} is missing")
        if entry.prev_hash != previous:
            return ChainReport(head.count, seq, f"entry {seq} does not follow the one before it")
        if not hmac.compare_digest(chain_hash(key, seq, entry.record, previous), entry.hash):
            return ChainReport(head.count, seq, f"entry {seq} was changed")
        previous = entry.hash
    if seq != head.count or previous != head.hash:
        return ChainReport(head.count, seq + 1, f"entries after {seq} are missing")
    return ChainReport(seq)
