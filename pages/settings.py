"""Settings: how the market feed is doing, and what this copy of Spectra is."""

from __future__ import annotations

import streamlit as st

from core.ui import keep_following, open_page
from core.ui.about import describe_copy, read_notices
from core.ui.feedfacts import STATE_COLOURS, STATE_WORDS, describe_feed, describe_trouble

visit = open_page("Settings")

market = visit.spectra.market
status = market.status()
priced = len(market.snapshot())
trouble = describe_trouble(status)

with st.grid(2, min_column_width=420, gap="small"):
    with st.container(border=True, height="stretch", key="kv-feed", gap="small"):
        with st.container(horizontal=True, horizontal_alignment="distribute", key="feed-title"):
            st.subheader("Market feed", anchor=False, width="content")
            st.badge(STATE_WORDS[status.state], color=STATE_COLOURS[status.state])
        if trouble:
            st.warning(trouble)
            if st.button("Try now", key="settings-retry", icon=":material/refresh:"):
                market.retry_now()
        st.table(describe_feed(status, priced=priced), border="horizontal")
    with st.container(border=True, height="stretch", key="kv-about", gap="small"):
        with st.container(horizontal=True):
            st.subheader("About", anchor=False, width="content")
        st.table(describe_copy(visit.spectra), border="horizontal")
        st.caption(read_notices())

keep_following("settings", seconds=5)
