"""Weak keys do not start; good ones are stretched once and show themselves nowhere (SEC-05, 08)."""

from __future__ import annotations

import base64
import re

import pytest

from core.errors import ConfigurationError
from core.vault import SealContext, open_vault
from core.vault.derive import slow_key
from core.vault.keyring import read_key

BAD_KEYS = [
    "",
    "short",
    "k7Jq-29dm-Xw81-pz0c-Lm4t-Hs6v-1",  # 31 characters
    "a" * 32,
    "0" * 64,
    "ab" * 16,
    "abcd" * 8,
    "correct horse battery staple" * 2,
    "12345678901234567890123456789012",
    "0123456789abcdef0123456789abcdef",
    "abcdefghijklmnopqrstuvwxyz0123456789",
    "zyxwvutsrqponmlkjihgfedcba9876543210",
    "1010011100101110100101110010011011",
    "your-32-character-encryption-key-here",
    "change-me-to-a-long-random-string-please",
    "CHANGE_THIS_ENCRYPTION_KEY_IN_PRODUCTION",
    "replace-with-32-byte-secret-from-openssl",
    "my-super-secret-key-for-development-1",
    " k7Jq-29dm-Xw81-pz0c-Lm4t-Hs6v-1Ba8",
    "k7Jq-29dm-Xw81-pz0c-Lm4t-Hs6v-1Ba8\n",
    "k7Jq-29dm-Xw81-pz0c\x00-Lm4t-Hs6v-1Ba8",
    "k7Jq-29dm-Xw81-pz0c\udcff-Lm4t-Hs6v-1Ba8",
    "base64:",
    "base64:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
    "base64:k7Jq29dmXw81pz0cLm4tHs6v1Ba8k7Jq29dmXw81pz0c",  # 33 bytes
    "base64:k7Jq29dmXw81pz0cLm4tHs6v1Ba8k7Jq29dmXw81pz1=",  # not canonical
    "base64:k7Jq29dmXw81pz0cLm4tHs6v1Ba8k7Jq29dmXw81 z0=",
    "base64:-_Jq29dmXw81pz0cLm4tHs6v1Ba8k7Jq29dmXw81pz0=",
]
RAW = "base64:" + base64.b64encode(bytes(range(7, 39))).decode()
PASSPHRASE = "k7Jq-29dm-Xw81-pz0c-Lm4t-Hs6v-1Ba8"


@pytest.mark.parametrize("key", BAD_KEYS)
def test_a_weak_key_is_refused_by_name_and_never_quoted(key: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        open_vault(key)
    assert caught.value.field == "ENCRYPTION_KEY"
    assert len(key) < 8 or key not in str(caught.value)
    with pytest.raises(ConfigurationError) as caught:
        open_vault(PASSPHRASE, previous=key or " ")
    assert caught.value.field == "ENCRYPTION_KEY_PREVIOUS"


@pytest.mark.parametrize(
    "key",
    [
        PASSPHRASE,
        RAW,
        "9f86d081884c7d659a2feaa0c55ad015",
        "Der Schlüssel, den niemand errät: 42 Äpfel",
    ],
)
def test_a_good_key_is_taken_and_goes_by_four_characters(key: str) -> None:
    assert re.fullmatch("[A-Z2-7]{4}", open_vault(key).current_key_id)


def test_a_key_has_the_same_id_and_root_for_ever() -> None:
    """Worked out by hashlib's PBKDF2 and RFC 5869 by hand, not by the code under test."""
    root = read_key(PASSPHRASE, variable="ENCRYPTION_KEY").root
    assert (root.key_id, root.material.hex()) == (
        "PMW5",
        "4126cd99d948ef1110523b682d6652b704b4e46c012a9e94bfb16e3373f0284a",
    )
    root = read_key(RAW, variable="ENCRYPTION_KEY").root
    assert (root.key_id, root.material.hex()) == (
        "2ZII",
        "f58af29a54f1b5c4855152c4e6442462f6c20ca4b8b77d0f58d81936e6aecf1c",
    )


def test_keys_never_show_in_a_repr() -> None:
    key = read_key(PASSPHRASE, variable="ENCRYPTION_KEY")
    shown = repr(key) + repr(open_vault(PASSPHRASE)) + repr(slow_key)
    assert PASSPHRASE not in shown
    assert repr(key.root.material) not in shown


def test_once_open_a_vault_never_derives_slowly_again() -> None:
    slow_key.cache_clear()
    vault = open_vault(PASSPHRASE, previous="k7Jq-29dm-Xw81-pz0c-Lm4t-Hs6v-the one before")
    assert slow_key.cache_info().misses == 4, "one for the id and one for the root of each key"
    place = SealContext("user", "connection", "api_key")
    for number in range(1000):
        assert vault.open(vault.seal(str(number), context=place), context=place)
    vault.derive("another use")
    vault.check_value(vault.current_key_id)
    assert slow_key.cache_info().misses == 4


def test_32_random_bytes_need_no_slow_derivation() -> None:
    slow_key.cache_clear()
    open_vault(RAW)
    assert slow_key.cache_info().misses == 0
