"""Retries come soon at first, then ever more rarely, and never all at once."""

from __future__ import annotations

import random
from collections import Counter

from core.market.backoff import Backoff


def test_delays_double_up_to_the_cap_and_are_shortened_at_random() -> None:
    for seed in range(50):
        backoff = Backoff(random.Random(seed))
        delays = [backoff.next_delay(worked_for=0) for _ in range(8)]
        for delay, step in zip(delays, [1, 2, 4, 8, 16, 30, 30, 30], strict=True):
            assert step / 2 <= delay <= step


def test_the_first_retry_comes_within_a_second() -> None:
    firsts = [Backoff(random.Random(seed)).next_delay(worked_for=0) for seed in range(200)]
    assert min(firsts) >= 0.5 and max(firsts) <= 1.0


def test_only_a_minute_of_health_starts_the_schedule_over() -> None:
    backoff = Backoff(random.Random(1))
    for _ in range(5):
        backoff.next_delay(worked_for=3)
    assert backoff.next_delay(worked_for=59.9) > 10
    assert backoff.next_delay(worked_for=60) <= 1


def test_an_outage_of_years_does_not_overflow() -> None:
    backoff = Backoff(random.Random(1), attempt=10**9)
    assert backoff.next_delay(worked_for=0) <= 30


def test_fifty_clients_of_one_outage_do_not_return_together() -> None:
    arrivals = Counter()
    for seed in range(50):
        backoff = Backoff(random.Random(seed))
        delays = [backoff.next_delay(worked_for=0) for _ in range(6)]
        arrivals[int(sum(delays))] += 1
    assert max(arrivals.values()) <= 8
