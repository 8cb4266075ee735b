"""Bounded reading of JSON that comes from outside: sizes, depths and numbers are checked first.

A nine-byte number such as 1e3000000 can hold a process for minutes once int() or format() meets
it, so a number is refused by its exponent before anything computes with it. Every failure is an
`InvalidMessage` that names the place, never a value from the body.
"""

from __future__ import annotations

import json
from decimal import Decimal, InvalidOperation
from typing import Any

from core.errors import InvalidMessage

MAX_BODY_BYTES = 8 * 1024 * 1024
MAX_DEPTH = 32
MAX_DIGITS = 40
MAX_EXPONENT = 20


def parse_json(body: bytes, *, max_bytes: int = MAX_BODY_BYTES) -> Any:
    """Return the parsed body with every number as a bounded Decimal.

    Refuses bodies over `max_bytes`, nesting over 32, NaN and infinities, numbers beyond 40 digits
    or 10^±20, and objects that name a key twice.
    """
    if len(body) > max_bytes:
        raise InvalidMessage(f"body of {len(body)} bytes, over the limit of {max_bytes}")
    try:
        value = json.loads(
            body,
            parse_float=bounded_decimal,
            parse_int=bounded_decimal,
            parse_constant=_refuse_constant,
            object_pairs_hook=_unique,
        )
    except (ValueError, RecursionError) as error:
        raise InvalidMessage("not valid JSON") from error
    _check_depth(value, MAX_DEPTH)
    return value


def bounded_decimal(text: str) -> Decimal:
    """Return a finite Decimal of at most 40 digits and 10^±20, or raise InvalidMessage."""
    if len(text) > 2 * MAX_DIGITS or not text.isascii() or "_" in text:
        raise InvalidMessage("a number is too long or not plain ASCII")
    try:
        number = Decimal(text)
    except InvalidOperation as error:
        raise InvalidMessage("a number is not a number") from error
    if not is_bounded(number):
        raise InvalidMessage("a number is not finite, or out of bounds")
    return number


def is_bounded(number: Decimal) -> bool:
    """Say whether a number is finite, of at most 40 digits, and within 10^±20; so is a zero."""
    return (
        number.is_finite()
        and len(number.as_tuple().digits) <= MAX_DIGITS
        and abs(number.adjusted()) <= MAX_EXPONENT
    )


def _check_depth(value: Any, left: int) -> None:
    if not isinstance(value, dict | list):
        return
    if not left:
        raise InvalidMessage(f"nested deeper than {MAX_DEPTH}")
    for item in value.values() if isinstance(value, dict) else value:
        _check_depth(item, left - 1)


def _refuse_constant(name: str) -> Any:
    raise InvalidMessage(f"{name} is not a JSON number")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise InvalidMessage("an object names a key twice")
    return result
