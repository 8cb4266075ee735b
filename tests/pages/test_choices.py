"""Choices of the heatmap: there again on the next visit, one person's only, and cheap."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.bootstrap import Spectra
from core.domain import LOCAL_USER, Preferences
from core.ui.session import ColourBy, Palette, SizeBy, View
from tests.pages.conftest import installed_spectra, open_page

LOCAL = {"uid": LOCAL_USER, "sid": "any"}
SIZE, COLOUR, PALETTE = 1, 2, 3


@pytest.fixture
def spectra(tmp_path: Path) -> Iterator[Spectra]:
    with installed_spectra(tmp_path) as opened:
        yield opened


def stored(spectra: Spectra) -> Preferences:
    with spectra.store.read_as(LOCAL_USER) as work:
        return work.preferences.load()


@contextmanager
def watched(spectra: Spectra) -> Iterator[Callable[[], int]]:
    """Tell a number that changes whenever another connection has written to the database."""
    with closing(sqlite3.connect(spectra.settings.home / "spectra.db")) as database:
        yield lambda: int(database.execute("PRAGMA data_version").fetchone()[0])


def break_preferences(spectra: Spectra) -> None:
    with closing(sqlite3.connect(spectra.settings.home / "spectra.db")) as database:
        database.execute("ALTER TABLE preferences RENAME TO lost")


def a_visit() -> AppTest:
    page = open_page("heatmap", LOCAL).run()
    assert not page.exception
    return page


def choose(page: AppTest, which: int, value: str) -> AppTest:
    page.selectbox[which].set_value(value).run()
    assert not page.exception
    return page


def test_a_choice_is_there_again_on_the_next_visit(spectra: Spectra) -> None:
    page = choose(a_visit(), SIZE, SizeBy.EQUAL)
    choose(page, PALETTE, Palette.BLUE_ORANGE)
    next_visit = a_visit()
    assert next_visit.selectbox[SIZE].value == SizeBy.EQUAL
    assert next_visit.selectbox[PALETTE].value == Palette.BLUE_ORANGE
    assert stored(spectra).palette == Palette.BLUE_ORANGE


def test_the_view_is_kept_too(spectra: Spectra) -> None:
    page = a_visit()
    page.button_group[0].set_value(View.TABLE).run()
    assert stored(spectra).pages["heatmap.view"] == View.TABLE


def test_only_a_new_choice_writes(spectra: Spectra) -> None:
    with watched(spectra) as version:
        untouched = version()
        page = a_visit().run().run()
        assert version() == untouched
        choose(page, COLOUR, ColourBy.BITCOIN)
        written = version()
        assert written != untouched
        page.run().run()
        assert version() == written


def test_a_choice_leaves_what_another_tab_has_changed(spectra: Spectra) -> None:
    first, second = a_visit(), a_visit()
    choose(first, SIZE, SizeBy.EQUAL)
    choose(second, COLOUR, ColourBy.HOUR)
    assert stored(spectra).pages["heatmap.size_by"] == SizeBy.EQUAL
    assert stored(spectra).pages["heatmap.colour_by"] == ColourBy.HOUR


def test_nonsense_in_the_database_is_the_default(spectra: Spectra) -> None:
    with spectra.store.as_user(LOCAL_USER) as work:
        work.preferences.save(Preferences(palette="plaid", pages={"heatmap.size_by": "weight"}))
    page = a_visit()
    assert page.selectbox[SIZE].value == SizeBy.VOLUME
    assert page.selectbox[PALETTE].value == Palette.RED_GREEN


def test_without_its_database_the_map_still_shows_and_says_what_is_missing(
    spectra: Spectra,
) -> None:
    break_preferences(spectra)
    page = a_visit()
    assert page.selectbox[SIZE].value == SizeBy.VOLUME
    assert "Reference" in page.toast[0].value
    choose(page, SIZE, SizeBy.EQUAL)
    assert page.selectbox[SIZE].value == SizeBy.EQUAL


def test_a_choice_that_cannot_be_stored_holds_for_the_visit(
    spectra: Spectra,
) -> None:
    page = a_visit()
    break_preferences(spectra)
    choose(page, SIZE, SizeBy.EQUAL)
    assert "Could not keep this choice" in page.toast[0].value
    assert page.selectbox[SIZE].value == SizeBy.EQUAL
    assert not page.run().toast
