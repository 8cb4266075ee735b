"""The button that takes the audit log away, as the filters show it: a link good for one download.

    Export → password again if the last proof is old → format → order → link for a minute

The file never passes through the page: the browser fetches it from the door of exports, which
knows whose it is.
"""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from core.storage import AuditFilter
from core.ui.confirmed import ask_for_confirmation, confirm, is_confirmed
from core.ui.dialogs import close_dialog, dialog_about, show_dialog
from core.ui.outcome import keep_outcome, outcome_of, show_outcome
from core.ui.page import PageVisit
from core.ui.secretfields import take_secret
from core.web import ExportFormat, ExportKind, export_url, offer_export

_PLACE = "security-export"
_READY = f"{_PLACE}.ready"
WORDS = {ExportFormat.CSV: "CSV, for a spreadsheet", ExportFormat.JSON: "JSON, for a program"}


def draw_export(visit: PageVisit, wanted: AuditFilter) -> None:
    """Draw the button; everything else happens in its dialog."""
    st.button("Export", key=_PLACE, icon=":material/download:", on_click=_begin)
    if dialog_about(_PLACE) is not None:
        _export(visit, replace(wanted, before_seq=None))


def _begin() -> None:
    keep_outcome(_PLACE, None)
    show_dialog(_PLACE)


@st.dialog("Export the audit log", on_dismiss=close_dialog)
def _export(visit: PageVisit, wanted: AuditFilter) -> None:
    if (made := outcome_of(_PLACE)) and made.done:
        _draw_link(st.session_state.pop(_READY, ""))
        return
    with st.form(f"{_PLACE}-form", border=False):
        st.markdown("Everything the filters show, newest first.")
        st.radio(
            "Format",
            list(WORDS),
            format_func=lambda each: WORDS[each],
            key=f"{_PLACE}-format",
            label_visibility="collapsed",
        )
        if not is_confirmed(visit):
            ask_for_confirmation(_PLACE)
        show_outcome(_PLACE)
        with st.container(horizontal=True, horizontal_alignment="right"):
            st.form_submit_button(
                "Prepare",
                type="primary",
                key=f"{_PLACE}-prepare",
                on_click=lambda: _order(visit, wanted),
            )


def _order(visit: PageVisit, wanted: AuditFilter) -> None:
    password = take_secret(_PLACE)

    def act() -> str:
        confirm(visit, password)
        key = offer_export(
            visit.spectra,
            visit.actor,
            kind=ExportKind.AUDIT,
            file_format=ExportFormat(st.session_state[f"{_PLACE}-format"]),
            wanted=wanted,
        )
        st.session_state[_READY] = export_url(key)
        return "The export is ready."

    keep_outcome(_PLACE, visit.attempt("prepare the export", act))


def _draw_link(url: str) -> None:
    if url:
        st.markdown("Ready. The link works once, for a minute, and only for you.")
    else:
        st.markdown("The link has been shown. Ask again if you need another.")
    with st.container(horizontal=True, horizontal_alignment="right", gap="xsmall"):
        if st.button("Done", key=f"{_PLACE}-done", on_click=close_dialog):
            st.rerun()
        if url:
            st.link_button("Download", url, type="primary", icon=":material/download:")
