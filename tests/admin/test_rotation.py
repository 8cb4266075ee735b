"""Changing the master key: whatever interrupts it, every value stays readable (SEC-06, SEC-07)."""

from __future__ import annotations

import random
import signal
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from core.admin.keys import rotate
from core.bootstrap import Services
from core.domain import AuditAction
from core.errors import SpectraError
from core.vault import SealContext, encrypt_v1
from tests.admin.conftest import Operator
from tests.admin.house import House, a_key, admin_command
from tests.postgres import Cluster

ROOT = Path(__file__).parents[2]
QUIET = lambda line: None  # noqa: E731


def change_key(house: House, number: int) -> None:
    house.key, house.previous = a_key(number), house.key


def test_everything_is_sealed_anew_and_the_old_key_forgotten(
    house: House, operator: Operator
) -> None:
    house.fill()
    change_key(house, 2)
    ended = operator("rotate-keys")
    assert (ended.status, ended.err) == (0, "")
    assert "left=0" in ended.out
    house.previous = ""
    assert house.unreadable() == []
    counts, checks, current = house.keys_in_use()
    assert counts == {current: 121}
    assert checks == {current}
    with house.services() as services, services.store.read_system() as work:
        last = list(work.audit.entries())[-1].record
    assert (last.action, last.object, last.details["values"]) == (
        AuditAction.KEYS_ROTATED,
        current,
        "121",
    )


def test_on_postgresql_it_is_the_same(house: House, operator: Operator, postgres: Cluster) -> None:
    house.database_url = postgres.new_database()
    house.fill(connections=5)
    change_key(house, 2)
    assert operator("rotate-keys", "--page", "4").status == 0
    house.previous = ""
    assert house.unreadable() == []
    counts, checks, current = house.keys_in_use()
    assert (counts, checks) == ({current: 31}, {current})
    assert operator("verify-audit").status == 0
    assert "pg_dump" in operator("backup", house.home / "copy.db").err


def test_a_second_run_has_nothing_to_do_and_writes_nothing(
    house: House, operator: Operator
) -> None:
    house.fill(connections=2)
    change_key(house, 2)
    operator("rotate-keys")
    before = house.files()
    ended = operator("rotate-keys")
    assert (ended.status, "done=0 left=0" in ended.out) == (0, True)
    assert house.files() == before


def test_without_a_new_key_nothing_is_sealed_anew(house: House, operator: Operator) -> None:
    house.fill(connections=2)
    before = house.files()
    assert operator("rotate-keys").status == 0
    assert house.files() == before


def test_a_wrong_key_stops_the_start_and_changes_no_byte(house: House, operator: Operator) -> None:
    house.fill(connections=2)
    before = house.files()
    for key, previous in ((a_key(2), ""), (a_key(2), a_key(3))):
        house.key, house.previous = key, previous
        for command in (["rotate-keys"], ["list-users"], ["verify-audit"]):
            ended = operator(*command)
            assert ended.status == 2
            assert "ENCRYPTION_KEY" in ended.err
            assert ended.err.count("\n") == 1
            assert house.files() == before


def test_after_a_rotation_the_old_key_alone_no_longer_starts(
    house: House, operator: Operator
) -> None:
    house.fill(connections=1)
    change_key(house, 2)
    operator("rotate-keys")
    house.key, house.previous = a_key(1), ""
    assert operator("list-users").status == 2


def test_values_of_the_documents_form_are_sealed_anew_too(house: House, operator: Operator) -> None:
    house.fill(connections=1)
    with house.services() as services, services.store.as_user("ada") as work:
        token = encrypt_v1("the api_key of ada at c000", house.key)
        work.connections.change("c000", {"api_key": token, "api_key_key_id": "v1"})
    assert operator("rotate-keys").status == 0
    assert house.unreadable() == []
    counts, _, current = house.keys_in_use()
    assert counts == {current: 7}


