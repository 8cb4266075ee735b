"""On PostgreSQL the database itself keeps people apart, whatever a statement forgets."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from core.clock import ManualClock
from core.errors import ConfigurationError, StorageUnavailable
from core.storage import Store, open_store, postgresql
from core.storage.tables import CONNECTION_AUDIT_LOG, METADATA, PORTFOLIOS, SESSIONS, USERS
from tests.postgres import Cluster, database_of
from tests.storage.people import AUDIT_KEY, NOW, PEOPLE, populate

PERSONAL = [table for table in METADATA.sorted_tables if "user_id" in table.c or table is USERS]
INSTALLATION = [METADATA.tables[name] for name in ("key_checks", "app_secrets")]
SHARED = {"tokens", "audit_head"}


@pytest.fixture(scope="module")
def url(postgres: Cluster) -> str:
    return postgres.new_database()


@pytest.fixture(scope="module")
def store(url: str) -> Iterator[Store]:
    opened = open_store(url, clock=ManualClock(NOW))
    opened.unlock_audit(AUDIT_KEY)
    populate(opened)
    yield opened
    opened.close()


@pytest.fixture
def connection(store: Store) -> Iterator[sa.Connection]:
    """One connection of the application's role, used for one transaction after the other."""
    with store._engines.writer.connect() as opened:
        yield opened


def count(connection: sa.Connection, table: sa.Table) -> int:
    return int(connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one())


def owners(connection: sa.Connection, table: sa.Table) -> set[str]:
    owner = table.c.id if table is USERS else table.c.user_id
    return set(connection.execute(sa.select(owner)).scalars())


def test_every_table_is_guarded_or_known_to_be_shared(
    store: Store, connection: sa.Connection
) -> None:
    guarded = connection.execute(
        sa.text("SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity")
    ).scalars()
    assert set(guarded) == set(METADATA.tables) - SHARED


@pytest.mark.parametrize("table", [*PERSONAL, *INSTALLATION], ids=str)
def test_a_query_that_forgets_its_user_returns_nothing(
    connection: sa.Connection, table: sa.Table
) -> None:
    assert count(connection, table) == 0
    postgresql.identify(connection, None)
    assert count(connection, table) > 0
    connection.commit()
    # The same connection, used again: it knows nobody.
    assert count(connection, table) == 0


@pytest.mark.parametrize("table", PERSONAL, ids=str)
def test_who_asks_is_said_anew_in_each_transaction(
    connection: sa.Connection, table: sa.Table
) -> None:
    for person in PEOPLE:
        postgresql.identify(connection, person)
        assert owners(connection, table) == {person}
        connection.commit()
    assert count(connection, table) == 0


@pytest.mark.parametrize("table", INSTALLATION, ids=str)
def test_no_person_sees_what_the_installation_keeps(
    connection: sa.Connection, table: sa.Table
) -> None:
    postgresql.identify(connection, "alice")
    assert count(connection, table) == 0


def test_the_system_scope_ends_with_its_transaction(store: Store) -> None:
    with store.as_system() as work:
        assert len(work.users.list()) == len(PEOPLE)
    with store.as_user("alice") as own:
        statements = own.profile._statements
        assert [row.id for row in statements.all(sa.select(USERS.c.id))] == ["alice"]


@pytest.mark.parametrize("whose", ["bob", "nobody"])
def test_a_row_for_somebody_else_is_refused(store: Store, whose: str) -> None:
    with store.as_user("alice") as work, pytest.raises(StorageUnavailable):
        work.profile._statements.change(
            sa.insert(PORTFOLIOS).values(user_id=whose, id="x", name="x", created_at=NOW)
        )


def test_a_row_without_a_user_is_refused(connection: sa.Connection) -> None:
    with pytest.raises(sa.exc.ProgrammingError):
        connection.execute(
            sa.insert(PORTFOLIOS).values(user_id="bob", id="x", name="x", created_at=NOW)
        )


def test_rows_of_others_cannot_be_changed_deleted_or_taken(connection: sa.Connection) -> None:
    postgresql.identify(connection, "alice")
    not_mine = SESSIONS.c.user_id != "alice"
    assert connection.execute(sa.update(SESSIONS).where(not_mine).values(ip="")).rowcount == 0
    assert connection.execute(sa.delete(SESSIONS).where(not_mine)).rowcount == 0
    with pytest.raises(sa.exc.ProgrammingError):
        connection.execute(sa.update(SESSIONS).values(user_id="bob"))


def test_an_act_is_written_into_nobody_elses_log(connection: sa.Connection) -> None:
    postgresql.identify(connection, "alice")
    row = {name: "x" for name in ("action", "object", "ip", "user_agent", "details", "hash")}
    with pytest.raises(sa.exc.ProgrammingError):
        connection.execute(
            sa.insert(CONNECTION_AUDIT_LOG).values(
                seq=1000, user_id="bob", at=NOW, prev_hash="x", **row
            )
        )


def test_a_reading_transaction_cannot_write(store: Store) -> None:
    with pytest.raises(StorageUnavailable), store.read_as("alice") as work:
        work.sessions.end("session-alice", NOW)


@pytest.mark.parametrize("right", ["SUPERUSER", "BYPASSRLS"])
def test_a_role_that_policies_do_not_bind_is_refused(postgres: Cluster, right: str) -> None:
    url = postgres.new_database()
    role = f"mighty_{right.lower()}"
    postgres.sql("postgres", f"CREATE ROLE {role} LOGIN {right}")
    with pytest.raises(ConfigurationError, match="row level security"):
        open_store(postgres.url(database_of(url), role), clock=ManualClock(NOW))
    assert postgres.sql(database_of(url), "SELECT 1 FROM pg_class WHERE relname = 'users'") == []
