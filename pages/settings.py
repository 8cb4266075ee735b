"""Settings: how the market feed is doing, and what this copy of Spectra is."""

from __future__ import annotations

from core.ui.page import open_page

visit = open_page("Settings")
