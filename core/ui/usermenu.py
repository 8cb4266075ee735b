"""Who is signed in, at the right end of the header line, and the way out.

In single-user mode there is nobody to sign out: the name stands there alone. The browser asks for
what signing out needs by itself; nothing of a session passes through the page.
"""

from __future__ import annotations

import streamlit as st

from core.domain import LOCAL_USER, User
from core.ui.component import draw_component
from core.ui.text import clean_text, safe_text

_NAME_LIMIT = 28


def draw_user(user: User, *, signed_in: bool) -> None:
    """Draw the name, with a menu behind it for someone who has signed in."""
    name = name_of(user)
    if not signed_in:
        st.markdown(
            f":small[:material/person: {safe_text(name, limit=_NAME_LIMIT)}]", width="content"
        )
        return
    draw_component(
        "usermenu",
        key="user-menu",
        data={"name": clean_text(name, limit=_NAME_LIMIT), "email": clean_text(user.email)},
        width="content",
        isolate_styles=False,
    )


def name_of(user: User) -> str:
    """Return what to call this person: their name, else their address."""
    return user.full_name or (user.id if user.id == LOCAL_USER else user.email)
