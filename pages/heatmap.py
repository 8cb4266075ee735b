"""The live market at a glance: each product a tile, sized by what is traded."""

from __future__ import annotations

import streamlit as st

from core.ui.heatmap import draw_heatmap, draw_movers
from core.ui.heatmap_filters import ask_for_view
from core.ui.page import open_page

visit = open_page("Heatmap")

ask_for_view(visit.spectra)

with st.container(horizontal=True, gap="small", key="heatmap-body"):
    with st.container(key="heatmap-main"):
        draw_heatmap(visit.spectra)
    with st.container(width=280, key="heatmap-side"):
        draw_movers(visit.spectra)
