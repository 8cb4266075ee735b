"""The settings page against a live sandbox: what it says is what the feed does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.bootstrap import VERSION, Spectra
from core.domain import FeedState
from tests.pages.conftest import installed_spectra

PAGE = Path(__file__).parents[2] / "pages" / "settings.py"
DEADLINE = 30.0


@pytest.fixture(scope="module")
def spectra(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Spectra]:
    home = tmp_path_factory.mktemp("home") / "my-spectra"
    products = ("BTC-USD", "ETH-USD", "NOPE-USD")
    with installed_spectra(home, products=products, ready=misses_one) as opened:
        yield opened


def misses_one(spectra: Spectra) -> bool:
    known = len(spectra.market.snapshot()) == 2
    return known and bool(spectra.market.status().missing_products)


def open_settings(uid: str = "local") -> AppTest:
    page = AppTest.from_file(str(PAGE), default_timeout=DEADLINE)
    page.user = {"uid": uid} if uid else {}
    return page.run()


def facts_of(page: AppTest) -> str:
    return " ".join(str(table.value.to_dict()) for table in page.table)


def test_it_shows_the_feed_and_names_what_the_venue_left_out(spectra: Spectra) -> None:
    page = open_settings()
    assert not page.exception
    assert "2 of 3" in facts_of(page)
    assert "NOPE" in facts_of(page)
    assert spectra.market.status().state is FeedState.CONNECTED
    assert not page.warning


def test_it_shows_what_is_running_but_no_full_path(spectra: Spectra) -> None:
    facts = facts_of(open_settings())
    assert VERSION in facts
    assert "my\\\\-spectra" in facts
    assert str(spectra.settings.home.parent) not in facts


def test_it_gives_the_notices_that_the_licences_ask_for(spectra: Spectra) -> None:
    captions = " ".join(caption.value for caption in open_settings().caption)
    assert "TradingView" in captions
    assert "www.tradingview.com" in captions
    assert "OFL" in captions


def test_it_shows_nothing_to_someone_the_gate_has_not_identified(spectra: Spectra) -> None:
    page = open_settings(uid="")
    assert [error.value for error in page.error] == [
        "Spectra does not know who is asking, so it shows nothing. "
        "Open it at the address it printed when it was started."
    ]
    assert not page.table


def test_every_page_says_that_it_is_a_demo(spectra: Spectra) -> None:
    assert any("DEMO" in each.value for each in open_settings().markdown)
