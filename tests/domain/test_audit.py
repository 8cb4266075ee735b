"""The chain of the audit log: any change to any entry is found, and named where it begins."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain import (
    AuditAction,
    AuditEntry,
    AuditHead,
    AuditRecord,
    check_chain,
    empty_head,
    link,
)

KEY = b"k" * 32
OTHER_KEY = b"o" * 32
START = datetime(2026, 1, 1, tzinfo=UTC)


def a_record(number: int = 0) -> AuditRecord:
    return AuditRecord(
        at=START + timedelta(seconds=number),
        action=AuditAction.SIGN_IN,
        user_id="a" * 32,
        object=f"session-{number}",
        ip="192.0.2.1",
        user_agent="Firefox",
        details={"method": "password"},
    )


def a_log(length: int, *, key: bytes = KEY) -> tuple[list[AuditEntry], AuditHead]:
    head = empty_head(key)
    entries = []
    for number in range(length):
        entry, head = link(key, head, a_record(number))
        entries.append(entry)
    return entries, head


@pytest.mark.parametrize("length", [0, 1, 2, 50])
def test_an_untouched_log_is_intact_and_counted(length: int) -> None:
    entries, head = a_log(length)
    report = check_chain(KEY, head, entries)
    assert report.intact
    assert report.count == length


@pytest.mark.parametrize(
    "change",
    [
        {"at": START + timedelta(days=1)},
        {"action": AuditAction.SIGN_OUT},
        {"user_id": "b" * 32},
        {"user_id": None},
        {"object": "session-x"},
        {"ip": "192.0.2.2"},
        {"user_agent": "Chrome"},
        {"details": {}},
        {"details": {"method": "oidc"}},
    ],
)
@pytest.mark.parametrize("place", [1, 7, 20])
def test_any_edited_field_is_found_where_it_is(change: dict[str, object], place: int) -> None:
    entries, head = a_log(20)
    entry = entries[place - 1]
    entries[place - 1] = replace(entry, record=replace(entry.record, **change))  # type: ignore[arg-type]
    assert check_chain(KEY, head, entries).broken_at == place


@given(st.integers(1, 30))
def test_a_missing_entry_is_found_wherever_it_was(place: int) -> None:
    entries, head = a_log(30)
    del entries[place - 1]
    assert check_chain(KEY, head, entries).broken_at == place


@given(st.lists(st.integers(0, 11), min_size=2, max_size=2, unique=True))
def test_two_entries_that_changed_places_are_found(places: list[int]) -> None:
    entries, head = a_log(12)
    first, second = places
    entries[first], entries[second] = entries[second], entries[first]
    assert check_chain(KEY, head, entries).broken_at == min(places) + 1


@given(st.integers(0, 9))
def test_a_cut_end_is_found_although_what_is_left_fits(kept: int) -> None:
    entries, head = a_log(10)
    report = check_chain(KEY, head, entries[:kept])
    assert report.broken_at == kept + 1
    assert report.reason == f"entries after {kept} are missing"


def test_a_cut_end_is_found_even_when_the_head_was_made_to_fit_without_the_key() -> None:
    entries, head = a_log(10)
    forged = replace(head, count=9, hash=entries[8].hash)
    assert check_chain(KEY, forged, entries[:9]).broken_at == 0


def test_a_whole_log_written_anew_with_another_key_is_found() -> None:
    _, head = a_log(5)
    entries, forged_head = a_log(5, key=OTHER_KEY)
    assert check_chain(KEY, head, entries).broken_at == 1
    assert check_chain(KEY, forged_head, entries).broken_at == 0


def test_words_cannot_wander_from_one_field_to_the_next() -> None:
    head = empty_head(KEY)
    one, _ = link(KEY, head, replace(a_record(), object="ab", ip="c"))
    two, _ = link(KEY, head, replace(a_record(), object="a", ip="bc"))
    assert one.hash != two.hash
