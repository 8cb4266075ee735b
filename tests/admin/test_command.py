"""A command line that is wrong is refused before anything starts, in one line."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tests.admin.conftest import Operator
from tests.admin.house import House, admin_command

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    "arguments",
    [[], ["unknown"], ["create-user"], ["create-user", "a@example.com", "--password", "x"]],
)
def test_wrong_arguments_end_with_2_and_the_usage(
    house: House, operator: Operator, arguments: list[str]
) -> None:
    ended = operator(*arguments)
    assert ended.status == 2
    assert "usage: python -m core.admin" in ended.err
    assert not house.home.exists()


@pytest.mark.parametrize("key", ["", "short", "change-me-to-a-long-random-string-please"])
def test_without_a_good_key_nothing_starts(house: House, operator: Operator, key: str) -> None:
    house.key = key
    ended = operator("list-users")
    assert (ended.status, ended.out) == (2, "")
    assert ended.err.startswith("spectra: ENCRYPTION_KEY: ")
    assert ended.err.count("\n") == 1
    assert not house.database.exists()


def test_every_command_is_in_the_readme(operator: Operator) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    commands = operator("--help").out.split("COMMAND")[-1]
    names = re.findall(r"^    (\S+)", commands, flags=re.MULTILINE)
    assert len(names) == 9
    assert [
        name for name in names if f"`{name}" not in readme and f"admin {name}" not in readme
    ] == []


def test_it_runs_as_a_module(house: House) -> None:
    run = subprocess.run(
        admin_command("list-users"),
        cwd=ROOT,
        env=house.whole_environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")
