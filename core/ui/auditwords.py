"""The audit log in plain words: a sentence for every act, and groups to choose from.

Pure. Details come from the outside in part (a label, an address), so they are cleaned here; it
never leaves out an act it has no sentence for.
"""

from __future__ import annotations

from core.domain import AuditAction, AuditRecord
from core.ui.text import clean_text

WORDS = {
    AuditAction.SIGN_IN: "Signed in",
    AuditAction.SIGN_IN_FAILED: "Sign-in refused",
    AuditAction.SIGN_OUT: "Signed out",
    AuditAction.SESSIONS_REVOKED: "Session revoked",
    AuditAction.IDENTITY_CONFIRMED: "Password confirmed",
    AuditAction.USER_CREATED: "Account created",
    AuditAction.USER_CHANGED: "Profile changed",
    AuditAction.USER_DISABLED: "Account disabled",
    AuditAction.USER_ENABLED: "Account enabled",
    AuditAction.PASSWORD_CHANGED: "Password changed",
    AuditAction.PREFERENCES_CHANGED: "Preferences changed",
    AuditAction.TOKEN_CREATED: "API token created",
    AuditAction.TOKEN_REVOKED: "API token revoked",
    AuditAction.TOKEN_ISSUED: "Short API token issued",
    AuditAction.EXPORTED: "Data exported",
    AuditAction.AUDIT_VERIFIED: "Audit log verified",
    AuditAction.KEYS_ROTATED: "Encryption keys rotated",
    AuditAction.BACKUP_MADE: "Backup made",
    AuditAction.BACKUP_RESTORED: "Backup restored",
}

GROUPS = {
    "Everything": (),
    "Sign-in and sessions": (
        AuditAction.SIGN_IN,
        AuditAction.SIGN_IN_FAILED,
        AuditAction.SIGN_OUT,
        AuditAction.SESSIONS_REVOKED,
        AuditAction.IDENTITY_CONFIRMED,
    ),
    "Refused sign-ins": (AuditAction.SIGN_IN_FAILED,),
    "Account and preferences": (
        AuditAction.USER_CREATED,
        AuditAction.USER_CHANGED,
        AuditAction.USER_DISABLED,
        AuditAction.USER_ENABLED,
        AuditAction.PASSWORD_CHANGED,
        AuditAction.PREFERENCES_CHANGED,
    ),
    "API tokens": (
        AuditAction.TOKEN_CREATED,
        AuditAction.TOKEN_REVOKED,
        AuditAction.TOKEN_ISSUED,
    ),
    "Exports, backups, keys": (
        AuditAction.EXPORTED,
        AuditAction.AUDIT_VERIFIED,
        AuditAction.KEYS_ROTATED,
        AuditAction.BACKUP_MADE,
        AuditAction.BACKUP_RESTORED,
    ),
}
"""What can be chosen above the log; every act is in at least one group besides the first."""

_DETAIL_LIMIT = 120
_NAMES = {"last4": "ends in"}


def describe_act(record: AuditRecord) -> str:
    """Return what happened, without where and when: "API token created"."""
    return WORDS.get(record.action, str(record.action))


def describe_details(record: AuditRecord) -> str:
    """Return the details as "name: value · name: value"; "" when there are none."""
    parts = (
        f"{_NAMES.get(name) or clean_text(name).replace('_', ' ')}: {clean_text(value)}"
        for name, value in record.details.items()
    )
    return clean_text(" · ".join(parts), limit=_DETAIL_LIMIT)
