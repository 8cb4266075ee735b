"""Lets a whole page follow what happens on the server, by running it again every few seconds.

For pages of slow facts; whatever moves faster is a component on the live socket. It never runs
while a dialog is open: a rerun would close it under the reader's hands.
"""

from __future__ import annotations


def keep_following(page: str, *, seconds: float, dialog_open: bool = False) -> None:
    """Run the page again every `seconds` for as long as it is looked at."""
    if dialog_open:
        return
    # Loaded here, because the component registers itself on import and needs a running server.
    from streamlit_autorefresh import st_autorefresh

    st_autorefresh(interval=int(seconds * 1000), key=f"{page}-follow")
