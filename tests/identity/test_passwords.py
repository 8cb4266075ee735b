"""Hashes of passwords: as strong as promised, as long for nobody, a few at once."""

from __future__ import annotations

import threading
import unicodedata

import argon2
from argon2 import PasswordHasher

from core.identity.passwords import AT_ONCE, PRODUCTION, Passwords
from tests.identity.house import PASSWORD, WRONG, CountingHasher


def test_hashes_are_made_with_the_promised_parameters() -> None:
    stored = Passwords().hash(PASSWORD)
    parameters = argon2.extract_parameters(stored)
    assert parameters.type is argon2.Type.ID
    assert (parameters.memory_cost, parameters.time_cost, parameters.parallelism) == (47104, 1, 1)
    assert (parameters.salt_len, parameters.hash_len) == (16, 32)
    assert PASSWORD not in stored
    assert Passwords(PRODUCTION).fits(stored, PASSWORD)


def test_only_the_right_password_fits() -> None:
    passwords = Passwords(CountingHasher())
    stored = passwords.hash(PASSWORD)
    assert passwords.fits(stored, PASSWORD)
    for wrong in ("", WRONG, PASSWORD + " ", PASSWORD.upper(), PASSWORD + "\0", "\ud800" * 12):
        assert not passwords.fits(stored, wrong)
    assert passwords.hash(PASSWORD) != stored


def test_nobody_has_a_password_and_is_still_checked_once() -> None:
    hasher = CountingHasher()
    passwords = Passwords(hasher)
    for text in (PASSWORD, "", "x" * 100_000):
        hasher.checked = 0
        assert not passwords.fits(None, text)
        assert hasher.checked == 1


def test_a_hash_that_is_none_fits_nothing() -> None:
    passwords = Passwords(CountingHasher())
    for stored in ("", "x", "$argon2id$broken", "$2b$12$" + "a" * 53):
        assert not passwords.fits(stored, PASSWORD)


def test_a_password_is_the_same_however_its_accents_are_typed() -> None:
    passwords = Passwords(CountingHasher())
    stored = passwords.hash(unicodedata.normalize("NFC", "café à la crème"))
    assert passwords.fits(stored, unicodedata.normalize("NFD", "café à la crème"))


def test_what_is_too_long_never_fits() -> None:
    passwords = Passwords(CountingHasher())
    assert not passwords.fits(passwords.hash("x" * 129), "x" * 129)
    assert not passwords.fits(passwords.hash("x" * 129), "x" * 100_000)


def test_a_hash_of_weaker_parameters_is_told_apart() -> None:
    weak = Passwords(CountingHasher()).hash(PASSWORD)
    assert Passwords().is_weak(weak)
    assert not Passwords(CountingHasher()).is_weak(weak)


def test_no_more_than_four_hashes_are_made_at_once() -> None:
    class Gathering(PasswordHasher):
        """Holds every check until as many as may come are inside, and counts them."""

        def __init__(self) -> None:
            super().__init__(time_cost=1, memory_cost=8, parallelism=1)
            self.inside = self.most = 0
            self.lock = threading.Lock()
            self.full = threading.Barrier(AT_ONCE)

        def verify(self, hash: str | bytes, password: str | bytes) -> bool:
            with self.lock:
                self.inside += 1
                self.most = max(self.most, self.inside)
            self.full.wait(30)
            with self.lock:
                self.inside -= 1
            return super().verify(hash, password)

    hasher = Gathering()
    passwords = Passwords(hasher)
    threads = [
        threading.Thread(target=passwords.fits, args=(None, PASSWORD)) for _ in range(3 * AT_ONCE)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert hasher.most == AT_ONCE
