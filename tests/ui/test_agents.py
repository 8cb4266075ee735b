"""Browsers in plain words, whatever a client claims to be."""

from __future__ import annotations

import pytest

from core.ui.agents import describe_agent

_KHTML = "AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (
            f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {_KHTML} Chrome/126.0 Safari/537.36",
            "Chrome on Windows",
        ),
        (
            f"Mozilla/5.0 (Windows NT 10.0) {_KHTML} Chrome/126.0 Safari/537.36 Edg/126.0",
            "Edge on Windows",
        ),
        (
            "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0",
            "Firefox on Linux",
        ),
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5) AppleWebKit/605.1.15 "
            "(KHTML, like Gecko) Version/17.5 Safari/605.1.15",
            "Safari on macOS",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 "
            "(KHTML, like Gecko) CriOS/126.0 Mobile Safari/604.1",
            "Chrome on iPhone",
        ),
        (
            f"Mozilla/5.0 (X11; Linux x86_64) {_KHTML} HeadlessChrome/126.0 Safari/537.36",
            "automated Chrome on Linux",
        ),
        ("curl/8.5.0", "curl"),
        ("Wallboard/2.0 (room 4)", "Wallboard"),
        ("", "unknown browser"),
        ("Mozilla/5.0 (X11; Linux)", "unknown browser on Linux"),
    ],
)
def test_it_names_browser_and_system(user_agent: str, words: str) -> None:
    assert describe_agent(user_agent) == words


def test_a_hostile_agent_stays_short_and_in_one_line() -> None:
    words = describe_agent("\u202eevil\n" + "x" * 5_000)
    assert "\n" not in words
    assert "\u202e" not in words
    assert len(words) <= 40
