"""Figures as text: the same rules as the browser's, absent is a dash and only zero is zero."""

from __future__ import annotations

import math
from decimal import Decimal

import pytest

from core.ui.numbers import (
    format_age,
    format_bytes,
    format_compact,
    format_percent,
    format_price,
    respell,
)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (64281.7, "64,281.70"),
        (1.0, "1.00"),
        (0.00001234, "0.00001234"),
        (0.00001, "0.00001000"),
        (1e-12, "0.000000000001000"),
        (0.5321, "0.5321"),
        (0.0, "0.00"),
        (-3.5, "−3.50"),
        (None, "–"),
        (math.nan, "–"),
        (math.inf, "–"),
    ],
)
def test_a_price_is_never_rounded_away_nor_written_with_an_exponent(
    value: float | None, shown: str
) -> None:
    assert format_price(value) == shown


@pytest.mark.parametrize(
    ("step", "shown"),
    [("0.01", "64,281.70"), ("1", "64,282"), ("0.00001", "64,281.70000"), ("10", "64,282")],
)
def test_a_price_keeps_to_its_products_step(step: str, shown: str) -> None:
    assert format_price(64281.7, Decimal(step)) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [(1.234, "+1.23 %"), (-0.414, "−0.41 %"), (0, "0.00 %"), (-0.001, "0.00 %"), (None, "–")],
)
def test_a_change_always_shows_its_sign_unless_it_is_zero(value: float | None, shown: str) -> None:
    assert format_percent(value) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [(33.4e9, "33.4B"), (1.5e6, "1.5M"), (820.0, "820"), (999_960.0, "1.0M"), (None, "–")],
)
def test_a_large_amount_takes_few_characters(value: float | None, shown: str) -> None:
    assert format_compact(value) == shown


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0.2, "0.2 s"), (14, "14 s"), (185, "3 min"), (7_300, "2 h"), (400_000, "4 d"), (-3, "0.0 s")],
)
def test_an_age_is_read_at_a_glance(seconds: float, shown: str) -> None:
    assert format_age(seconds) == shown


def test_an_unknown_age_is_a_dash() -> None:
    assert format_age(None) == "–"


@pytest.mark.parametrize(
    ("locale", "shown"),
    [
        ("en-US", "−1,234,567.89 USD"),
        ("de-DE", "−1.234.567,89 USD"),
        ("fr-FR", "−1\u202f234\u202f567,89 USD"),
        ("de-CH", "−1’234’567.89 USD"),
        ("en-IN", "−12,34,567.89 USD"),
        ("xx-XX", "−1,234,567.89 USD"),
    ],
)
def test_numbers_are_respelled_for_their_reader(locale: str, shown: str) -> None:
    assert respell("−1,234,567.89 USD", locale) == shown


def test_respelling_keeps_what_is_no_number_and_small_numbers() -> None:
    assert respell("–", "de-DE") == "–"
    assert respell("0.2 s", "de-DE") == "0,2 s"
    assert respell("999", "en-IN") == "999"
    assert respell("1,234", "en-IN") == "1,234"


def test_sizes_of_files_are_one_step() -> None:
    assert [format_bytes(size) for size in (None, 820, 1_250_000)] == ["–", "820 B", "1.2 MB"]
