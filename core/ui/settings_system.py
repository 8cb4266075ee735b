"""The cards of the system: how the market feed is doing, and what this copy of Spectra is."""

from __future__ import annotations

import streamlit as st

from core.ui.about import describe_copy, describe_database, read_notices
from core.ui.feedfacts import STATE_COLOURS, STATE_WORDS, describe_feed, describe_trouble
from core.ui.page import PageVisit


def draw_feed(visit: PageVisit) -> None:
    """Draw the state of the market feed and everything known about it."""
    market = visit.spectra.market
    status = market.status()
    trouble = describe_trouble(status, zone=visit.zone)
    with st.container(border=True, height="stretch", key="kv-feed", gap="small"):
        with st.container(
            horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
        ):
            st.subheader("Market feed", anchor=False, width="content")
            st.badge(STATE_WORDS[status.state], color=STATE_COLOURS[status.state])  # type: ignore[arg-type]
        if trouble:
            st.warning(trouble)
            if st.button("Try now", key="settings-retry", icon=":material/refresh:"):
                market.retry_now()
        facts = describe_feed(status, priced=len(market.snapshot()), zone=visit.zone)
        st.table(facts, border="horizontal")


def draw_about(visit: PageVisit) -> None:
    """Draw versions, database and licences."""
    spectra = visit.spectra
    with st.container(border=True, height="stretch", key="kv-about", gap="small"):
        with st.container(horizontal=True):
            st.subheader("About", anchor=False, width="content")
        facts = describe_copy(spectra, zone=visit.zone) | describe_database(spectra)
        st.table(facts, border="horizontal")
        st.caption(read_notices())
