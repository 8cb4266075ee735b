"""The heatmap's twin: the same products as a table, refreshed in place every two seconds.

    snapshot → rows → selected and sorted → numbers for sorting, text for reading → st.dataframe

A refresh runs this fragment alone, so scroll, sort and hover stay. It never shows an unknown as 0.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import pandas as pd  # type: ignore[import-untyped]
import streamlit as st

from core.bootstrap import Spectra
from core.ui.measures import MarketRow, build_rows, select_rows
from core.ui.numbers import (
    ABSENT,
    format_age,
    format_compact,
    format_percent,
    format_price,
    respell,
)
from core.ui.session import ColourBy, Palette, session

_KEY = "heatmap-table"
_REFRESH = 2.0
_VOLUME = "Volume USD"
_TEXT_COLUMNS = ("Product", "Name")
_CHANGES = {
    "24 h": ColourBy.DAY,
    "1 h": ColourBy.HOUR,
    "Since 00:00": ColourBy.OPEN,
    "vs BTC": ColourBy.BITCOIN,
    "σ": ColourBy.UNUSUAL,
}
_HELP = {
    "24 h": "Change of the price over 24 h",
    "1 h": "Change of the price over 1 h",
    "Since 00:00": "Change of the price since 00:00 UTC",
    "vs BTC": "24 h change against Bitcoin's",
    "σ": "24 h change in standard deviations of this coin's own day",
    _VOLUME: "Traded in 24 h, at the present price",
    "Spread bp": "Best ask minus best bid, in basis points of their middle",
    "Age": "Time since the last tick",
}
_UP_DOWN = {
    Palette.RED_GREEN: ("#1f9d73", "#e0515f"),
    Palette.RED_UP: ("#e0515f", "#1f9d73"),
    Palette.BLUE_ORANGE: ("#4b88e0", "#c97a2b"),
}
"""Up and down in tones that can be read on both themes: Python need not know which is on."""


@st.fragment(run_every=_REFRESH)
def draw_table(spectra: Spectra, *, opened: str | None) -> None:
    """Draw the chosen products as a table; a click on a cell opens the product beside it.

    `opened` is the product the rest of the page shows: another one needs a run of the whole page.
    """
    if session.product != opened:
        st.rerun()
    rows = select_rows(
        build_rows(
            spectra.market.snapshot(),
            references=spectra.market.references(),
            instruments=spectra.market.instruments(),
            now=spectra.clock.now(),
        ),
        universe=session.universe,
        colour_by=session.colour_by,
        search=session.search,
    )
    if not rows:
        st.info(_why_empty(spectra), icon=":material/search_off:")
        return
    products = [row.ticker.product_id for row in rows]
    st.dataframe(
        style_table(rows, palette=session.palette, locale=session.locale),
        key=_KEY,
        height="stretch",
        row_height=29,
        hide_index=True,
        column_config=_columns(),
        on_select=lambda: _open_chosen(products),
        selection_mode="single-cell",
        placeholder=ABSENT,
        alt="Every product of the heatmap with its price, changes, volume, spread and age",
    )


def style_table(rows: Sequence[MarketRow], *, palette: Palette, locale: str = "en-US") -> Any:
    """Return the rows as numbers, so that sorting is right, shown as design prescribes."""
    frame = pd.DataFrame([_cells(row) for row in rows])
    numbers = [name for name in frame.columns if name not in _TEXT_COLUMNS]
    frame[numbers] = frame[numbers].astype(float)
    words = pd.DataFrame(
        [{name: respell(text, locale) for name, text in _words(row).items()} for row in rows]
    )
    up, down = _UP_DOWN[palette]

    def colour(value: float) -> str:
        return f"color: {up}" if value > 0 else f"color: {down}" if value < 0 else ""

    return frame.style.map(colour, subset=list(_CHANGES)).format(
        {name: _reading(frame[name], words[name]) for name in words.columns}
    )


def _reading(numbers: Iterable[float], words: Iterable[str]) -> Callable[[float], str]:
    # A price's text depends on its product's step, which a formatter of values alone cannot know.
    known = dict(zip(numbers, words, strict=True))
    return lambda number: known.get(number, ABSENT)


def _cells(row: MarketRow) -> dict[str, object]:
    ticker = row.ticker
    return {
        "Product": ticker.product_id,
        "Name": row.name,
        "Price": ticker.price,
        **{name: row.changes[measure] for name, measure in _CHANGES.items()},
        _VOLUME: row.volume,
        "Bid": ticker.best_bid,
        "Ask": ticker.best_ask,
        "Spread bp": row.spread,
        "24 h range": None if row.position is None else row.position * 100,
        "Age": row.age,
    }


def _words(row: MarketRow) -> Mapping[str, str]:
    step = row.instrument.price_increment if row.instrument else None
    ticker = row.ticker
    return {
        "Price": format_price(ticker.price, step),
        **{
            name: format_percent(row.changes[each], unit="σ" if name == "σ" else "%")
            for name, each in _CHANGES.items()
        },
        _VOLUME: format_compact(row.volume),
        "Bid": format_price(ticker.best_bid, step),
        "Ask": format_price(ticker.best_ask, step),
        "Spread bp": ABSENT if row.spread is None else f"{row.spread:.2f}",
        "Age": format_age(row.age),
    }


def _columns() -> dict[str, Any]:
    return {
        "Product": st.column_config.TextColumn(pinned=True, width=96),
        "Name": st.column_config.TextColumn(width=120),
        "24 h range": st.column_config.ProgressColumn(
            help="Where the price lies between the low and the high of 24 h",
            min_value=0,
            max_value=100,
            format="%.0f %%",
            width=96,
        ),
        **{name: st.column_config.NumberColumn(width=94) for name in ("Price", "Bid", "Ask")},
        **{name: st.column_config.NumberColumn(help=why) for name, why in _HELP.items()},
    }


def _open_chosen(products: Sequence[str]) -> None:
    product = chosen_product(st.session_state[_KEY].selection.cells, products)
    if product is not None:
        session.product = product


def chosen_product(cells: Sequence[tuple[int, str]], products: Sequence[str]) -> str | None:
    """Return the product of the row clicked, None if nobody clicked one.

    The grid chooses its first cell by itself when it gets the focus or a header is clicked.
    """
    if not cells or cells[0][0] >= len(products) or tuple(cells[0]) == (0, "Product"):
        return None
    return products[cells[0][0]]


def _why_empty(spectra: Spectra) -> str:
    if spectra.market.snapshot():
        return "No product answers these choices. Clear the search or choose all products."
    return "No prices have arrived yet; the table fills by itself when they do."
