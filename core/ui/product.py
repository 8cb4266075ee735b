"""The panel of one product: the browser follows the price, Python brings candles and book.

    panel opens → "want" → CandleLoad → market.candles → component data → chart
    once a second → market.order_book → depth curve → component data → canvas

Both live in fragments, so the page around them is never rerun for new figures. It decides nothing
about prices.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from decimal import Decimal
from typing import Any

import streamlit as st

from core.bootstrap import running
from core.clock import epoch_ms
from core.domain import Granularity
from core.errors import SourceUnavailable
from core.market import CandleSeries, Market
from core.ui.component import draw_component
from core.ui.depth import build_depth
from core.ui.loading import CandleLoad
from core.ui.session import CANDLE_SPANS, session
from core.ui.text import clean_text

CANDLES = 300
DEPTH_PERCENT = Decimal("0.5")
BOOK_LEVELS = 1_000
PATIENCE = 1.0
"""Seconds a run waits for candles; the chart asks again for those that take longer."""
_PANEL, _DEPTH = "product-candles", "product-depth"
_SPANS = [[str(span), label, span.seconds] for span, label in CANDLE_SPANS.items()]


def draw_product_panel(product_id: str) -> None:
    """Draw everything known about one product, and follow it until it is closed."""
    with st.container(gap="small", key="product-panel"):
        _draw_candles(product_id)
        _draw_depth(product_id)


@st.fragment
def _draw_candles(product_id: str) -> None:
    market = running().market
    wish = _events().get("want")
    candles = _answer(market, product_id, wish) if isinstance(wish, Mapping) else {}
    result = draw_component(
        "product",
        key=_PANEL,
        data=_describe(market, product_id) | candles,
        isolate_styles=False,
        on_want_change=_ignore,
        on_close_change=_ignore,
        on_averages_change=_remember_averages,
    )
    if result.close:
        session.product = None
        st.rerun()


@st.fragment(run_every=1.0)
def _draw_depth(product_id: str) -> None:
    market = running().market
    book = market.order_book(product_id, depth=BOOK_LEVELS)
    curve = build_depth(book, percent=DEPTH_PERCENT) if book else None
    draw_component(
        "depth",
        key=_DEPTH,
        data=_describe(market, product_id)
        | {"percent": float(DEPTH_PERCENT), "curve": asdict(curve) if curve else None},
        isolate_styles=False,
    )


def _describe(market: Market, product_id: str) -> dict[str, Any]:
    instrument = market.instruments().get(product_id)
    base, _, quote = product_id.partition("-")
    step = instrument.price_increment if instrument else None
    return {
        "product": product_id,
        "name": clean_text(instrument.name) if instrument else base,
        "base": base,
        "quote": quote,
        "increment": float(step) if step else None,
        "palette": session.palette,
        "spans": _SPANS,
        "span": session.granularity,
        "averages": session.averages,
    }


def _answer(market: Market, product_id: str, wish: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the chart asked for, why it cannot be had, or that it is still on its way.

    The time of asking goes back with it: Streamlit tells the browser nothing when nothing changed.
    """
    return _load_candles(market, product_id, wish) | {"answers": wish.get("at")}


def _load_candles(market: Market, product_id: str, wish: Mapping[str, Any]) -> dict[str, Any]:
    span = wish.get("span")
    if span in CANDLE_SPANS:
        session.granularity = Granularity(span)
    chosen = session.granularity
    load = session.candle_load
    if load is None or load.key != (product_id, chosen):
        load = CandleLoad(
            (product_id, chosen), lambda: market.candles(product_id, chosen, count=CANDLES)
        ).start()
    found = load.wait(PATIENCE)
    session.candle_load = load if found is None else None
    if found is None:
        return {"onItsWay": True}
    if isinstance(found, SourceUnavailable):
        return {"error": describe_refusal(found)}
    return describe_candles(found)


def describe_refusal(error: SourceUnavailable) -> str:
    """Return why there are no candles, what still works, and what will help."""
    reason = clean_text(str(error), limit=200).rstrip(".")
    return (
        f"{reason[:1].upper()}{reason[1:]}. The price above stays live; "
        "try again in a moment, or choose other candles."
    )


def describe_candles(series: CandleSeries) -> dict[str, Any]:
    """Return a series as the chart reads it: seconds and floats, oldest first."""
    return {
        "span": series.granularity,
        "candles": [
            [
                epoch_ms(candle.start_at) // 1000,
                *map(float, (candle.open, candle.high, candle.low, candle.close, candle.volume)),
            ]
            for candle in series.candles
        ],
        "asOf": epoch_ms(series.as_of),
        "stale": series.stale,
    }


def _events() -> Mapping[str, Any]:
    state = st.session_state.get(_PANEL)
    return state if isinstance(state, Mapping) else {}


def _remember_averages() -> None:
    session.averages = _events().get("averages") == "on"


def _ignore() -> None:
    """Streamlit reports only what has a callback; these are read where they are drawn."""
