"""Databases for the tests of this room: each test has new ones, on both kinds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.clock import ManualClock
from core.storage import Store, open_store
from tests.postgres import Cluster, postgres
from tests.storage.people import AUDIT_KEY, NOW, populate

__all__ = ["postgres"]


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database nothing has been stored in, on each kind in turn."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'spectra.db'}"
    cluster: Cluster = request.getfixturevalue("postgres")
    return cluster.new_database()


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    """An open database without people."""
    opened = open_store(url, clock=ManualClock(NOW))
    opened.unlock_audit(AUDIT_KEY)
    yield opened
    opened.close()


@pytest.fixture
def peopled(store: Store) -> Store:
    """An open database with three people who have one of everything."""
    populate(store)
    return store


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where the database of a test on SQLite alone lies."""
    return tmp_path / "spectra.db"


@pytest.fixture
def sqlite_store(file: Path) -> Iterator[Store]:
    """An open SQLite database with three people."""
    opened = open_store(f"sqlite:///{file}", clock=ManualClock(NOW))
    opened.unlock_audit(AUDIT_KEY)
    populate(opened)
    yield opened
    opened.close()
