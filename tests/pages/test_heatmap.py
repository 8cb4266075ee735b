"""The heatmap page against a live sandbox: what it offers, remembers, and refuses."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core.bootstrap import Spectra
from core.ui.session import ColourBy, Palette, SizeBy, Universe, View
from tests.pages.conftest import installed_spectra

PAGE = Path(__file__).parents[2] / "pages" / "heatmap.py"
PRODUCTS = ("BTC-USD", "ETH-USD", "SOL-USD", "USDT-USD")
DEADLINE = 30.0


@pytest.fixture(scope="module")
def spectra(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Spectra]:
    home = tmp_path_factory.mktemp("home")
    with installed_spectra(home, products=PRODUCTS, ready=knows_every_product) as opened:
        yield opened


def knows_every_product(spectra: Spectra) -> bool:
    return len(spectra.market.snapshot()) == len(PRODUCTS) and bool(spectra.market.instruments())


def open_heatmap(uid: str | None = "local") -> AppTest:
    page = AppTest.from_file(str(PAGE), default_timeout=30)
    page.user.clear()
    if uid is not None:
        page.user["uid"] = uid
    return page


@pytest.fixture
def page(spectra: Spectra) -> AppTest:
    return open_heatmap().run()


def test_four_choices_stand_in_one_row_with_their_labels_inside(page: AppTest) -> None:
    assert not page.exception
    assert [box.label for box in page.selectbox] == ["Products", "Size", "Colour", "Palette"]
    assert [box.value for box in page.selectbox] == [
        Universe.ALL,
        SizeBy.VOLUME,
        ColourBy.DAY,
        Palette.RED_GREEN,
    ]


def test_choices_are_kept_in_the_session(page: AppTest) -> None:
    page.selectbox[2].set_value(ColourBy.BITCOIN).run()
    page.selectbox[3].set_value(Palette.BLUE_ORANGE).run()
    assert page.session_state["heatmap.colour_by"] == ColourBy.BITCOIN
    assert page.session_state["palette"] == Palette.BLUE_ORANGE


def test_a_stored_choice_that_no_longer_exists_falls_back_to_the_default(
    spectra: Spectra,
) -> None:
    page = open_heatmap()
    page.session_state["heatmap.colour_by"] = "of last year"
    page.run()
    assert not page.exception
    assert page.selectbox[2].value == ColourBy.DAY


def test_the_table_twin_holds_every_product_the_most_traded_first(spectra: Spectra) -> None:
    page = open_heatmap()
    page.session_state["heatmap.view"] = View.TABLE
    table = open_table(page)
    assert set(table["Product"]) == set(PRODUCTS)
    assert list(table["Volume USD"]) == sorted(table["Volume USD"], reverse=True)


def test_universe_and_search_narrow_the_table(spectra: Spectra) -> None:
    page = open_heatmap()
    page.session_state["heatmap.view"] = View.TABLE
    page.session_state["heatmap.universe"] = Universe.NO_STABLECOINS
    assert "USDT-USD" not in set(open_table(page)["Product"])
    page.session_state["heatmap.search"] = "ether"
    assert list(open_table(page)["Product"]) == ["ETH-USD"]


def test_a_search_without_an_answer_says_what_to_do(spectra: Spectra) -> None:
    page = open_heatmap()
    page.session_state["heatmap.view"] = View.TABLE
    page.session_state["heatmap.search"] = "nothing like it"
    page.run()
    assert "Clear the search" in page.info[0].value


def test_a_product_that_is_not_followed_opens_no_panel(spectra: Spectra) -> None:
    page = open_heatmap()
    page.session_state["product.selected"] = "NOPE-USD"
    page.run()
    assert not page.exception


def test_someone_the_gate_does_not_know_sees_nothing(spectra: Spectra) -> None:
    page = open_heatmap(uid=None).run()
    assert "does not know who is asking" in page.error[0].value
    assert not page.selectbox


def open_table(page: AppTest) -> Any:
    page.run()
    assert not page.exception
    return page.dataframe[0].value
