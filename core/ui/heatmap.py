"""The heatmap page's live parts: filters, map, movers, and what happens when they are used.

    choices → data of the component → browser draws from /ws/market → click → session → rerun

Prices never pass through here: the browser has its own socket. It only says what to draw and how.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from core.bootstrap import Spectra, running
from core.domain import Instrument
from core.ui.component import draw_component
from core.ui.measures import STABLECOINS
from core.ui.session import View, session
from core.ui.text import clean_text

_MAP, _SIDE, _SEARCH = "heatmap-canvas", "heatmap-movers", "heatmap-find"


def draw_heatmap(spectra: Spectra) -> None:
    """Draw the map of the chosen universe, filling the room that is left on the screen."""
    draw_component(
        "heatmap",
        key=_MAP,
        data=_describe(spectra.market.instruments()) | {"selected": session.product},
        on_open_change=lambda: _open(_MAP),
        on_close_change=_close,
        on_retry_change=_retry,
    )


def draw_movers(spectra: Spectra) -> None:
    """Draw breadth, volume, median change, gainers and losers of the same universe."""
    draw_component(
        "movers",
        key=_SIDE,
        data=_describe(spectra.market.instruments()),
        on_open_change=lambda: _open(_SIDE),
    )


def ask_for_search(spectra: Spectra) -> None:
    """Draw the search box: it marks the map as one types, and Enter opens the best match.

    Over the map the text has then done its work and goes; the table stays narrowed by it.
    """
    draw_component(
        "search",
        key=_SEARCH,
        data=_names(spectra.market.instruments())
        | {"text": session.search, "keeps": session.view is View.TABLE},
        width=200,
        on_text_change=_search,
        on_open_change=lambda: _open(_SEARCH),
    )


@st.fragment(run_every=1.0)
def wait_for_names(spectra: Spectra) -> None:
    """Run the page once more when the venue has told its products' names and price steps.

    Draw it only on a page that went without them: in the first second of a start, or offline.
    """
    if spectra.market.instruments():
        st.rerun()


def _describe(instruments: Mapping[str, Instrument]) -> dict[str, Any]:
    return _names(instruments) | {
        "universe": session.universe,
        "size": session.size_by,
        "colour": session.colour_by,
        "palette": session.palette,
        "stablecoins": sorted(STABLECOINS),
    }


def _names(instruments: Mapping[str, Instrument]) -> dict[str, Any]:
    return {
        "names": {key: clean_text(each.name) for key, each in instruments.items()},
        "increments": {
            key: float(each.price_increment)
            for key, each in instruments.items()
            if each.price_increment
        },
    }


def _open(key: str) -> None:
    product = st.session_state[key].get("open")
    if isinstance(product, str) and product in running().market.snapshot():
        session.product = product


def _close() -> None:
    session.product = None


def _retry() -> None:
    running().market.retry_now()


def _search() -> None:
    text = st.session_state[_SEARCH].get("text")
    session.search = clean_text(text) if isinstance(text, str) else ""
