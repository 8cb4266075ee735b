"""Brings a person's choices to a visit once, and takes home what they change.

    first run → preferences → session · any run → session ≠ what is stored → one write

A run without a change costs a comparison of five words. It never overwrites what another tab of
the same person has changed meanwhile: only the changed choices are written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import streamlit as st

from core.domain import Preferences
from core.errors import StorageUnavailable
from core.storage import Store
from core.ui.outcome import explain
from core.ui.session import KEPT, session
from core.ui.text import safe_text

_PALETTE = "palette"


def load_choices(store: Store, user_id: str) -> Preferences:
    """Return this person's preferences, read on the first run of a visit and kept for the rest.

    When they cannot be read the defaults stand in, this is said once, and nothing is saved.
    """
    if (known := session.preferences) is not None:
        return known
    try:
        with store.read_as(user_id) as work:
            preferences = work.preferences.load()
    except StorageUnavailable as error:
        _say_once(explain(error, doing="read your settings, so defaults are shown"))
        return Preferences()
    session.preferences = preferences
    session.adopt(stored_choices(preferences))
    return preferences


def keep_choices(store: Store, user_id: str) -> None:
    """Store the choices that differ from what is stored; draw it after the page has asked."""
    known = session.preferences
    if known is None:
        return
    stored = {**KEPT, **stored_choices(known)}
    changed = {key: value for key, value in session.kept().items() if stored[key] != value}
    if not changed:
        return
    # What cannot be stored now still holds for this visit; trying again on every run would make
    # each of them slow.
    session.preferences = with_choices(known, changed)
    try:
        with store.as_user(user_id) as work:
            work.preferences.save(with_choices(work.preferences.load(), changed))
    except StorageUnavailable as error:
        st.toast(safe_text(explain(error, doing="keep this choice for the next visit"), limit=400))


def stored_choices(preferences: Preferences) -> dict[str, str]:
    """Return choices as the session names them."""
    return {**preferences.pages, _PALETTE: preferences.palette}


def with_choices(preferences: Preferences, changed: Mapping[str, str]) -> Preferences:
    """Return `preferences` with the changed choices in their places."""
    pages = {key: value for key, value in changed.items() if key != _PALETTE}
    return replace(
        preferences,
        palette=changed.get(_PALETTE, preferences.palette),
        pages={**preferences.pages, **pages},
    )


def _say_once(text: str) -> None:
    if not st.session_state.get("choices.said"):
        st.session_state["choices.said"] = True
        st.toast(safe_text(text, limit=400), icon=":material/error:")
