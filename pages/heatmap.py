"""The live market at a glance."""

from __future__ import annotations

from core.ui.page import open_page

visit = open_page("Heatmap")
