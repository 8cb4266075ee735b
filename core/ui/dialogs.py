"""Which dialog of a page is open, and about what: kept in the session, so a rerun does not lose it.

    button → show_dialog(name, about) → every run draws it → Cancel, ×, Done → close_dialog

Streamlit's own way, opening while a button is true, forgets the dialog on the next run of the page.
"""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

_OPEN = "dialog.open"


def show_dialog(name: str, about: str = "") -> None:
    """Open the dialog `name`, about the thing of this id, with the run that follows."""
    st.session_state[_OPEN] = (name, about)


def close_dialog() -> None:
    """Close whatever is open, with the run that follows."""
    st.session_state.pop(_OPEN, None)


def dialog_about(name: str) -> str | None:
    """Return what the dialog `name` is about, None when it is not open."""
    opened = st.session_state.get(_OPEN)
    return opened[1] if opened and opened[0] == name else None


def close_dialogs_of_others(page: str) -> None:
    """Close what was left open on another page; names begin with their page's."""
    opened = st.session_state.get(_OPEN)
    if opened and not opened[0].startswith(f"{page}-"):
        close_dialog()


def ask_whether(name: str, label: str, act: Callable[[], None]) -> None:
    """Draw Cancel and the button that runs `act`; both close the dialog."""

    def agreed() -> None:
        close_dialog()
        act()

    with st.container(horizontal=True, horizontal_alignment="right", gap="xsmall"):
        left = st.button("Cancel", key=f"{name}-cancel", on_click=close_dialog)
        done = st.button(label, key=f"{name}-yes", type="primary", on_click=agreed)
    if left or done:
        st.rerun()


def offer_end(label: str, *, key: str) -> None:
    """Draw the one button of a dialog that has nothing more to ask."""
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button(label, key=key, type="primary", on_click=close_dialog):
            st.rerun()
