"""How often one client may ask: a window that moves, counted by what the gate knows."""

from __future__ import annotations

from core.clock import ManualClock
from core.web.limits import CREDENTIAL_LIMIT, GENERAL_LIMIT, Limits, MovingWindow


def test_the_request_after_the_last_waits_until_the_first_is_forgotten() -> None:
    clock = ManualClock()
    window = MovingWindow(3, clock=clock, seconds=60)
    for _ in range(3):
        assert window.hit("a") == 0
        clock.advance(10)
    assert window.hit("a") == 30
    clock.advance(29.5)
    assert window.hit("a") == 1
    clock.advance(0.5)
    assert window.hit("a") == 0
    assert window.hit("a") == 10, "the window moves with the second request, it does not reset"


def test_a_refused_request_does_not_lengthen_the_wait() -> None:
    clock = ManualClock()
    window = MovingWindow(1, clock=clock, seconds=60)
    window.hit("a")
    waits = []
    for _ in range(5):
        clock.advance(10)
        waits.append(window.hit("a"))
    assert waits == [50, 40, 30, 20, 10]


def test_one_client_does_not_use_up_anothers_requests() -> None:
    window = MovingWindow(1, clock=ManualClock())
    assert window.hit("a") == 0
    assert window.hit("b") == 0
    assert window.hit("a") > 0


def test_setting_the_clock_back_frees_nobody_and_holds_nobody() -> None:
    clock = ManualClock()
    window = MovingWindow(1, clock=clock, seconds=60)
    window.hit("a")
    clock.jump(-86_400)
    assert window.hit("a") == 60
    clock.jump(2 * 86_400)
    assert window.hit("a") == 60
    clock.advance(60)
    assert window.hit("a") == 0


def test_memory_is_bounded_however_many_ask() -> None:
    window = MovingWindow(1, clock=ManualClock())
    for number in range(25_000):
        window.hit(str(number))
    assert len(window._hits) == 20_000


def test_all_addresses_of_one_customer_count_as_one() -> None:
    limits = Limits(ManualClock())
    for number in range(CREDENTIAL_LIMIT):
        ip = f"2001:db8:1:2::{number:x}"
        assert limits.hit(credential=True, ip=ip, user_id=None) == 0
    assert limits.hit(credential=True, ip="2001:db8:1:2:ffff::1", user_id=None) > 0
    assert limits.hit(credential=True, ip="2001:db8:1:3::1", user_id=None) == 0


def test_guessing_is_counted_by_address_and_the_rest_by_person() -> None:
    limits = Limits(ManualClock())
    for number in range(CREDENTIAL_LIMIT):
        assert limits.hit(credential=True, ip="10.0.0.1", user_id=f"u{number}") == 0
    assert limits.hit(credential=True, ip="10.0.0.1", user_id="other") > 0
    assert limits.hit(credential=True, ip="10.0.0.2", user_id="other") == 0
    for number in range(GENERAL_LIMIT):
        assert limits.hit(credential=False, ip=f"10.1.0.{number}", user_id="ada") == 0
    assert limits.hit(credential=False, ip="10.0.0.3", user_id="ada") > 0
    assert limits.hit(credential=False, ip="10.0.0.3", user_id=None) == 0
