"""A vault opens with the current key and the one before, and a wrong key is noticed at once."""

from __future__ import annotations

import base64

import pytest

from core.errors import ConfigurationError, SecretUnreadable
from core.vault import SealContext, Vault, check_keys, encrypt_v1, open_vault
from core.vault.derive import slow_key

PLACE = SealContext("user", "connection", "api_key")


def a_key(number: int) -> str:
    return (
        "base64:"
        + base64.b64encode(bytes((number * 37 + i * 11) % 256 for i in range(32))).decode()
    )


def checks(vault: Vault) -> dict[str, str]:
    return {key_id: vault.check_value(key_id) for key_id in vault.key_ids}


def test_what_is_sealed_opens_in_its_place() -> None:
    vault = open_vault(a_key(1))
    token = vault.seal("secret", context=PLACE)
    assert vault.open(token, context=PLACE).reveal() == "secret"
    assert vault.key_id_of(token) == vault.current_key_id


def test_the_key_before_still_opens_and_only_the_current_one_seals() -> None:
    token = open_vault(a_key(1)).seal("secret", context=PLACE)
    vault = open_vault(a_key(2), previous=a_key(1))
    assert vault.open(token, context=PLACE).reveal() == "secret"
    assert vault.key_id_of(token) == vault.key_ids[1]
    assert vault.key_id_of(vault.seal("secret", context=PLACE)) == vault.current_key_id


def test_another_key_opens_nothing() -> None:
    token = open_vault(a_key(1)).seal("secret", context=PLACE)
    with pytest.raises(SecretUnreadable):
        open_vault(a_key(2), previous=a_key(3)).open(token, context=PLACE)


def test_the_documents_form_opens_with_either_key_and_derives_once_per_salt() -> None:
    vault = open_vault(a_key(2), previous=a_key(1))
    old = encrypt_v1("old", a_key(1))
    new = encrypt_v1("new", a_key(2))
    slow_key.cache_clear()
    for _ in range(3):
        assert vault.open(old, context=PLACE).reveal() == "old"
        assert vault.open(new, context=PLACE).reveal() == "new"
    assert slow_key.cache_info().misses == 3
    assert vault.key_id_of(old) == "v1"
    with pytest.raises(SecretUnreadable):
        open_vault(a_key(3)).open(old, context=PLACE)


def test_the_same_key_twice_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="ENCRYPTION_KEY_PREVIOUS"):
        open_vault(a_key(1), previous=a_key(1))


def test_keys_for_other_uses_differ_by_label_and_by_key() -> None:
    vault, other = open_vault(a_key(1)), open_vault(a_key(2))
    made = {
        vault.derive("jwt"),
        vault.derive("audit"),
        other.derive("jwt"),
        bytes.fromhex(vault.check_value(vault.current_key_id)),
    }
    assert len(made) == 4
    assert {len(key) for key in made} == {32}
    assert vault.derive("jwt") == open_vault(a_key(1)).derive("jwt")


def test_a_check_value_of_a_key_not_given_is_an_error() -> None:
    with pytest.raises(KeyError):
        open_vault(a_key(1)).check_value("AAAA")


def test_the_right_keys_pass_the_check() -> None:
    check_keys(open_vault(a_key(1)), {})
    check_keys(open_vault(a_key(1)), checks(open_vault(a_key(1))))
    check_keys(open_vault(a_key(2), previous=a_key(1)), checks(open_vault(a_key(1))))
    both = open_vault(a_key(2), previous=a_key(1))
    check_keys(both, checks(both))
    check_keys(both, checks(open_vault(a_key(2))))


@pytest.mark.parametrize(
    "known",
    [
        checks(open_vault(a_key(1))),
        checks(open_vault(a_key(2), previous=a_key(1))),
        {open_vault(a_key(2)).current_key_id: "0" * 64},
        {open_vault(a_key(2)).current_key_id: "é"},
        {open_vault(a_key(2)).current_key_id: ""},
    ],
    ids=["another", "half rotated", "same id", "garbled", "empty"],
)
def test_a_wrong_key_is_refused_and_the_cure_named(known: dict[str, str]) -> None:
    with pytest.raises(ConfigurationError, match="does not open this database") as caught:
        check_keys(open_vault(a_key(2)), known)
    assert caught.value.field == "ENCRYPTION_KEY"
    assert "rotate-keys" in caught.value.cure
