"""The three parts of the settings page, one at a time, so that none of them needs scrolling."""

from __future__ import annotations

from enum import StrEnum

import streamlit as st


class Section(StrEnum):
    """A part of the settings page, by the word that names it on the page and in the address."""

    PERSONAL = "Personal"
    SAFEKEEPING = "Safekeeping"
    SYSTEM = "System"


def ask_for_section() -> Section:
    """Draw the choice of a part; the address names it, so it can be linked to."""
    chosen = st.segmented_control(
        "Part of the settings",
        [str(section) for section in Section],
        default=str(Section.PERSONAL),
        required=True,
        key="section",
        bind="query-params",
        label_visibility="collapsed",
    )
    return Section(chosen) if chosen else Section.PERSONAL
