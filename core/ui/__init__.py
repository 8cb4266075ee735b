"""The only room with Streamlit: the shell, the parts pages are made of, and the browser code.

open_page               who is looking, and the header line: how every page begins
session                 what this person has chosen on this visit
keep_choices            store what they have just chosen, for the next one
draw_component          one of our browser modules as a part of the page
draw_product_panel      candles, figures and depth of one product
draw_guidance           what a first screen without a market says
keep_following          run a page again every few seconds
safe_text, clean_text   strings from outside, made harmless

`shell.py` is the script the server runs; `assets` holds what the browser gets. Parts of one page
only have modules of their own: `heatmap*`, `security_*`, `settings_*`.
"""

from core.ui.choices import keep_choices
from core.ui.component import draw_component
from core.ui.guidance import draw_guidance
from core.ui.page import PageVisit, open_page
from core.ui.product import draw_product_panel
from core.ui.refresh import keep_following
from core.ui.session import session
from core.ui.text import clean_text, safe_text

__all__ = [
    "PageVisit",
    "clean_text",
    "draw_component",
    "draw_guidance",
    "draw_product_panel",
    "keep_choices",
    "keep_following",
    "open_page",
    "safe_text",
    "session",
]
