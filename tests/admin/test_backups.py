"""A backup comes back whole; what is no backup, or of another key, changes nothing."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from core.domain import Actor, AuditAction
from tests.admin.conftest import Operator
from tests.admin.house import PASSWORD, House, a_key


def test_a_backup_brings_back_what_was_there_and_keeps_what_it_replaces(
    house: House, operator: Operator, tmp_path: Path
) -> None:
    house.fill(connections=3)
    target = tmp_path / "copy.db"
    made = operator("backup", target)
    assert (made.status, made.err) == (0, "")
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    with house.services() as services, services.store.as_system() as work:
        work.users.set_disabled("ada", services.clock.now())
    ended = operator("restore", target)
    assert (ended.status, ended.err) == (0, "")
    assert house.unreadable() == []
    with house.services() as services:
        assert services.store.verify_audit().intact
        with services.store.read_system() as work:
            assert work.users.get("ada").disabled_at is None
            acts = [entry.record for entry in work.audit.entries()]
    assert [act.action for act in acts] == [AuditAction.BACKUP_RESTORED]
    assert acts[0].object == "copy.db"
    (kept,) = house.home.glob("spectra.db.before-restore-*")
    assert str(kept) in ended.out


def test_nobody_is_signed_in_after_a_restore(
    house: House, operator: Operator, tmp_path: Path
) -> None:
    stranger = Actor(None, ip="127.0.0.1")
    with house.services() as services:
        services.identity.create_user(
            Actor(None), email="ada@example.com", full_name="Ada", password=PASSWORD
        )
        _, cookie = services.identity.sign_in("ada@example.com", PASSWORD, actor=stranger)
    assert operator("backup", tmp_path / "copy.db").status == 0
    assert operator("restore", tmp_path / "copy.db").status == 0
    with house.services() as services:
        assert services.identity.resolve(cookie) is None


def test_a_backup_of_the_settings_page_is_restored_by_its_name(
    house: House, operator: Operator
) -> None:
    house.fill(connections=1)
    (house.home / "backups").mkdir()
    operator("backup", house.home / "backups" / "spectra-1.db")
    ended = operator("restore", "spectra-1.db")
    assert (ended.status, ended.err) == (0, "")
    ended = operator("restore", "spectra-2.db")
    assert (ended.status, ended.err) == (
        2,
        "spectra: backup: there is no file spectra-2.db. Check its name and folder.\n",
    )


def test_a_backup_is_written_down(house: House, operator: Operator, tmp_path: Path) -> None:
    operator("backup", tmp_path / "copy.db")
    with house.services() as services, services.store.read_system() as work:
        assert [e.record.action for e in work.audit.entries()] == [AuditAction.BACKUP_MADE]


def test_a_backup_never_replaces_a_file(house: House, operator: Operator, tmp_path: Path) -> None:
    target = tmp_path / "letter.txt"
    target.write_text("dear")
    ended = operator("backup", target)
    assert (ended.status, ended.err.count("\n")) == (1, 1)
    assert target.read_text() == "dear"


@pytest.mark.parametrize("damage", ["empty", "text", "cut", "flipped", "missing", "other key"])
def test_what_cannot_be_restored_changes_nothing(
    house: House, operator: Operator, tmp_path: Path, damage: str
) -> None:
    house.fill(connections=3)
    backup = tmp_path / "copy.db"
    if damage == "other key":
        other = House(tmp_path / "other", key=a_key(9))
        other.fill(connections=1)
        with other.services() as services:
            services.store.backup(backup)
    elif damage != "missing":
        operator("backup", backup)
        content = backup.read_bytes()
        middle = len(content) // 2
        backup.write_bytes(
            {
                "empty": b"",
                "text": b"not a database" * 100,
                "cut": content[:middle],
                "flipped": content[:4096] + bytes(4096) + content[8192:],
            }[damage]
        )
    before, folder = house.files(), sorted(house.home.iterdir())
    ended = operator("restore", backup)
    assert ended.status in (1, 2)
    assert ended.err.startswith("spectra: ")
    assert ended.err.count("\n") == 1
    assert house.files() == before
    assert sorted(house.home.iterdir()) == folder
    assert house.unreadable() == []


def test_nothing_is_restored_under_a_running_spectra(
    house: House, operator: Operator, tmp_path: Path
) -> None:
    house.fill(connections=1)
    operator("backup", tmp_path / "copy.db")
    with house.services() as services:
        with services.store.read_system() as work:
            assert work.users.count() == 2
        ended = operator("restore", tmp_path / "copy.db")
    assert (ended.status, "in use" in ended.err) == (1, True)
    assert house.unreadable() == []


def test_a_backup_from_before_a_rotation_asks_for_the_old_key(
    house: House, operator: Operator, tmp_path: Path
) -> None:
    house.fill(connections=2)
    operator("backup", tmp_path / "copy.db")
    house.key, house.previous = a_key(2), house.key
    operator("rotate-keys")
    old, house.previous = house.previous, ""
    assert operator("restore", tmp_path / "copy.db").status == 2
    house.previous = old
    assert operator("restore", tmp_path / "copy.db").status == 0
    assert house.unreadable() == []
    assert operator("rotate-keys").status == 0
