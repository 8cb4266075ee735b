"""Log lines carry fields that stay on one line."""

from __future__ import annotations

from core.logs import fields


def test_fields_keep_their_order_and_quote_what_has_spaces() -> None:
    assert fields(feed="coinbase", status="retry", reason="no route") == (
        'feed=coinbase status=retry reason="no route"'
    )


def test_a_value_from_outside_cannot_pose_as_another_field() -> None:
    assert fields(message='boom" status="ok') == r'message="boom\" status=\"ok"'


def test_a_value_from_outside_cannot_start_a_line_of_its_own() -> None:
    assert "\n" not in fields(reason="first\n2026-01-01T00:00:00Z INFO forged")
