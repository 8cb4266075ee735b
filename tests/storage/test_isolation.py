"""Nobody reaches another person's rows: every method of every personal repository, every pair.

The cells come from the repositories themselves: a method without a rule here fails the test.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import permutations
from typing import Any

import pytest
import sqlalchemy as sa

from core.clock import ManualClock
from core.domain import Preferences
from core.errors import InvalidInput, SpectraError
from core.storage import AuditFilter, Store, UserWork, open_store, postgresql
from core.storage.statements import Statements
from core.storage.tables import METADATA
from tests.storage.people import (
    AUDIT_KEY,
    NOW,
    OWNED,
    PEOPLE,
    a_record,
    a_token,
    populate,
    rows,
    rows_of,
)

MISSING = "nobody"
"""Has ids like everybody's, and no rows."""
PAIRS = list(permutations(PEOPLE, 2))

Act = Callable[[UserWork, str], Any]
"""What somebody does, given whose ids they use."""

RULES: dict[str, Act] = {
    "profile.load": lambda work, _: work.profile.load(),
    "profile.save": lambda work, _: work.profile.save(full_name="x", avatar_url="", timezone="UTC"),
    "profile.load_password_hash": lambda work, _: work.profile.load_password_hash(),
    "profile.save_password_hash": lambda work, _: work.profile.save_password_hash("x"),
    "sessions.list": lambda work, _: work.sessions.list(),
    "sessions.get": lambda work, whose: work.sessions.get(f"session-{whose}"),
    "sessions.end": lambda work, whose: work.sessions.end(f"session-{whose}", NOW),
    "sessions.end_all": lambda work, whose: work.sessions.end_all(NOW, keep=f"session-{whose}"),
    "sessions.confirm": lambda work, whose: work.sessions.confirm(f"session-{whose}", NOW),
    "tokens.list": lambda work, _: work.tokens.list(),
    "tokens.add": lambda work, whose: work.tokens.add(a_token(whose, "new"), token_hash="new"),
    "tokens.revoke": lambda work, whose: work.tokens.revoke(f"token-{whose}", NOW),
    "preferences.load": lambda work, _: work.preferences.load(),
    "preferences.save": lambda work, _: work.preferences.save(Preferences(locale="de-DE")),
    "audit.append": lambda work, whose: work.audit.append(a_record(whose)),
    "audit.list": lambda work, whose: work.audit.list(AuditFilter(text=f"thing of {whose}")),
    "audit.count": lambda work, whose: work.audit.count(AuditFilter(text=f"thing of {whose}")),
    "connections.load_sealed": lambda work, whose: work.connections.load_sealed(
        f"connection-{whose}"
    ),
    "connections.revoke": lambda work, whose: work.connections.revoke(f"connection-{whose}", NOW),
}


def id_of(name: str, whose: str) -> str:
    return str(rows_of(whose)[name]["id"])


def add_pointing_at(name: str) -> Act:
    """Return the act of storing an own row that points at another's, under the other's id."""

    def act(work: UserWork, whose: str) -> Any:
        values = rows_of(whose, suffix="-new")[name]
        own = {"venue_trade_id": "own", "client_order_id": "own"}
        values |= {key: value for key, value in own.items() if key in values}
        return rows(work, name).add(values)

    return act


def asked_of(name: str) -> dict[str, Act]:
    repository: dict[str, Act] = {
        "get": lambda work, whose: rows(work, name).get(id_of(name, whose)),
        "list": lambda work, _: rows(work, name).list(),
        "add": add_pointing_at(name),
        "change": lambda work, whose: rows(work, name).change(id_of(name, whose), CHANGES[name]),
        "remove": lambda work, whose: rows(work, name).remove(id_of(name, whose)),
    }
    return {f"{name}.{method}": act for method, act in repository.items()}


CHANGES: dict[str, dict[str, Any]] = {
    "connections": {"label": "taken"},
    "sync_runs": {"error": "taken"},
    "portfolios": {"name": "taken"},
    "holdings": {"stale": True},
    "balance_history": {"currency": "EUR"},
    "orders": {"status": "cancelled"},
    "trades": {"fee_asset": "taken"},
}
for owned in OWNED:
    RULES.update(asked_of(owned))
del RULES["connections.remove"]


