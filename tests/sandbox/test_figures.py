"""Numbers and times are written exactly as the venue writes them."""

from __future__ import annotations

import pytest

from core.sandbox.coinbase.frames import percent_text
from core.sandbox.world.figures import decimal_text, go_time, increment_text, rfc3339

AT = 1_773_480_413_562_008_290


@pytest.mark.parametrize(
    ("units", "decimals", "text"),
    [
        (6_428_170, 2, "64281.7"),
        (6_428_100, 2, "64281"),
        (0, 8, "0"),
        (1, 8, "0.00000001"),
        (1_012, 8, "0.00001012"),
        (1_500, 0, "1500"),
    ],
)
def test_decimals_have_no_exponent_and_no_trailing_zeros(
    units: int, decimals: int, text: str
) -> None:
    assert decimal_text(units, decimals) == text


def test_increments() -> None:
    assert [increment_text(decimals) for decimals in (0, 2, 8)] == ["1", "0.01", "0.00000001"]


def test_moments_have_nine_digits_with_the_zeros_cut() -> None:
    assert rfc3339(AT) == "2026-03-14T09:26:53.56200829Z"
    assert rfc3339(AT, digits=6) == "2026-03-14T09:26:53.562008Z"
    assert rfc3339(AT // 10**9 * 10**9) == "2026-03-14T09:26:53Z"
    assert go_time(AT, uptime=12.5) == "2026-03-14 09:26:53.56200829 +0000 UTC m=+12.500000000"


def test_percentages_have_a_long_fraction_and_no_exponent() -> None:
    assert percent_text(0.25541069034937) == "0.25541069034937"
    assert percent_text(-1e-9) == "-0.000000001"
    assert percent_text(0.0) == "0"
    assert percent_text(-1e-20) == "0"
