"""How the sandbox writes numbers and times down: exact decimals from integers, RFC3339 in UTC.

Inside the sandbox a price is a whole number of price increments and an amount a whole number of
base increments, so sums and comparisons are exact. Never parses what a client sent.
"""

from __future__ import annotations

import time


def decimal_text(units: int, decimals: int) -> str:
    """Write `units` of 10^-decimals the way the venue does: no exponent, no trailing zeros."""
    if decimals <= 0:
        return str(units)
    digits = f"{units:0{decimals + 1}d}"
    return f"{digits[:-decimals]}.{digits[-decimals:]}".rstrip("0").rstrip(".")


def increment_text(decimals: int) -> str:
    """Write the increment itself: 2 → 0.01, 0 → 1."""
    return decimal_text(1, decimals)


def rfc3339(nanoseconds: int, *, digits: int = 9) -> str:
    """Write a moment as RFC3339 with up to `digits` decimals, trailing zeros cut, and Z."""
    seconds, rest = divmod(nanoseconds, 1_000_000_000)
    fraction = f"{rest:09d}"[:digits].rstrip("0")
    whole = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds))
    return f"{whole}.{fraction}Z" if fraction else f"{whole}Z"


def go_time(nanoseconds: int, *, uptime: float) -> str:
    """Write a moment as Go prints a time with its monotonic reading, as heartbeats carry it."""
    day_and_time = rfc3339(nanoseconds).removesuffix("Z").replace("T", " ")
    return f"{day_and_time} +0000 UTC m=+{uptime:.9f}"
