"""The audit log in words: complete, harmless, and nothing without a group."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from core.domain import AuditAction, AuditRecord
from core.ui.auditwords import GROUPS, WORDS, describe_act, describe_details

AT = datetime(2026, 11, 21, tzinfo=UTC)


@pytest.mark.parametrize("action", list(AuditAction))
def test_every_act_has_words_of_its_own_and_a_group(action: AuditAction) -> None:
    assert describe_act(AuditRecord(AT, action, "u")) != action.value
    assert any(action in group for group in GROUPS.values())


def test_no_two_acts_read_the_same() -> None:
    assert len(set(WORDS.values())) == len(WORDS)


def test_details_are_words_in_one_line() -> None:
    details = {"label": "night \u202ejob\n", "expires_at": "2026-12-01", "last4": "rgtk"}
    record = AuditRecord(AT, AuditAction.TOKEN_CREATED, "u", details=details)
    assert describe_details(record) == "label: night job · expires at: 2026-12-01 · ends in: rgtk"


def test_long_details_are_cut() -> None:
    details = {f"name{i}": "x" * 60 for i in range(10)}
    record = AuditRecord(AT, AuditAction.EXPORTED, "u", details=details)
    assert len(describe_details(record)) == 120


def test_no_details_are_no_words() -> None:
    assert describe_details(AuditRecord(AT, AuditAction.SIGN_OUT, "u")) == ""
