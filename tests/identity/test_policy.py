"""New passwords: long and not among the first guesses; nothing else is asked."""

from __future__ import annotations

import secrets

import pytest

from core.errors import InvalidInput
from core.identity.policy import check_new_password

EMAIL = "ada.lovelace@example.com"

WEAK = (
    "",
    "short",
    "elevenchars",
    "x" * 129,
    "aaaaaaaaaaaaaaaa",
    "abababababababab",
    "abcabcabcabcabc",
    "123456789012",
    "987654321098",
    "abcdefghijkl",
    "qwertyuiop12",
    "1qaz2wsx3edc",
    "passwordpassword",
    "Password1234",
    "P@ssw0rd2026!",
    "password1234!",
    "letmein12345",
    "Welcome2026!",
    "AdminAdmin2026",
    "changeme1234",
    "ada.lovelace@example.com",
    "ADA.LOVELACE@EXAMPLE.COM",
    "ada.lovelace12",
    "LovelaceAda1",
    "example.com123",
    "spectra12345",
    "            ",
    "ab\0cdefghijklmnop",
    "\ud800" * 12,
)
GOOD = (
    "correct horse battery staple",
    "three small otters juggle",
    "a whole new password, 2026",
    "canary-new-password-4711",
    "Tr0ub4dor&3-rides",
    "naïve café au lait",
    "пароль не из списка",
    "合言葉は山と川とそら七色",
    "x" * 120 + "yvwz 8",
)


@pytest.mark.parametrize("text", WEAK)
def test_a_weak_password_is_refused_without_being_repeated(text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        check_new_password(text, email=EMAIL)
    assert refused.value.field == "password"
    assert len(text) < 5 or text not in str(refused.value)


@pytest.mark.parametrize("text", GOOD)
def test_a_good_password_is_taken(text: str) -> None:
    check_new_password(text, email=EMAIL)


def test_drawn_passwords_are_taken() -> None:
    for _ in range(500):
        check_new_password(secrets.token_urlsafe(12), email=EMAIL)
