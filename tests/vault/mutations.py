"""Every way to change a token that an attacker, a careless copy or a bad disk could come upon."""

from __future__ import annotations

import base64
import random
import string
from collections.abc import Callable, Sequence

ALPHABET = string.ascii_letters + string.digits + "+/"
WHITESPACE = " \t\n\r\v\f\x00\u00a0\u200b\ufeff\u2028"
ODD = "=:.-_~!\\\"'%&\u0131\u212a\uff21\uff1a\u2236\u0660é🔑" + WHITESPACE


def mutate(rng: random.Random, tokens: Sequence[str]) -> str:
    """Return one of `tokens`, changed in one to three ways, and none of `tokens`."""
    while True:
        text = rng.choice(tokens)
        for _ in range(rng.choice((1, 1, 1, 2, 3))):
            text = rng.choice(WAYS)(rng, text, tokens)
        if text not in tokens:
            return text


def _bytes_of_a_part(change: Callable[[random.Random, bytes], bytes]) -> Way:
    def way(rng: random.Random, text: str, _: Sequence[str]) -> str:
        parts = text.split(":")
        at = rng.randrange(len(parts))
        try:
            parts[at] = base64.b64encode(change(rng, base64.b64decode(parts[at]))).decode()
        except ValueError:
            return text
        return ":".join(parts)

    return way


def _text_of_a_part(change: Callable[[random.Random, str], str]) -> Way:
    def way(rng: random.Random, text: str, _: Sequence[str]) -> str:
        parts = text.split(":")
        at = rng.randrange(len(parts))
        parts[at] = change(rng, parts[at])
        return ":".join(parts)

    return way


def _parts(change: Callable[[random.Random, list[str], list[str]], object]) -> Way:
    def way(rng: random.Random, text: str, tokens: Sequence[str]) -> str:
        parts = text.split(":")
        change(rng, parts, rng.choice(tokens).split(":"))
        return ":".join(parts)

    return way


def _flip_bit(rng: random.Random, part: bytes) -> bytes:
    if not part:
        return bytes([rng.randrange(256)])
    at = rng.randrange(len(part))
    return part[:at] + bytes([part[at] ^ 1 << rng.randrange(8)]) + part[at + 1 :]


def _replace(rng: random.Random, part: str) -> str:
    at = rng.randrange(len(part) + 1)
    return part[:at] + rng.choice(ALPHABET + ODD) + part[at + 1 :]


def _insert(rng: random.Random, part: str) -> str:
    at = rng.randrange(len(part) + 1)
    return part[:at] + rng.choice(ALPHABET + ODD) + part[at:]


def _delete(rng: random.Random, part: str) -> str:
    at = rng.randrange(len(part) + 1)
    return part[:at] + part[at + 1 :]


def _white(rng: random.Random, part: str) -> str:
    at = rng.choice((0, len(part), rng.randrange(len(part) + 1)))
    return part[:at] + rng.choice(WHITESPACE) * rng.randrange(1, 3) + part[at:]


def _loose_bits(rng: random.Random, part: str) -> str:
    """Change the bits of the last character that decoding throws away."""
    body = part.rstrip("=")
    pads = len(part) - len(body)
    if not pads or not body:
        return part
    value = ALPHABET_ORDER.index(body[-1]) if body[-1] in ALPHABET_ORDER else 0
    return body[:-1] + ALPHABET_ORDER[value ^ rng.randrange(1, 4 if pads == 1 else 16)] + "=" * pads


def _swap(rng: random.Random, parts: list[str], _: list[str]) -> None:
    one, other = rng.randrange(len(parts)), rng.randrange(len(parts))
    parts[one], parts[other] = parts[other], parts[one]


def _take(rng: random.Random, parts: list[str], others: list[str]) -> None:
    at = rng.randrange(min(len(parts), len(others)))
    parts[at] = others[at]


def _append(rng: random.Random, parts: list[str], others: list[str]) -> None:
    parts.insert(rng.randrange(len(parts) + 1), rng.choice(["", "AAAA", *others]))


def _drop(rng: random.Random, parts: list[str], _: list[str]) -> None:
    if len(parts) > 1:
        del parts[rng.randrange(len(parts))]


def _spelt_otherwise(rng: random.Random, part: str) -> str:
    try:
        content = base64.b64decode(part)
    except ValueError:
        return part
    return rng.choice(
        (
            content.hex(),
            base64.b32encode(content).decode(),
            base64.b85encode(content).decode(),
            base64.urlsafe_b64encode(content).decode(),
            base64.b64encode(part.encode()).decode(),
            base64.b64encode(content).decode().rstrip("="),
            base64.encodebytes(content).decode(),
            part.swapcase(),
            "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in part),
        )
    )


ALPHABET_ORDER = string.ascii_uppercase + string.ascii_lowercase + string.digits + "+/"
Way = Callable[[random.Random, str, Sequence[str]], str]
WAYS: tuple[Way, ...] = (
    _bytes_of_a_part(_flip_bit),
    _bytes_of_a_part(_flip_bit),
    _bytes_of_a_part(lambda rng, part: part[: rng.randrange(len(part) + 1)]),
    _bytes_of_a_part(lambda rng, part: part + rng.randbytes(rng.randrange(1, 4))),
    _bytes_of_a_part(lambda rng, part: rng.randbytes(len(part))),
    _bytes_of_a_part(lambda rng, part: part[::-1]),
    _text_of_a_part(_replace),
    _text_of_a_part(_insert),
    _text_of_a_part(_delete),
    _text_of_a_part(_white),
    _text_of_a_part(_loose_bits),
    _text_of_a_part(lambda rng, part: part + "=" * rng.randrange(1, 5)),
    _text_of_a_part(lambda rng, part: part.rstrip("=")),
    _text_of_a_part(_spelt_otherwise),
    _parts(_swap),
    _parts(_take),
    _parts(_append),
    _parts(_drop),
    lambda rng, text, tokens: text[: rng.randrange(len(text) + 1)],
    lambda rng, text, tokens: text + rng.choice(tokens),
    lambda rng, text, tokens: text.replace(":", rng.choice((";", "::", "\uff1a", " ", "."))),
)
