"""Fields for passwords: what is typed is handed over once and then gone from the session.

    ask_secret(place) → button's callback → take_secret(place) → the text, and an empty field

Streamlit keeps every widget's value for as long as the widget is there, on the server and in the
page; here each try has a field of its own, so nothing is left of the one before.
"""

from __future__ import annotations

import streamlit as st

_MAX = 128
"""Longer texts are no passwords; identity says so with the same number."""


def ask_secret(label: str, *, place: str, new: bool = False, help: str | None = None) -> None:
    """Draw a password field; `new` tells a password manager to offer one instead of filling in."""
    st.text_input(
        label,
        type="password",
        key=_key(place),
        max_chars=_MAX,
        help=help,
        autocomplete="new-password" if new else "current-password",
    )


def take_secret(place: str) -> str:
    """Return what was typed and forget it; call it in the callback of the form's button."""
    key = _key(place)
    text = st.session_state.get(key) or ""
    if key in st.session_state:
        del st.session_state[key]
    st.session_state[_turn(place)] = st.session_state.get(_turn(place), 0) + 1
    return str(text)


def _key(place: str) -> str:
    return f"secret-{place}-{st.session_state.get(_turn(place), 0)}"


def _turn(place: str) -> str:
    return f"secret.turn.{place}"
