"""One history for both databases: up, down and up again keeps what was stored."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from core.clock import ManualClock
from core.domain import ChainReport
from core.errors import ConfigurationError, SpectraError, StorageUnavailable
from core.storage import Store, open_store
from core.storage.engine import parse_url, sqlite_engine
from core.storage.migrate import current_revision, differences, head_revision, migrate
from core.storage.tables import METADATA
from tests.storage.people import AUDIT_KEY, NOW, everything, populate

Walk = Callable[[str], None]
ACCOUNTS = {
    "users",
    "sessions",
    "api_tokens",
    "preferences",
    "connection_audit_log",
    "audit_head",
    "key_checks",
    "app_secrets",
}


@pytest.fixture
def engine(url: str, tmp_path: Path) -> Iterator[sa.Engine]:
    """The engine migrations run on: without foreign keys on SQLite."""
    if url.startswith("sqlite"):
        path = tmp_path / "spectra.db"
        opened = sqlite_engine(path, size=1, begin="BEGIN IMMEDIATE", foreign_keys=False)
    else:
        opened = sa.create_engine(parse_url(url))
    yield opened
    opened.dispose()


@pytest.fixture
def walk(engine: sa.Engine) -> Walk:
    def to(revision: str) -> None:
        with engine.begin() as connection:
            migrate(connection, to=revision)

    return to


def reopened(url: str) -> Store:
    store = open_store(url, clock=ManualClock(NOW))
    store.unlock_audit(AUDIT_KEY)
    return store


def test_the_tables_of_the_history_are_those_of_the_code(url: str, engine: sa.Engine) -> None:
    reopened(url).close()
    with engine.connect() as connection:
        assert differences(connection) == []
        assert current_revision(connection) == head_revision()
        made = sa.inspect(connection)
        assert set(made.get_table_names()) == {*METADATA.tables, "alembic_version"}
        for table in METADATA.sorted_tables:
            # Which comparing tables does not look at.
            named = {rule["name"] for rule in made.get_check_constraints(table.name)}
            rules = {rule for rule in table.constraints if isinstance(rule, sa.CheckConstraint)}
            assert named == {rule.name for rule in rules}


def test_a_difference_would_be_noticed(url: str, engine: sa.Engine) -> None:
    reopened(url).close()
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE tokens ADD COLUMN unknown TEXT")
        assert differences(connection)


def test_taking_the_guards_away_and_setting_them_again_keeps_every_row(
    url: str, engine: sa.Engine, walk: Walk
) -> None:
    store = reopened(url)
    populate(store)
    before = everything(store)
    store.close()
    walk("0002")
    with engine.begin() as connection:
        # The guards are gone indeed.
        connection.exec_driver_sql("UPDATE connection_audit_log SET ip = ip")
    store = reopened(url)
    assert everything(store) == before
    assert all(before.values())
    assert store.verify_audit() == ChainReport(4)
    with pytest.raises(SpectraError), store.as_system() as work:
        work.users._statements.change(sa.text("DELETE FROM connection_audit_log"))
    store.close()


def test_going_down_to_the_accounts_keeps_accounts_and_the_log(url: str, walk: Walk) -> None:
    store = reopened(url)
    populate(store)
    before = everything(store)
    store.close()
    walk("0001")
    store = reopened(url)
    after = everything(store)
    assert {name: rows for name, rows in after.items() if name in ACCOUNTS} == {
        name: rows for name, rows in before.items() if name in ACCOUNTS
    }
    assert not any(rows for name, rows in after.items() if name not in ACCOUNTS)
    assert store.verify_audit() == ChainReport(4)
    store.close()


def test_all_the_way_down_and_up_makes_the_same_tables(
    url: str, engine: sa.Engine, walk: Walk
) -> None:
    reopened(url).close()
    walk("base")
    with engine.connect() as connection:
        assert sa.inspect(connection).get_table_names() == ["alembic_version"]
    walk("head")
    with engine.connect() as connection:
        assert differences(connection) == []
    reopened(url).close()


def test_a_walk_that_fails_leaves_the_database_as_it_was(url: str, engine: sa.Engine) -> None:
    store = reopened(url)
    populate(store)
    before = everything(store)
    store.close()
    with pytest.raises(ZeroDivisionError), engine.begin() as connection:
        migrate(connection, to="0001")
        raise ZeroDivisionError
    store = reopened(url)
    assert everything(store) == before
    store.close()


def test_a_database_of_a_newer_version_is_refused_and_left(url: str, engine: sa.Engine) -> None:
    reopened(url).close()
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(ConfigurationError, match="newer version"):
        open_store(url, clock=ManualClock(NOW))
    with engine.connect() as connection:
        assert current_revision(connection) == "9999"


def test_a_database_of_another_program_is_refused_and_left(url: str, engine: sa.Engine) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE recipes (name TEXT)")
    with pytest.raises(ConfigurationError, match="another program"):
        open_store(url, clock=ManualClock(NOW))
    with engine.connect() as connection:
        assert sa.inspect(connection).get_table_names() == ["recipes"]


def test_rows_that_do_not_fit_together_stop_the_walk(file: Path) -> None:
    store = reopened(f"sqlite:///{file}")
    populate(store)
    store.close()
    engine = sqlite_engine(file, size=1, begin="BEGIN IMMEDIATE", foreign_keys=False)
    with engine.begin() as connection:
        migrate(connection, to="0002")
        connection.exec_driver_sql("DELETE FROM users WHERE id = 'bob'")
    with pytest.raises(StorageUnavailable, match="fit together"), engine.begin() as connection:
        migrate(connection)
    with engine.connect() as connection:
        assert current_revision(connection) == "0002"
    engine.dispose()
