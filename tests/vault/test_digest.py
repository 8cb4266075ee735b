"""Digests compare in constant time, and random text is long and never the same."""

from __future__ import annotations

import re

import pytest

from core.vault import compare_hash, generate_secure_random, hash


def test_the_hash_is_sha_256() -> None:
    """The answer of FIPS 180-2, appendix B.1."""
    expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert hash("abc") == expected


def test_a_text_fits_its_own_hash_alone() -> None:
    assert compare_hash("abc", hash("abc"))
    for digest in (hash("abd"), hash("abc").upper(), hash("abc")[:-1], "", "é" * 64):
        assert not compare_hash("abc", digest)


@pytest.mark.parametrize("size", [1, 16, 32, 64])
def test_random_text_has_the_size_asked_for(size: int) -> None:
    drawn = {generate_secure_random(size) for _ in range(100)}
    assert all(re.fullmatch(f"[0-9a-f]{{{2 * size}}}", text) for text in drawn)
    assert size == 1 or len(drawn) == 100
