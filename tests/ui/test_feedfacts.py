"""The feed in words: true, with the venue's own strings made harmless."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from core.domain import FeedState, FeedStatus
from core.ui.feedfacts import STATE_COLOURS, STATE_WORDS, describe_feed, describe_trouble

AT = datetime(2026, 3, 1, 12, 30, 5, tzinfo=UTC)
CONNECTED = FeedStatus(FeedState.CONNECTED, "feed.example", AT, last_message_at=AT, products=30)


def test_every_state_has_its_glyph_word_and_colour() -> None:
    assert set(STATE_WORDS) == set(STATE_COLOURS) == set(FeedState)
    assert [words[0] for words in STATE_WORDS.values()] == ["●", "◐", "○"]


def test_the_facts_are_those_of_the_status() -> None:
    facts = describe_feed(replace(CONNECTED, reconnects=1_234, gaps=2), priced=28)
    assert facts["Products priced"] == "28 of 30"
    assert facts["Reconnects"] == "1,234"
    assert facts["Last message"] == "12:30:05 UTC"
    assert facts["Not offered by the venue"] == "none"


def test_missing_products_are_named() -> None:
    facts = describe_feed(replace(CONNECTED, missing_products=("AAA-USD", "BBB-USD")), priced=28)
    assert facts["Not offered by the venue"] == "AAA\\-USD, BBB\\-USD"


def test_a_moment_that_has_not_come_is_a_dash() -> None:
    assert describe_feed(replace(CONNECTED, last_message_at=None), priced=0)["Last message"] == "–"


def test_a_connected_feed_has_no_trouble() -> None:
    assert describe_trouble(CONNECTED) is None


def test_trouble_says_why_and_when_the_next_attempt_is() -> None:
    down = replace(
        CONNECTED, state=FeedState.DISCONNECTED, reason="the host did not answer", retry_at=AT
    )
    assert describe_trouble(down) == (
        "The host did not answer. The next attempt is at 12:30:05 UTC."
    )


def test_a_first_attempt_says_that_it_is_under_way() -> None:
    first = replace(CONNECTED, state=FeedState.CONNECTING)
    assert describe_trouble(first) == "No answer yet. An attempt is under way."


def test_a_reason_from_outside_is_shown_as_text() -> None:
    down = replace(CONNECTED, state=FeedState.DISCONNECTED, reason="[click](https://x.example)")
    trouble = describe_trouble(down)
    assert trouble is not None
    assert "](" not in trouble
