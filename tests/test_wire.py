"""JSON from outside is bounded before anything computes with it."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import InvalidMessage
from core.wire import bounded_decimal, parse_json


def test_numbers_keep_every_digit_the_venue_sent() -> None:
    assert parse_json(b'{"price": 0.10, "size": 12345678901234567890.123}') == {
        "price": Decimal("0.10"),
        "size": Decimal("12345678901234567890.123"),
    }


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"<html>sign in to this network</html>",
        b"\xff\xfe",
        b"[NaN]",
        b"[-Infinity]",
        b"[1e999]",
        b"[1e3000000]",
        b"[" + b"9" * 41 + b"]",
        b'{"a": 1, "a": 2}',
        b"[" * 33 + b"]" * 33,
        b"[" * 100_000,
        b'"' + b"x" * 9_000_000 + b'"',
    ],
)
def test_a_body_that_could_harm_is_refused(body: bytes) -> None:
    with pytest.raises(InvalidMessage):
        parse_json(body)


def test_the_deepest_allowed_nesting_passes() -> None:
    parse_json(b"[" * 32 + b"]" * 32)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nan",
        "inf",
        "0e-99999999",
        "0x1",
        "1_000",
        "١",
        "1e21",
        "1e-21",
        "1" * 81,
        "True",
        " 1 1",
    ],
)
def test_text_that_is_no_bounded_number_is_refused(text: str) -> None:
    with pytest.raises(InvalidMessage):
        bounded_decimal(text)


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12))
def test_any_ordinary_number_survives_unchanged(number: Decimal) -> None:
    text = f"{number:f}"
    if len(text) <= 40 and abs(number.adjusted()) <= 20:
        assert bounded_decimal(text) == number


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(json_values)
def test_any_body_is_either_parsed_or_refused_in_one_way(value: object) -> None:
    try:
        parse_json(json.dumps(value).encode())
    except InvalidMessage as refusal:
        assert str(refusal)


@given(st.binary(max_size=400))
def test_garbage_is_refused_in_one_way(body: bytes) -> None:
    try:
        parse_json(body)
    except InvalidMessage as refusal:
        assert str(refusal)
