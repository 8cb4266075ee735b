"""The one row of choices above the heatmap; each is there again on the next visit.

It only asks: what a choice means is decided where it is drawn.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

import streamlit as st

from core.bootstrap import Spectra
from core.ui.heatmap import ask_for_search
from core.ui.session import ColourBy, Palette, SizeBy, Universe, View, session

UNIVERSES = {
    Universe.ALL: "All products",
    Universe.GAINERS: "Gainers",
    Universe.LOSERS: "Losers",
    Universe.NO_STABLECOINS: "Without stablecoins",
}
SIZES = {SizeBy.VOLUME: "Size: volume 24 h", SizeBy.EQUAL: "Size: equal"}
COLOURS = {
    ColourBy.DAY: "Colour: 24 h",
    ColourBy.HOUR: "Colour: 1 h",
    ColourBy.OPEN: "Colour: since 00:00",
    ColourBy.BITCOIN: "Colour: against BTC",
    ColourBy.UNUSUAL: "Colour: unusual, σ",
}
PALETTES = {
    Palette.RED_GREEN: "Palette: red-green",
    Palette.RED_UP: "Palette: red-up",
    Palette.BLUE_ORANGE: "Palette: blue-orange",
}
VIEWS = {View.MAP: ":material/grid_view:", View.TABLE: ":material/table_rows:"}

_Choice = TypeVar("_Choice", Universe, SizeBy, ColourBy, Palette)


def ask_for_view(spectra: Spectra) -> None:
    """Draw every choice of the heatmap page in one row and keep the answers in the session."""
    with st.container(
        horizontal=True, vertical_alignment="center", gap="xsmall", key="heatmap-filters"
    ):
        session.universe = _ask("Products", session.universe, UNIVERSES, width=172)
        session.size_by = _ask("Size", session.size_by, SIZES, width=160)
        session.colour_by = _ask("Colour", session.colour_by, COLOURS, width=160)
        session.palette = _ask("Palette", session.palette, PALETTES, width=166)
        st.space("stretch")
        ask_for_search(spectra)
        session.view = _ask_for_twin()


def _ask(label: str, value: _Choice, words: Mapping[_Choice, str], *, width: int) -> _Choice:
    options = list(words)
    return st.selectbox(
        label,
        options,
        index=options.index(value),
        format_func=lambda option: words[option],
        key=f"heatmap-{label.lower()}",
        label_visibility="collapsed",
        width=width,
    )


def _ask_for_twin() -> View:
    chosen = st.segmented_control(
        "View",
        list(VIEWS),
        default=session.view,
        format_func=lambda view: VIEWS[view],
        key="heatmap-view",
        label_visibility="collapsed",
        required=True,
        width=88,
    )
    return chosen or session.view
