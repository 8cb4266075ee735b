"""An installation of two people in a folder, and the operator's command line to it."""

from __future__ import annotations

import io
import logging
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.admin.house import House, Outcome
from tests.postgres import postgres

__all__ = ["postgres"]


@pytest.fixture
def house(tmp_path: Path) -> House:
    """A folder where nothing was started yet."""
    return House(tmp_path / "home")


class Operator:
    """Types commands in this process, with the environment of a house."""

    def __init__(
        self, house: House, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        self._house, self._monkeypatch, self._capsys = house, monkeypatch, capsys

    def __call__(self, *arguments: str | Path, stdin: str = "") -> Outcome:
        """Run one command; what argparse says about wrong arguments counts too."""
        from core.admin import run

        for name, value in self._house.environment.items():
            self._monkeypatch.setenv(name, value)
        self._monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        self._capsys.readouterr()
        try:
            status = run([str(argument) for argument in arguments])
        except SystemExit as leaving:
            status = int(leaving.code or 0)
        return Outcome(status, *self._capsys.readouterr())


@pytest.fixture
def operator(
    house: House, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Operator]:
    """The command line; what it changes about logging is put back."""
    root, factory = logging.getLogger(), logging.getLogRecordFactory()
    handlers, level = root.handlers[:], root.level
    yield Operator(house, monkeypatch, capsys)
    root.handlers[:], root.level = handlers, level
    logging.setLogRecordFactory(factory)
    logging.raiseExceptions = True
    logging.getLogger("core").setLevel(logging.NOTSET)
