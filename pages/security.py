"""Security: who is signed in as you, which programs may act for you, and what has happened."""

from __future__ import annotations

import streamlit as st

from core.ui import open_page
from core.ui.security_audit import draw_audit_log
from core.ui.security_sessions import draw_sessions
from core.ui.security_tokens import draw_tokens

visit = open_page("Security")

with st.grid(2, min_column_width=420, gap="small", key="security-cards"):
    draw_sessions(visit)
    draw_tokens(visit)

draw_audit_log(visit)
