"""Strings from outside: nothing that hides, reorders, spreads or formats reaches the page."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.ui.text import MAX_GRAPHEMES, clean_text, safe_text

TRICKS = {
    "right-to-left override": "abc\u202edcb",
    "isolates": "\u2066x\u2069",
    "zero width": "USD\u200bC\u200d\ufeff",
    "soft hyphen": "BT\u00adC",
    "control": "a\x00b\x1b[31m\x9f",
    "tag characters": "ok\U000e0041\U000e007f",
    "blank letters": "a\u3164\u115f\u2800b",
    "lone surrogate": "a\ud800b",
    "private use": "a\ue000b",
}


@pytest.mark.parametrize("text", TRICKS.values(), ids=TRICKS)
def test_what_cannot_be_seen_is_dropped(text: str) -> None:
    assert all(character.isascii() and character.isprintable() for character in clean_text(text))


def test_lines_and_tabs_become_one_space() -> None:
    assert clean_text("  two\n\n\tlines\u2028here  ") == "two lines here"


def test_composed_and_decomposed_letters_come_out_alike() -> None:
    assert clean_text("Cafe\u0301") == clean_text("Café") == "Café"


def test_a_long_name_is_cut_to_64_graphemes_with_an_ellipsis() -> None:
    cut = clean_text("x" * 65)
    assert len(cut) == MAX_GRAPHEMES
    assert cut.endswith("…")
    assert clean_text("x" * 64) == "x" * 64


def test_a_letter_with_its_mark_counts_once_and_is_not_torn_apart() -> None:
    accented = "q\u0323"
    assert clean_text(accented * 64) == accented * 64
    assert clean_text(accented * 65) == accented * 63 + "…"


def test_a_tower_of_marks_is_cut_down() -> None:
    assert len(clean_text("Z" + "\u0336\u0337" * 200)) < 8


@pytest.mark.parametrize(
    "text",
    ["**bold**", "[a](https://b.example)", "![i](x)", "`code`", ":red[x]", "$x^2$", "<b>", "# h"],
)
def test_markdown_is_shown_as_it_was_sent(text: str) -> None:
    shown = safe_text(text)
    assert shown.replace("\\", "") == text
    assert "](" not in shown
    assert not any(sign in shown.replace("\\" + sign, "") for sign in "*`<$#[")


@given(st.text(max_size=400))
def test_any_text_comes_out_short_composed_and_without_hidden_characters(text: str) -> None:
    cleaned = clean_text(text)
    assert cleaned == cleaned.strip()
    assert not any(unicodedata.category(character).startswith("C") for character in cleaned)
    bases = [each for each in cleaned if not unicodedata.category(each).startswith("M")]
    assert len(bases) <= MAX_GRAPHEMES + 1


@given(st.text(max_size=200))
def test_cleaning_what_is_clean_changes_nothing(text: str) -> None:
    once = clean_text(text)
    assert clean_text(once) == once
