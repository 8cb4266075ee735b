"""How acts of this room are written down: who, from where, on what; and whose act it must be.

It never takes what somebody typed at sign-in: people type passwords into the wrong field.
"""

from __future__ import annotations

from datetime import datetime

from core.domain import Actor, AuditAction, AuditRecord
from core.errors import NotAllowed

OPERATOR = "operator"
"""Who did it, when it was a command on the machine itself."""


def describe(
    actor: Actor,
    action: AuditAction,
    *,
    at: datetime,
    user_id: str | None,
    object: str = "",
    **details: str,
) -> AuditRecord:
    """Return the record of an act in the log of `user_id`."""
    return AuditRecord(
        at=at,
        action=action,
        user_id=user_id,
        object=object,
        ip=actor.ip,
        user_agent=actor.user_agent,
        details=details,
    )


def person_of(actor: Actor) -> str:
    """Return the id of who acts; NotAllowed for a stranger."""
    if actor.user_id is None:
        raise NotAllowed("Sign in first.")
    return actor.user_id


def name_of(actor: Actor) -> str:
    """Return who did it, for the log of the person it was done to."""
    return actor.user_id or OPERATOR
