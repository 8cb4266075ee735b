"""The documents' form is exactly Node's: tokens go both ways, byte for byte."""

from __future__ import annotations

import base64
import shutil

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from core.errors import SecretUnreadable
from core.vault import decrypt_v1, encrypt_v1
from core.vault.derive import slow_key
from tests.vault.vectors import CASES, MADE_BY_NODE, OPENED_BY_NODE, Vector, read_vectors, run_node

with_node = pytest.mark.skipif(shutil.which("node") is None, reason="no Node on this machine")
NODES = read_vectors(MADE_BY_NODE)
OURS = read_vectors(OPENED_BY_NODE)


def test_both_recordings_hold_every_case() -> None:
    assert [(v.passphrase, v.plaintext) for v in NODES] == list(CASES)
    assert [(v.passphrase, v.plaintext) for v in OURS] == list(CASES)
    assert len(CASES) == 20


@pytest.mark.parametrize("vector", NODES)
def test_what_node_sealed_opens_here(vector: Vector) -> None:
    assert decrypt_v1(vector.token, vector.passphrase) == vector.plaintext


@pytest.mark.parametrize("vector", [*NODES, *OURS])
def test_with_the_same_salt_and_iv_the_token_is_the_one_node_made_or_opened(vector: Vector) -> None:
    salt, iv, *_ = (base64.b64decode(part) for part in vector.token.split(":"))
    drawn = iter((salt, iv))
    again = encrypt_v1(vector.plaintext, vector.passphrase, randomness=lambda size: next(drawn))
    assert again == vector.token


@with_node
def test_node_opens_what_is_sealed_here_now() -> None:
    tokens = [{"passphrase": p, "token": encrypt_v1(t, p)} for p, t in CASES]
    assert [(v.passphrase, v.plaintext) for v in run_node("decrypt", tokens)] == list(CASES)


@with_node
def test_what_node_seals_now_opens_here() -> None:
    made = run_node("encrypt", [{"passphrase": p, "plaintext": t} for p, t in CASES])
    assert [(v.passphrase, decrypt_v1(v.token, v.passphrase)) for v in made] == list(CASES)


def test_the_parts_have_the_documents_sizes() -> None:
    parts = [base64.b64decode(part) for part in encrypt_v1("four", CASES[0][0]).split(":")]
    assert [len(part) for part in parts] == [64, 16, 16, 4]


def test_another_passphrase_opens_nothing() -> None:
    with pytest.raises(SecretUnreadable):
        decrypt_v1(NODES[0].token, NODES[0].passphrase + ".")


def test_a_token_that_is_not_text_inside_is_refused_like_any_other() -> None:
    salt, iv = bytes(64), bytes(16)
    sealed = AESGCM(slow_key(b"k" * 32, salt, 100_000)).encrypt(iv, b"\xff\xfe", None)
    parts = (salt, iv, sealed[-16:], sealed[:-16])
    token = ":".join(base64.b64encode(part).decode() for part in parts)
    with pytest.raises(SecretUnreadable):
        decrypt_v1(token, "k" * 32)
