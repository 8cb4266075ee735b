"""A lost frame shows as a gap, a late or doubled one is told apart."""

from __future__ import annotations

import itertools
import random

from core.market.sequence import SequenceTracker, Verdict


def judge(*numbers: int) -> list[Verdict]:
    tracker = SequenceTracker()
    return [tracker.judge(number) for number in numbers]


def test_counting_up_by_one_is_as_expected() -> None:
    assert judge(0, 1, 2, 3) == [Verdict.NEXT] * 4


def test_a_connection_may_begin_anywhere() -> None:
    assert judge(17, 18) == [Verdict.NEXT] * 2


def test_a_skipped_number_is_a_gap_once() -> None:
    assert judge(0, 2, 3) == [Verdict.NEXT, Verdict.GAP, Verdict.NEXT]


def test_a_duplicate_and_a_late_frame_are_old() -> None:
    assert judge(0, 1, 1, 3, 2) == [
        Verdict.NEXT,
        Verdict.NEXT,
        Verdict.OLD,
        Verdict.GAP,
        Verdict.OLD,
    ]


def test_frames_without_a_number_are_used_and_change_nothing() -> None:
    assert judge(0, -1, 1) == [Verdict.NEXT] * 3


def test_a_frame_too_broken_to_hold_its_number_is_no_gap() -> None:
    tracker = SequenceTracker()
    tracker.judge(0)
    tracker.excuse_one()
    assert tracker.judge(2) is Verdict.NEXT


def test_an_excuse_does_not_cover_a_later_loss() -> None:
    tracker = SequenceTracker()
    tracker.judge(0)
    tracker.excuse_one()
    tracker.judge(1)
    assert tracker.judge(3) is Verdict.GAP


def test_the_gaps_of_any_loss_pattern_are_counted_exactly(full: bool) -> None:
    rng = random.Random(6)
    for _ in range(5_000 if full else 500):
        kept = [number for number in range(60) if rng.random() > 0.1] or [0]
        expected = sum(after - before > 1 for before, after in itertools.pairwise(kept))
        assert judge(*kept).count(Verdict.GAP) == expected
