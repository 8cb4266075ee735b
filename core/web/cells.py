"""Cells of a table that a spreadsheet must not run as formulas.

Pure. A text that a spreadsheet could take for a formula gets an apostrophe before it (OWASP, CSV
injection); a number stays a number, so that a negative one can still be added up.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

Cell = str | int | Decimal | None

_STARTS = frozenset("=+-@\t\r\n\0\uff1d\uff0b\uff0d\uff20")


def safe_row(cells: Iterable[Cell]) -> list[str]:
    """Return the cells as texts that stay texts, and numbers that stay numbers."""
    return [safe_cell(cell) for cell in cells]


def safe_cell(cell: Cell) -> str:
    """Return one cell; an absent value is empty."""
    if cell is None:
        return ""
    if isinstance(cell, Decimal):
        return f"{cell:f}"
    if isinstance(cell, int):
        return str(cell)
    text = cell.replace("\0", "")
    # A spreadsheet looks past blanks, so what comes after them counts too.
    first = text.lstrip(" \u00a0\u3000")[:1]
    return f"'{text}" if first in _STARTS and first else text
