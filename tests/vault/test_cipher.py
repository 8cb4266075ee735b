"""What is sealed opens in its place, unchanged, in the form the documents name (SEC-01)."""

from __future__ import annotations

import base64

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from core.errors import InvalidInput
from core.vault import SealContext, open_sealed, seal
from core.vault.cipher import RootKey, key_id_of

ROOT = RootKey("AB27", bytes(range(32)))
PLACE = SealContext("user", "connection", "api_key")


def test_every_text_comes_back(full: bool) -> None:
    names = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)

    @settings(
        max_examples=10_000 if full else 1_000,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(text=st.text(st.characters(exclude_categories=["Cs"])), user=names, field=names)
    @example(text="", user="", field="")
    @example(text="🔑" * 4096, user="user", field="api_key")
    def comes_back(text: str, user: str, field: str) -> None:
        place = SealContext(user, "connection", field)
        token = seal(text, root=ROOT, context=place)
        parts = [base64.b64decode(part) for part in token.split(":")]
        assert [len(part) for part in parts] == [64, 16, 16, len(text.encode())]
        assert open_sealed(token, roots={"AB27": ROOT}, context=place).reveal() == text
        assert seal(text, root=ROOT, context=place) != token

    comes_back()


def test_the_version_and_the_key_id_stand_in_front_of_the_salt() -> None:
    token = seal("secret", root=ROOT, context=PLACE)
    assert base64.b64decode(token.split(":")[0]).startswith(b"SPX2AB27")
    assert key_id_of(token) == "AB27"


def test_the_form_never_changes_because_old_databases_hold_it() -> None:
    """Made once by hand with `cryptography` alone, from the form in the docstring of cipher.py."""
    token = (
        "U1BYMkFCMjcAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=="
        ":AAAAAAAAAAAAAAAAAAAAAA==:qHWc2z1vLcs0w8CZ4iJBQg==:sp0UOPTX27v8FKPi"
    )
    assert seal("known answer", root=ROOT, context=PLACE, randomness=bytes) == token


@pytest.mark.parametrize("text", ["a lone \ud800 surrogate", "x" * 65_537])
def test_what_is_not_text_or_too_long_is_refused_without_quoting_it(text: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        seal(text, root=ROOT, context=PLACE)
    assert "surrogate" not in str(caught.value)
    assert caught.value.__context__ is None


def test_a_root_key_does_not_show_its_bytes() -> None:
    assert repr(ROOT) == "RootKey(key_id='AB27')"
