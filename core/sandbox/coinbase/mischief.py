"""Frames as they should never be: what the sandbox sends when a fault of that kind is due.

Each kind cycles through its variants, so that a count of some dozens meets them all. Never random:
the same number gives the same nonsense, but for the bytes that stand for noise.
"""

from __future__ import annotations

import json
import random
from typing import Any

GARBAGE_TEXTS: tuple[str | bytes, ...] = (
    "}{ not json",
    "",
    '{"channel":"ticker","timestamp":"2026-01-01T00:00:00Z","sequence_num":',
    "[]",
    "42",
    "null",
    '"ticker"',
    '{"channel":"no_such_channel","events":[{}]}',
    '{"channel":"ticker"}',
    '{"channel":"ticker","sequence_num":"x","events":{}}',
    '{"channel":7,"sequence_num":[],"events":null}',
    "<html><title>Sign in to continue</title></html>",
    b"\x00\xff\xfe\x80 binary where text belongs",
    "[" * 5_000,
)
BAD_NUMBERS: tuple[Any, ...] = (
    "NaN",
    "",
    None,
    "1e999",
    "-Infinity",
    "-1",
    "0x10",
    "١٢٣",
    True,
    [],
    {"amount": "1"},
    "9" * 400,
    float("nan"),
    "1e3000000",
)
_FIELDS = (
    "price",
    "volume_24_h",
    "price_percent_chg_24_h",
    "best_bid",
    "low_24_h",
    "best_ask_quantity",
    "high_52_w",
)
_MISSING = len(BAD_NUMBERS)


def garbage(number: int) -> str | bytes:
    """Return the `number`-th message that is not one; bytes are meant for a binary frame."""
    return GARBAGE_TEXTS[number % len(GARBAGE_TEXTS)]


def spoiled(frame: str, number: int) -> str:
    """Return a ticker frame with one field made nonsense, or left out."""
    body = json.loads(frame)
    variant = number % (_MISSING + 1)
    field = _FIELDS[number % len(_FIELDS)]
    for event in body["events"]:
        for ticker in event["tickers"]:
            if variant == _MISSING:
                ticker.pop(field, None)
            else:
                ticker[field] = BAD_NUMBERS[variant]
    return json.dumps(body, separators=(",", ":"))


def half_frame(frame: str) -> bytes:
    """Return the start of a WebSocket text frame that promises more than follows."""
    payload = frame.encode()
    head = bytes([0x81, 126]) + max(126, min(65_535, len(payload))).to_bytes(2, "big")
    return head + payload[: len(payload) // 2]


def noise(rng: random.Random) -> bytes:
    """Return bytes that no WebSocket peer may send: the first sets reserved bits."""
    return b"\xff" + rng.randbytes(63)


def huge_message(size: int) -> str:
    """Return a JSON message of `size` bytes on a channel that does not exist."""
    head, tail = '{"channel":"huge","events":["', '"]}'
    return head + "x" * max(0, size - len(head) - len(tail)) + tail
