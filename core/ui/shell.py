"""The frame around every page: which pages there are, and the navigation in the top bar.

    app.py → this script, at every run → the page of the address → open, ask, load, guard, draw

`/` itself leads to the heatmap. It holds no state and shows no figure.
"""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from core.ui.component import ASSETS

PAGES = Path(__file__).resolve().parents[2] / "pages"


def build_pages() -> list[st.Page]:
    """Return the pages in the order of the navigation; a page's address is its name."""
    heatmap = st.Page(PAGES / "heatmap.py", title="Heatmap", url_path="heatmap")
    security = st.Page(PAGES / "security.py", title="Security", url_path="security")
    settings = st.Page(PAGES / "settings.py", title="Settings", url_path="settings")
    # Streamlit serves its default page at `/` only, and calls its own name "not found".
    start = st.Page(
        lambda: st.switch_page(heatmap),
        title="Spectra",
        url_path="start",
        default=True,
        visibility="hidden",
    )
    return [start, heatmap, security, settings]


def draw_shell() -> None:
    """Draw the frame and run the page of this address in it."""
    page = st.navigation(build_pages(), position="top")
    st.set_page_config(
        page_title=page.title if page.title == "Spectra" else f"{page.title} · Spectra",
        page_icon=str(ASSETS / "favicon.png"),
        layout="wide",
        # With toolbarMode "minimal" this entry is what keeps the choice of theme in the menu.
        menu_items={"About": "Spectra: the market, live."},
    )
    st.logo(str(ASSETS / "mark.svg"), size="small")
    page.run()


if __name__ == "__main__":
    draw_shell()
