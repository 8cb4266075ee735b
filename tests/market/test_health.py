"""The status stays true when the machine's clock does not."""

from __future__ import annotations

import pytest

from core.clock import ManualClock
from core.domain import FeedState
from core.market.cache import TickerCache
from core.market.health import RATE_WINDOW, FeedHealth
from core.market.intake import Intake
from tests.market.scripted_venue import heartbeat_frame


def a_health(clock: ManualClock) -> tuple[FeedHealth, Intake]:
    intake = Intake(TickerCache(["BTC-USD"]), clock=clock)
    return FeedHealth(clock=clock, source="venue", products=1, intake=intake), intake


@pytest.mark.parametrize("jump", [3_600, -3_600, 86_400, -86_400])
def test_ages_do_not_jump_with_the_wall_clock(jump: int) -> None:
    clock = ManualClock()
    health, _ = a_health(clock)
    health.connected()
    health.heard()
    clock.advance(7)
    clock.jump(jump)
    status = health.status()
    assert status.last_message_at is not None
    assert (clock.now() - status.last_message_at).total_seconds() == 7
    assert (clock.now() - status.since_at).total_seconds() == 7


def test_a_loss_says_why_and_when_the_next_attempt_comes() -> None:
    clock = ManualClock()
    health, _ = a_health(clock)
    health.disconnected("gone", attempt=2, retry_in=4.0)
    clock.advance(1)
    status = health.status()
    assert (status.state, status.reason, status.attempt) == (FeedState.DISCONNECTED, "gone", 2)
    assert status.retry_at is not None
    assert (status.retry_at - clock.now()).total_seconds() == 3
    health.connecting(3)
    assert health.status().reason == "gone"
    health.connected()
    assert (health.status().reason, health.status().attempt) == (None, 0)


def test_reconnects_count_from_the_second_connection() -> None:
    health, _ = a_health(ManualClock())
    counts = []
    for _ in range(3):
        health.connected()
        counts.append(health.status().reconnects)
    assert counts == [0, 1, 2]


def test_the_rate_is_an_average_and_fades_with_silence() -> None:
    clock = ManualClock()
    health, intake = a_health(clock)
    for number in range(100):
        intake.handle(heartbeat_frame(number).encode())
        health.heard()
        clock.advance(0.1)
    assert health.status().messages_per_second == pytest.approx(10, rel=0.05)
    clock.advance(RATE_WINDOW + 1)
    assert health.status().messages_per_second == 0.0


def test_health_begins_with_data_not_with_an_open_socket() -> None:
    clock = ManualClock()
    health, _ = a_health(clock)
    clock.advance(100)
    assert health.worked_for() == 0
    health.connected()
    clock.advance(61)
    assert health.worked_for() == 61