def test_a_value_that_does_not_open_is_reported_and_the_old_key_kept(
    house: House, operator: Operator
) -> None:
    house.fill(connections=3)
    with closing(sqlite3.connect(house.database)) as connection, connection:
        connection.execute(
            "UPDATE exchange_connections SET api_key = api_secret WHERE user_id = 'ada'"
            " AND id = 'c001'"
        )
    change_key(house, 2)
    for _ in range(2):
        ended = operator("rotate-keys")
        assert ended.status == 1
        assert "1 of" in ended.err
        assert "ENCRYPTION_KEY_PREVIOUS" in ended.err
        counts, checks, current = house.keys_in_use()
        assert (counts[current], len(counts), len(checks)) == (18, 2, 2)


class Interrupted:
    """A vault beside which, the first time it seals a key, its owner enters another."""

    def __init__(self, services: Services) -> None:
        self._services, self.entered = services, ""

    def __getattr__(self, name: str) -> object:
        return getattr(self._services.vault, name)

    def seal(self, text: str, *, context: SealContext) -> str:
        vault = self._services.vault
        if context.field == "api_key" and not self.entered:
            self.entered = vault.seal("entered meanwhile", context=context)
            changed = {"api_key": self.entered, "api_key_key_id": vault.current_key_id}
            with self._services.store.as_user(context.user_id) as work:
                work.connections.change(context.connection_id, changed)
        return vault.seal(text, context=context)


def test_a_credential_entered_meanwhile_is_not_overwritten(house: House) -> None:
    house.fill(connections=1)
    change_key(house, 2)
    with house.services() as services:
        interrupted = Interrupted(services)
        assert rotate(_with_vault(services, interrupted), say=QUIET) == 7 - 1
        with services.store.read_as("ada") as work:
            assert work.connections.load_sealed("c000")["api_key"] == interrupted.entered


def _with_vault(services: Services, vault: object) -> Services:
    return Services(
        services.settings,
        services.clock,
        vault,  # type: ignore[arg-type]
        services.store,
        services.identity,
    )


def test_a_rotation_stopped_between_pages_goes_on_where_it_was(house: House) -> None:
    house.fill(connections=5)
    change_key(house, 2)

    def stop_soon(line: str) -> None:
        if "done=12" in line:
            raise SpectraError("stopped")

    with house.services() as services, pytest.raises(SpectraError, match="stopped"):
        rotate(services, page=4, say=stop_soon)
    assert house.unreadable() == []
    with house.services() as services:
        assert rotate(services, page=4, say=QUIET) == 31 - 12


@pytest.mark.timeout(3600)
def test_killed_at_any_moment_it_loses_nothing_and_the_next_run_ends_it(
    house: House, full: bool
) -> None:
    house.fill(connections=30)
    rng = random.Random(20260101)
    killed = finished = 0
    change_key(house, 2)
    while killed < (200 if full else 20):
        if _killed_while_rotating(house, rng):
            killed += 1
        else:
            finished += 1
            assert set(house.keys_in_use()[0]) == {house.keys_in_use()[2]}
            change_key(house, 2 + finished)
        assert house.unreadable() == []
    last = _start(house)
    said, _ = last.communicate()
    assert last.returncode == 0, said
    house.previous = ""
    assert house.unreadable() == []
    counts, checks, current = house.keys_in_use()
    assert (counts, checks) == ({current: 181}, {current})
    with house.services() as services:
        assert services.store.verify_audit().intact


def _killed_while_rotating(house: House, rng: random.Random) -> bool:
    """Let one rotation run to a random place and kill it; False when it was done before."""
    process = _start(house)
    assert process.stdout is not None
    lines = rng.choice((0, 0, 1, 2, 5, 10, 20, 24, 25, 26, 27))
    for _ in range(lines):
        process.stdout.readline()
    try:
        process.wait(timeout=rng.uniform(0, 0.02) if lines else rng.uniform(0, 2.0))
    except subprocess.TimeoutExpired:
        process.kill()
    said, _ = process.communicate()
    assert process.returncode in (0, -signal.SIGKILL), said
    return process.returncode != 0


def _start(house: House) -> subprocess.Popen[str]:
    return subprocess.Popen(
        admin_command("rotate-keys", "--page", "7"),
        cwd=ROOT,
        env=house.whole_environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
