"""Key checks, secrets of the installation, and the list of everything sealed; on both kinds."""

from __future__ import annotations

import pytest

from core.storage import Store
from tests.storage.people import PEOPLE, everything


def test_key_checks_and_secrets_are_kept_by_name(store: Store) -> None:
    with store.as_system() as work:
        work.key_checks.save("k1", "one")
        work.key_checks.save("k1", "changed")
        work.key_checks.save("k2", "two")
        work.key_checks.remove("k1")
        assert work.secrets.add("audit-key", token="a", key_id="k1")
        assert not work.secrets.add("audit-key", token="b", key_id="k2")
    with store.read_system() as work:
        assert work.key_checks.load() == {"k2": "two"}
        assert work.secrets.load("audit-key") == "a"
        assert work.secrets.load("other") is None


def test_every_sealed_value_is_listed_once_in_batches_and_counted_by_key(peopled: Store) -> None:
    with peopled.read_system() as work:
        listed, after = [], ""
        while batch := work.sealed.list(after, 2):
            assert len(batch) <= 2
            listed += batch
            after = batch[-1].place
        assert work.sealed.count_by_key() == {"k1": 7}
    assert [value.place for value in listed] == sorted({value.place for value in listed})
    assert {(value.user_id, value.connection_id, value.field) for value in listed} == {
        ("system", "-", "audit-key"),
        *(
            (person, f"connection-{person}", field)
            for person in PEOPLE
            for field in ("api_key", "api_secret")
        ),
    }


def test_a_sealed_value_is_replaced_only_if_nobody_did_meanwhile(peopled: Store) -> None:
    with peopled.as_system() as work:
        for value in work.sealed.list("", 100):
            done = work.sealed.replace(
                value.place, old_token=value.token, token=f"new {value.token}", key_id="k2"
            )
            assert done
            assert not work.sealed.replace(
                value.place, old_token=value.token, token="late", key_id="k3"
            )
        assert work.sealed.count_by_key() == {"k2": 7}
        assert all(value.token.startswith("new ") for value in work.sealed.list("", 100))
        assert not work.sealed.replace("app_secrets/none", old_token="x", token="y", key_id="k")
        for place in ("users/alice/x/password_hash", "exchange_connections/alice/x/label"):
            with pytest.raises(ValueError, match="nothing sealed"):
                work.sealed.replace(place, old_token="x", token="y", key_id="k")


def test_no_column_that_is_sealed_is_left_out_of_the_list(peopled: Store) -> None:
    with peopled.read_system() as work:
        listed = {value.token for value in work.sealed.list("", 100)}
    kept = {
        cell
        for rows in everything(peopled).values()
        for row in rows
        for cell in row
        if isinstance(cell, str) and cell.startswith("sealed")
    }
    assert listed == kept
