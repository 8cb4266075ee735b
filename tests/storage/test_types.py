"""What goes into the database comes back exactly, on both kinds."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import InvalidInput
from core.storage import Store
from core.storage.statements import Statements, translated
from core.storage.types import Money, PlainText, UtcTime

TABLE = sa.Table(
    "kept",
    sa.MetaData(),
    sa.Column("m", Money),
    sa.Column("at", UtcTime),
    sa.Column("s", PlainText),
)
RoundTrip = Callable[..., Any]

amounts = st.builds(
    lambda sign, digits, places: Decimal((sign, digits, -places)),
    st.integers(0, 1),
    st.lists(st.integers(0, 9), min_size=1, max_size=20).map(tuple),
    st.integers(0, 18),
)


@pytest.fixture
def there_and_back(store: Store) -> Any:
    """Store values by column in a table of their own, read them and undo it all."""
    engine = store._engines.writer

    def run(**values: Any) -> Any:
        with translated(), engine.connect() as connection:
            TABLE.create(connection)
            statements = Statements(connection)
            statements.change(sa.insert(TABLE).values(**values))
            row = statements.first(sa.select(TABLE))
            connection.rollback()
        assert row is not None
        return row

    return run


def test_money_comes_back_to_the_last_digit(there_and_back: RoundTrip, full: bool) -> None:
    @settings(
        max_examples=2000 if full else 200,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(amounts)
    def check(amount: Decimal) -> None:
        found = there_and_back(m=amount).m
        assert type(found) is Decimal
        assert found == amount

    check()


@pytest.mark.parametrize(
    ("given_as", "comes_as"),
    [
        ("123456789.123456789012345678", "123456789.123456789012345678"),
        ("99999999999999999999.999999999999999999", "99999999999999999999.999999999999999999"),
        ("1.50", "1.5"),
        ("1E+3", "1000"),
        ("-0.000000000000000001", "-0.000000000000000001"),
        ("-0", "0"),
        ("0.1000000000000000000000000", "0.1"),
    ],
)
def test_money_is_written_in_one_way_on_both(
    there_and_back: RoundTrip, given_as: str, comes_as: str
) -> None:
    assert format(there_and_back(m=Decimal(given_as)).m, "f") == comes_as


@pytest.mark.parametrize(
    "amount",
    ["1e20", "1e3000000", "-1e20", "1e-19", "0.1234567890123456789", "NaN", "Infinity", "sNaN"],
)
def test_a_number_that_would_change_is_refused(there_and_back: RoundTrip, amount: str) -> None:
    with pytest.raises(InvalidInput):
        there_and_back(m=Decimal(amount))


@pytest.mark.parametrize("amount", [0.1, True, "1"])
def test_money_is_no_float_flag_or_text(there_and_back: RoundTrip, amount: Any) -> None:
    with pytest.raises(TypeError):
        there_and_back(m=amount)


def test_a_naive_time_is_refused(there_and_back: RoundTrip) -> None:
    with pytest.raises(TypeError):
        there_and_back(at=datetime(2026, 1, 1))


def test_a_moment_comes_back_in_utc_to_the_microsecond(there_and_back: RoundTrip) -> None:
    moment = datetime(2026, 3, 29, 3, 30, 0, 123456, tzinfo=timezone(timedelta(hours=5.5)))
    found = there_and_back(at=moment).at
    assert found == moment
    assert found.tzinfo is UTC


@pytest.mark.parametrize("text", ["", "né \U0001f600 漢字 \x01", "a'b\"c;--", "x" * 100_000])
def test_text_comes_back_as_it_was(there_and_back: RoundTrip, text: str) -> None:
    assert there_and_back(s=text).s == text


@pytest.mark.parametrize("text", ["\0", "a\0b", "\ud800"])
def test_text_that_cannot_be_kept_is_refused_alike(there_and_back: RoundTrip, text: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        there_and_back(s=text)
    assert not re.search("insert|kept \\(", str(refusal.value), re.IGNORECASE)
