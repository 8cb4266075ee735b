"""The table twin holds numbers to sort by and shows text to read."""

from __future__ import annotations

import math
from datetime import UTC, datetime

from core.clock import epoch_ms
from core.market import Ticker
from core.ui.heatmap_table import chosen_product, style_table
from core.ui.measures import build_rows
from core.ui.session import Palette

NOW = datetime(2026, 1, 2, tzinfo=UTC)
TICKERS = {
    ticker.product_id: ticker
    for ticker in (
        Ticker("BTC-USD", "BTC", epoch_ms(NOW), price=64281.7, volume_24h=2.0),
        Ticker("PEPE-USD", "PEPE", epoch_ms(NOW), price=0.00001234, change_24h_percent=-2.5),
    )
}


def shown_table() -> tuple[list[dict[str, object]], str]:
    rows = build_rows(TICKERS, references={}, instruments={}, now=NOW)
    styler = style_table(rows, palette=Palette.RED_GREEN)
    return styler.data.to_dict("records"), styler.to_html()


def test_cells_are_numbers_and_an_unknown_is_not_zero() -> None:
    (bitcoin, pepe), _ = shown_table()
    assert (bitcoin["Price"], pepe["Price"]) == (64281.7, 0.00001234)
    assert math.isnan(float(str(bitcoin["24 h"])))
    assert math.isnan(float(str(pepe["Volume USD"])))


def test_cells_read_as_prices_changes_and_dashes() -> None:
    _, html = shown_table()
    for text in (">64,281.70<", ">0.00001234<", ">−2.50 %<", ">129K<", ">–<", ">0.0 s<"):
        assert text in html


def test_a_click_opens_its_row_but_the_grids_own_first_choice_does_not() -> None:
    products = ["BTC-USD", "ETH-USD"]
    assert chosen_product([(1, "Price")], products) == "ETH-USD"
    assert chosen_product([(0, "Price")], products) == "BTC-USD"
    assert chosen_product([(0, "Product")], products) is None
    assert chosen_product([(7, "Price")], products) is None
    assert chosen_product([], products) is None
