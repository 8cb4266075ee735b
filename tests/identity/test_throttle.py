"""The windows of failed attempts, per account and per address."""

from __future__ import annotations

import pytest

from core.clock import ManualClock
from core.identity import TooManyAttempts
from core.identity.throttle import PER_ACCOUNT, PER_ADDRESS, Attempts


def fail(attempts: Attempts, account: str = "ada", ip: str = "10.0.0.1") -> None:
    with attempts.trying(account, ip=ip) as attempt:
        attempt.failed = True


def succeed(attempts: Attempts, account: str = "ada", ip: str = "10.0.0.1") -> None:
    with attempts.trying(account, ip=ip) as attempt:
        attempt.succeeded = True


def wait_of(attempts: Attempts, account: str = "ada", ip: str = "10.0.0.1") -> int:
    """Return how long the next attempt has to wait, 0 if it need not."""
    try:
        with attempts.trying(account, ip=ip):
            return 0
    except TooManyAttempts as refused:
        return refused.retry_after_s


def test_five_failures_lock_an_account_from_everywhere() -> None:
    attempts = Attempts(ManualClock())
    for number in range(PER_ACCOUNT):
        assert not wait_of(attempts)
        fail(attempts, ip=f"10.0.1.{number}")
    assert wait_of(attempts, ip="10.9.9.9") == 900
    assert not wait_of(attempts, "bob")


def test_a_lock_ends_fifteen_minutes_after_the_first_failure() -> None:
    clock = ManualClock()
    attempts = Attempts(clock)
    for _ in range(PER_ACCOUNT):
        fail(attempts)
        clock.advance(60)
    assert wait_of(attempts) == 600
    clock.advance(599)
    assert wait_of(attempts) == 1
    clock.advance(1)
    assert not wait_of(attempts)
    fail(attempts)
    assert wait_of(attempts) == 60


def test_attempts_while_locked_do_not_lengthen_the_lock() -> None:
    clock = ManualClock()
    attempts = Attempts(clock)
    for _ in range(PER_ACCOUNT):
        fail(attempts)
    for _ in range(899):
        clock.advance(1)
        assert wait_of(attempts) > 0
    clock.advance(1)
    assert not wait_of(attempts)


def test_twenty_failures_lock_an_address_for_every_account() -> None:
    attempts = Attempts(ManualClock())
    for number in range(PER_ADDRESS):
        fail(attempts, f"person-{number}")
    assert wait_of(attempts, "somebody-else") == 900
    assert not wait_of(attempts, "somebody-else", ip="10.0.0.2")


def test_a_success_forgives_the_account_and_not_the_address() -> None:
    attempts = Attempts(ManualClock())
    for number in range(PER_ADDRESS - 1):
        fail(attempts, f"person-{number // 4}")
        if number % 4 == 3:
            succeed(attempts, f"person-{number // 4}")
            assert not wait_of(attempts, f"person-{number // 4}")
    fail(attempts, "last")
    assert wait_of(attempts, "somebody-else") == 900


def test_what_neither_failed_nor_succeeded_does_not_count() -> None:
    attempts = Attempts(ManualClock())
    for _ in range(100):
        with pytest.raises(RuntimeError), attempts.trying("ada", ip="10.0.0.1"):
            raise RuntimeError("the database went away")
    assert not wait_of(attempts)


def test_one_customers_ipv6_addresses_are_one_place() -> None:
    attempts = Attempts(ManualClock())
    for number in range(PER_ADDRESS):
        fail(attempts, f"person-{number}", ip=f"2001:db8:1:2::{number:x}")
    assert wait_of(attempts, "x", ip="2001:db8:1:2:ffff::1") == 900
    assert not wait_of(attempts, "x", ip="2001:db8:1:3::1")
    for number in range(PER_ADDRESS):
        fail(attempts, f"other-{number}", ip="::ffff:10.1.1.1")
    assert wait_of(attempts, "x", ip="10.1.1.1") == 900


def test_the_operator_of_the_machine_is_not_counted_as_an_address() -> None:
    attempts = Attempts(ManualClock())
    for number in range(3 * PER_ADDRESS):
        fail(attempts, f"person-{number}", ip="")
    assert not wait_of(attempts, "somebody-else", ip="")


def test_a_clock_set_back_neither_locks_nor_frees() -> None:
    clock = ManualClock()
    attempts = Attempts(clock)
    for _ in range(PER_ACCOUNT):
        fail(attempts)
    clock.jump(86_400)
    assert wait_of(attempts) == 900
    clock.jump(-2 * 86_400)
    assert wait_of(attempts) == 900
