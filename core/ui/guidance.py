"""What a person sees who starts Spectra and gets no market: what this is, why, and what to do.

    hub: no price and no connection → card over the empty map → first price → gone

The browser shows and hides it by itself, without a rerun, and it takes no room on the page.
"""

from __future__ import annotations

import streamlit as st

from core.bootstrap import running
from core.ui.component import draw_component

START_DEMO = "python app.py --demo"
START = "python app.py"


def draw_guidance() -> None:
    """Put the card in place; it stays invisible for as long as there is a price to show."""
    _draw_card()


@st.fragment
def _draw_card() -> None:
    settings = running().settings
    draw_component(
        "guidance",
        key="guidance",
        data={"demo": settings.demo, "startDemo": START_DEMO, "start": START},
        isolate_styles=False,
        height=1,
        on_retry_change=_retry,
    )


def _retry() -> None:
    running().market.retry_now()
