"""Settings: a person's own choices, what keeps their data safe, and how this copy is doing."""

from __future__ import annotations

import streamlit as st

from core.ui import keep_following, open_page
from core.ui.settings_backup import draw_backups
from core.ui.settings_keys import draw_keys
from core.ui.settings_profile import draw_display, draw_password, draw_profile
from core.ui.settings_sections import Section, ask_for_section
from core.ui.settings_system import draw_about, draw_feed

visit = open_page("Settings")

section = ask_for_section()

if section is Section.PERSONAL:
    with st.grid(3, min_column_width=300, gap="small", key="settings-personal"):
        draw_profile(visit)
        draw_display(visit)
        if visit.has_password:
            draw_password(visit)
else:
    with st.grid(2, min_column_width=420, gap="small", key="settings-cards"):
        if section is Section.SAFEKEEPING:
            draw_keys(visit.spectra)
            draw_backups(visit)
        else:
            draw_feed(visit)
            draw_about(visit)

if section is Section.SYSTEM:
    keep_following("settings", seconds=5)
