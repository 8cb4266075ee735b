"""Which new passwords are good enough: long, and not among the first a guesser would try.

    12–128 characters → without the e-mail, well-known words, runs such as 1234 → enough is left

Nobody is made to mix cases and signs: that makes passwords worse. Old passwords are never judged.
"""

from __future__ import annotations

import re

from core.errors import InvalidInput
from core.identity.addresses import domain_of

MIN_LENGTH = 12
MAX_LENGTH = 128

_ENOUGH = 5
"""Different characters that must be left of a password without everything well known."""
_MIN_RUN = 4
_SPELLED = str.maketrans("013457@$!", "oleastasi")
_WORDS = (
    "password passwort passwd passphrase letmein welcome admin administrator changeme "
    "iloveyou princess dragon monkey football baseball superman batman trustno sunshine "
    "starwars whatever master shadow secret default sample example login access spectra "
    "bitcoin ethereum crypto qwerty qwertz azerty asdf zxcv test guest user hello"
)
_ROWS = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
    "qwertyuiop",
    "qwertzuiop",
    "azertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
    "!@#$%^&*()",
)


def check_new_password(text: str, *, email: str) -> None:
    """Return if `text` may become the password of `email`, else raise InvalidInput saying why."""
    if len(text) < MIN_LENGTH:
        raise _refused(f"The password has fewer than {MIN_LENGTH} characters.")
    if len(text) > MAX_LENGTH:
        raise _refused(f"The password has more than {MAX_LENGTH} characters.")
    if any("\ud800" <= letter <= "\udfff" or letter == "\0" for letter in text):
        raise _refused("The password holds characters that cannot be typed.")
    lowered = text.lower()
    if _left(lowered, _parts(email)) < _ENOUGH:
        raise _refused("The password is among the first that somebody would guess.")


def _left(text: str, known: list[str]) -> int:
    """Return how many different characters are left, whichever way signs are read."""
    spelled = text.translate(_SPELLED)
    return min(
        len(set(_without_words(_without_runs(text), known))),
        len(set(_without_runs(_without_words(spelled, known)))),
    )


def _without_words(text: str, known: list[str]) -> str:
    words = sorted((*known, *_WORDS.split()), key=len, reverse=True)
    return re.sub("|".join(map(re.escape, words)), "", text)


def _without_runs(text: str) -> str:
    """Return `text` without four or more neighbours of a row, forwards or backwards."""
    kept, start = [], 0
    while start < len(text):
        length = max(_run(row, text[start:]) for row in (*_ROWS, *(row[::-1] for row in _ROWS)))
        if length < _MIN_RUN:
            kept.append(text[start])
            length = 1
        start += length
    return "".join(kept)


def _run(row: str, text: str) -> int:
    length = 0
    while length < len(text) and text[: length + 1] in row:
        length += 1
    return length


def _parts(email: str) -> list[str]:
    """Return what everybody knows who knows the address."""
    local = email.partition("@")[0]
    parts = {email, local, domain_of(email), *re.split(r"[._+-]", local)}
    parts.update(domain_of(email).split("."))
    return [part for part in parts if len(part) > 2]


def _refused(problem: str) -> InvalidInput:
    return InvalidInput(
        "password", problem, cure="Choose another one; four unrelated words are good."
    )
