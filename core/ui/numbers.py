"""Numbers as text for tables and panels, as assets/js/format.js writes them in the browser.

Absent is "–" and the sign is always printed. It never rounds a small price away. Everything is
written as in the USA first; `respell` gives it the separators of another reader.
"""

from __future__ import annotations

import math
import re
from decimal import Decimal
from typing import TypeGuard

ABSENT = "–"
_MINUS = "−"
_SMALL_DIGITS = 4
_MARKS = {"de-DE": (".", ","), "fr-FR": ("\u202f", ","), "de-CH": ("’", ".")}
"""Between thousands, and before decimals, where they are not as in the USA."""
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
_BYTES = ((1e9, "GB"), (1e6, "MB"), (1e3, "kB"))
_UNITS = ((1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "K"))


def format_price(value: float | None, increment: Decimal | None = None) -> str:
    """Return a price to its product's step, else 2 decimals above 1 and 4 digits below."""
    if not _known(value):
        return ABSENT
    return f"{value:,.{_price_decimals(value, increment)}f}".replace("-", _MINUS)


def format_percent(value: float | None, *, unit: str = "%") -> str:
    """Return a change with its sign: "+1.23 %", "−0.41 %", "0.00 %"."""
    if not _known(value):
        return ABSENT
    text = f"{abs(value):,.2f}"
    sign = "" if float(text.replace(",", "")) == 0 else "+" if value > 0 else _MINUS
    return f"{sign}{text} {unit}"


def format_compact(value: float | None) -> str:
    """Return a large amount in few characters: 33.4B, 1.5M, 820."""
    if not _known(value):
        return ABSENT
    size = abs(value)
    for by, unit in _UNITS:
        if size >= by * 0.99995:
            decimals = 0 if size / by >= 99.95 else 1
            return f"{value / by:,.{decimals}f}{unit}".replace("-", _MINUS)
    return f"{value:,.{2 if 0 < size < 1 else 0}f}".replace("-", _MINUS)


def format_age(seconds: float | None) -> str:
    """Return how old something is: "0.2 s", "14 s", "3 min", "2 h", "5 d"."""
    if not _known(seconds):
        return ABSENT
    age = max(0.0, seconds)
    if age < 9.95:
        return f"{age:.1f} s"
    steps = ((120, 1, "s"), (7_200, 60, "min"), (172_800, 3_600, "h"), (math.inf, 86_400, "d"))
    by, unit = next((by, unit) for limit, by, unit in steps if age < limit)
    return f"{int(age // by)} {unit}"


def respell(text: str, locale: str) -> str:
    """Return `text` with the numbers in it written for the reader of this BCP 47 tag."""
    if locale == "en-IN":
        return _NUMBER.sub(lambda found: _in_lakhs(found[0]), text)
    if locale not in _MARKS:
        return text
    between, before = _MARKS[locale]
    marks = {",": between, ".": before}
    return _NUMBER.sub(lambda found: "".join(marks.get(c, c) for c in found[0]), text)


def format_bytes(size: int | None) -> str:
    """Return the size of a file: "820 B", "1.2 MB"."""
    if size is None:
        return ABSENT
    step = next((each for each in _BYTES if size >= each[0]), None)
    return f"{size / step[0]:,.1f} {step[1]}" if step else f"{size:,} B"


def _price_decimals(value: float, increment: Decimal | None) -> int:
    if increment is not None and increment > 0:
        return max(0, -int(increment.normalize().as_tuple().exponent))
    size = abs(value)
    if size == 0 or size >= 1:
        return 2
    return min(20, _SMALL_DIGITS - 1 - math.floor(math.log10(size)))


def _in_lakhs(number: str) -> str:
    whole, point, decimals = number.partition(".")
    digits = whole.replace(",", "")
    if "," not in whole:
        return number
    head, tail = digits[:-3], digits[-3:]
    pairs = [head[max(0, end - 2) : end] for end in range(len(head), 0, -2)]
    return ",".join([*reversed(pairs), tail]) + point + decimals


def _known(value: float | None) -> TypeGuard[float]:
    return value is not None and math.isfinite(value)
