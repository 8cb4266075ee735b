"""verify-audit finds what was changed, and with a note kept elsewhere also what was put back."""

from __future__ import annotations

import re
import shutil
import sqlite3
from contextlib import closing

import pytest

from tests.admin.conftest import Operator
from tests.admin.house import House


def noted(operator: Operator) -> str:
    ended = operator("verify-audit")
    assert (ended.status, ended.err) == (0, "")
    (note,) = re.findall(r"^intact (\d+:[0-9a-f]{64})$", ended.out, flags=re.MULTILINE)
    return str(note)


def force(house: House, *statements: str) -> None:
    """Write to the database as a thief would, past the triggers."""
    with closing(sqlite3.connect(house.database)) as connection, connection:
        for (name,) in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall():
            connection.execute(f'DROP TRIGGER "{name}"')
        for statement in statements:
            connection.execute(statement)


def test_a_log_that_was_not_touched_is_intact_and_the_check_is_written_down(
    house: House, operator: Operator
) -> None:
    first, second = noted(operator), noted(operator)
    assert int(second.split(":")[0]) == int(first.split(":")[0]) + 1
    assert operator("verify-audit", "--expect", first).status == 0
    assert operator("verify-audit", "--expect", second).status == 0


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("UPDATE connection_audit_log SET user_agent = 'x' WHERE seq = 2", "entry 2 was changed"),
        ("DELETE FROM connection_audit_log WHERE seq = 2", "entry 2 is missing"),
        ("DELETE FROM connection_audit_log WHERE seq = 4", "entries after 3 are missing"),
        ("UPDATE audit_head SET count = 3", "log's length was changed"),
    ],
)
def test_a_changed_log_is_named_and_left_as_evidence(
    house: House, operator: Operator, statement: str, reason: str
) -> None:
    for _ in range(4):
        noted(operator)
    force(house, statement)
    before = house.files()
    ended = operator("verify-audit")
    assert ended.status == 1
    assert reason in ended.err
    assert ended.out == ""
    assert house.files() == before


def test_a_log_put_back_to_an_older_state_is_found_by_a_note(
    house: House, operator: Operator
) -> None:
    noted(operator)
    kept = house.home / "kept.db"
    shutil.copy(house.database, kept)
    note = noted(operator)
    shutil.copy(kept, house.database)
    assert "had 2 when that was noted" in operator("verify-audit", "--expect", note).err
    noted(operator)
    noted(operator)
    ended = operator("verify-audit", "--expect", note.split(":")[0] + ":" + "0" * 64)
    assert (ended.status, "entry 2 is not the one noted" in ended.err) == (1, True)


@pytest.mark.parametrize("note", ["", "3", "3:abc", "x:" + "0" * 64, "-1:" + "0" * 64])
def test_a_note_of_another_form_is_refused(operator: Operator, note: str) -> None:
    ended = operator("verify-audit", f"--expect={note}")
    assert ended.status == 2
    assert "COUNT:HASH" in ended.err
