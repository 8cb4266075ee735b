"""The live market at a glance: each product a tile, sized by what is traded."""

from __future__ import annotations

import streamlit as st

from core.ui import draw_guidance, draw_product_panel, keep_choices, open_page, session
from core.ui.heatmap import draw_heatmap, draw_movers, wait_for_names
from core.ui.heatmap_filters import ask_for_view
from core.ui.heatmap_table import draw_table
from core.ui.session import View

visit = open_page("Heatmap")

ask_for_view(visit.spectra)
keep_choices(visit.spectra.store, visit.uid)

product = session.product
known = product in visit.spectra.market.snapshot()

with st.container(horizontal=True, gap="small", key="heatmap-body"):
    with st.container(key="heatmap-main"):
        if session.view is View.TABLE:
            draw_table(visit.spectra, opened=product)
        else:
            draw_heatmap(visit.spectra)
    with st.container(width=280, key="heatmap-side"):
        if product is not None and known:
            draw_product_panel(product)
        else:
            draw_movers(visit.spectra)

draw_guidance()
if not visit.spectra.market.instruments():
    wait_for_names(visit.spectra)