@dataclass(frozen=True)
class Outcome:
    """What somebody saw of an act, with the name they used cut out."""

    seen: str
    others_changed: bool


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def peopled(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Store]:
    url = f"sqlite:///{tmp_path_factory.mktemp('matrix') / 'spectra.db'}"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres").new_database()
    store = open_store(url, clock=ManualClock(NOW))
    store.unlock_audit(AUDIT_KEY)
    populate(store)
    yield store
    store.close()


def methods_of(work: UserWork) -> set[str]:
    """Return every public method of every repository of a person, as `repository.method`."""
    return {
        f"{name}.{method}"
        for name, repository in vars(work).items()
        if not isinstance(repository, str)
        for method, _ in inspect.getmembers(repository, callable)
        if not method.startswith("_")
    }


def test_every_method_has_a_rule_and_the_matrix_is_large_enough(peopled: Store) -> None:
    with peopled.read_as("alice") as work:
        assert methods_of(work) == set(RULES)
    dialects = 2
    assert len(RULES) * len(PAIRS) * dialects >= 500


@pytest.mark.parametrize("method", RULES)
def test_what_is_anothers_is_as_absent_as_what_never_was(peopled: Store, method: str) -> None:
    for attacker, victim in PAIRS:
        outcome = attempt(peopled, attacker, victim, RULES[method])
        absent = attempt(peopled, attacker, MISSING, RULES[method])
        assert outcome == absent, f"{attacker} with the ids of {victim}"
        assert not outcome.others_changed
        assert not any(other in outcome.seen for other in set(PEOPLE) - {attacker})


@pytest.mark.parametrize("method", RULES)
def test_what_is_ones_own_is_there(peopled: Store, method: str) -> None:
    # Otherwise a matrix of refusals would prove nothing.
    outcome = attempt(peopled, "alice", "alice", RULES[method])
    assert "NotFound" not in outcome.seen
    assert outcome.seen not in ("False", "0", "[]") or method == "sessions.end_all"


def attempt(store: Store, attacker: str, ids_of: str, act: Act) -> Outcome:
    """Do something as `attacker`, look what it did to others, and undo it."""
    with store._engines.writer.connect() as connection:
        before = rows_of_others(store, connection, attacker)
        if store.dialect == "postgresql":
            postgresql.identify(connection, attacker)
        work = UserWork(Statements(connection), attacker, audit_key=AUDIT_KEY)
        try:
            seen = repr(act(work, ids_of))
        except (SpectraError, ValueError) as error:
            seen = f"{type(error).__name__}: {error}"
            # PostgreSQL has given the transaction up by then.
            if isinstance(error, InvalidInput):
                return Outcome(seen.replace(ids_of, "them"), False)
        changed = rows_of_others(store, connection, attacker) != before
        connection.rollback()
        return Outcome(seen.replace(ids_of, "them"), changed)


def rows_of_others(store: Store, connection: sa.Connection, person: str) -> list[Any]:
    """Return everything stored for anybody but `person`, whatever the policies."""
    if store.dialect == "postgresql":
        postgresql.identify(connection, None)
    found: list[Any] = []
    for table in METADATA.sorted_tables:
        owner = table.c.get("user_id", table.c.id if table.name == "users" else None)
        if owner is not None:
            query = sa.select(table).where(owner != person).order_by(*table.primary_key)
            found.append([tuple(row) for row in connection.execute(query)])
    return found


def test_a_row_cannot_be_given_to_somebody_else(peopled: Store) -> None:
    for name in OWNED:
        with pytest.raises(ValueError, match="user_id"), peopled.as_user("alice") as work:
            rows(work, name).change(id_of(name, "alice"), {"user_id": "bob"})
        with pytest.raises(ValueError, match="user_id"), peopled.as_user("alice") as work:
            rows(work, name).add({**rows_of("alice", suffix="2")[name], "user_id": "bob"})


def test_own_rows_never_show_a_sealed_value(peopled: Store) -> None:
    with peopled.read_as("alice") as work:
        assert "sealed" not in repr(work.connections.list())
        assert "sealed" not in repr(work.connections.get("connection-alice"))
        assert work.connections.load_sealed("connection-alice") == {
            "api_key": "sealed key of alice",
            "api_secret": "sealed secret of alice",
        }


def test_work_needs_to_know_whose(peopled: Store) -> None:
    with pytest.raises(ValueError, match="whose"), peopled.as_user(""):
        pass
