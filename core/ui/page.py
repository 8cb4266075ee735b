"""How every page begins: who is looking, and the header line.

    st.user → identity or refusal → title · market status ………… badge · user

It never shows anything of a page to someone the gate has not identified.
"""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from core.bootstrap import Spectra, running
from core.ui.component import draw_component
from core.ui.text import safe_text


@dataclass(frozen=True, slots=True)
class PageVisit:
    """One person opening one page, and the services behind it."""

    uid: str
    spectra: Spectra


def open_page(title: str) -> PageVisit:
    """Check who is there, draw the header line, and return both; else say so and end the run."""
    uid = identify()
    if uid is None:
        st.error(
            "Spectra does not know who is asking, so it shows nothing. "
            "Open it at the address it printed when it was started.",
            icon=":material/lock:",
        )
        st.stop()
    spectra = running()
    draw_header(title, uid=uid, demo=spectra.settings.demo)
    return PageVisit(uid, spectra)


def identify() -> str | None:
    """Return the user id the gate has set, or None: Streamlit's own keys mean nothing here."""
    uid = st.user.get("uid")
    return uid if isinstance(uid, str) and uid else None


def draw_header(title: str, *, uid: str, demo: bool) -> None:
    """Draw the one line that is the same on every page."""
    with st.container(
        horizontal=True,
        horizontal_alignment="distribute",
        vertical_alignment="center",
        key="page-header",
    ):
        with st.container(
            horizontal=True, width="content", vertical_alignment="center", gap="small"
        ):
            st.title(title, anchor=False, width="content")
            draw_component("header", key="feed-status", width="content", isolate_styles=False)
        with st.container(
            horizontal=True, width="content", vertical_alignment="center", gap="small"
        ):
            if demo:
                st.badge("DEMO", icon=":material/science:", color="violet")
            st.markdown(f":small[:material/person: {safe_text(uid)}]", width="content")
