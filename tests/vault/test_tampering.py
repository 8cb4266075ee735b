"""Whatever is changed in a sealed value, it opens nowhere, and no refusal tells why: SEC-02–04."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import partial
from itertools import permutations

import pytest

from core.errors import SecretUnreadable
from core.vault import SealContext, decrypt_v1, encrypt_v1, open_sealed, open_vault, seal
from core.vault.cipher import RootKey
from tests.vault.mutations import mutate

PLACE = SealContext("user", "connection", "api_secret")
ROOTS = {root.key_id: root for root in (RootKey("AAAA", b"a" * 32), RootKey("BBBB", b"b" * 32))}
TEXTS = ("", "k", "api-key", "four", "a secret of twenty-eight byte", "x" * 200)


def refusal(open_it: Callable[[], object]) -> str:
    """Return the text of the refusal, with what it was raised from; fail on any other error."""
    with pytest.raises(SecretUnreadable) as caught:
        open_it()
    return f"{caught.value!r} {caught.value.__cause__!r}"


def test_no_changed_token_opens_and_every_refusal_is_the_same(full: bool) -> None:
    tokens = [seal(text, root=root, context=PLACE) for text in TEXTS for root in ROOTS.values()]
    rng = random.Random(20260101)
    seen = set()
    for _ in range(100_000 if full else 10_000):
        changed = mutate(rng, tokens)
        seen.add(refusal(partial(open_sealed, changed, roots=ROOTS, context=PLACE)))
    assert len(seen) == 1


def test_no_changed_token_of_the_documents_form_opens(full: bool) -> None:
    tokens = [encrypt_v1(text, "p" * 32) for text in TEXTS]
    rng = random.Random(20260102)
    seen = set()
    for _ in range(10_000 if full else 1_000):
        changed = mutate(rng, tokens)
        seen.add(refusal(partial(decrypt_v1, changed, "p" * 32)))
    assert len(seen) == 1


def test_the_vault_opens_no_changed_token_of_either_form(full: bool) -> None:
    passphrase = "correct donkey battery paperclip, twice"
    vault = open_vault(passphrase)
    tokens = [vault.seal(text, context=PLACE) for text in TEXTS]
    tokens += [encrypt_v1(text, passphrase) for text in TEXTS]
    rng = random.Random(20260103)
    seen = set()
    for _ in range(10_000 if full else 1_000):
        changed = mutate(rng, tokens)
        seen.add(refusal(partial(vault.open, changed, context=PLACE)))
    assert len(seen) == 1


def test_every_single_bit_of_a_token_matters() -> None:
    token = seal("secret", root=ROOTS["AAAA"], context=PLACE)
    for at in range(len(token)):
        for bit in range(7):
            changed = token[:at] + chr(ord(token[at]) ^ 1 << bit) + token[at + 1 :]
            refusal(partial(open_sealed, changed, roots=ROOTS, context=PLACE))


def test_a_value_moved_to_another_row_or_field_never_opens() -> None:
    places = [
        SealContext(f"user-{row % 5}", f"connection-{row}", field)
        for row in range(20)
        for field in ("api_key", "api_secret", "passphrase")
    ]
    sealed = {place: seal("secret", root=ROOTS["AAAA"], context=place) for place in places}
    swaps = list(permutations(places, 2))
    for origin, target in swaps:
        refusal(partial(open_sealed, sealed[origin], roots=ROOTS, context=target))
    assert len(swaps) == 3540


def test_letters_cannot_move_from_one_part_of_the_place_to_the_next() -> None:
    token = seal("secret", root=ROOTS["AAAA"], context=SealContext("ab", "cd", "ef"))
    for place in (SealContext("abc", "d", "ef"), SealContext("ab", "c", "def")):
        refusal(partial(open_sealed, token, roots=ROOTS, context=place))


def test_a_token_that_names_another_key_does_not_open_with_it() -> None:
    token = seal("secret", root=RootKey("AAAA", b"other" * 7), context=PLACE)
    refusal(partial(open_sealed, token, roots=ROOTS, context=PLACE))
    refusal(partial(open_sealed, token, roots={}, context=PLACE))


def test_a_token_longer_than_any_that_is_made_is_refused_unread() -> None:
    refusal(partial(open_sealed, "A" * 10_000_000, roots=ROOTS, context=PLACE))
