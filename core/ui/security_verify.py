"""The button that checks the chain of the audit log, and its verdict in words.

    Verify chain → every entry read and its hash computed again → verdict, count and hash to keep

The chain covers the log of everybody; it says whether it is whole, never what is in it.
"""

from __future__ import annotations

import streamlit as st

from core.domain import AuditAction, AuditHead, ChainReport
from core.ui.dialogs import close_dialog, dialog_about, offer_end, show_dialog
from core.ui.outcome import keep_outcome, outcome_of, show_outcome
from core.ui.page import PageVisit
from core.ui.text import safe_text

_PLACE = "security-verify"
_VERDICT = f"{_PLACE}.verdict"


def offer_check(visit: PageVisit) -> None:
    """Draw the button; the verdict comes in a dialog, so nothing on the page moves."""
    st.button(
        "Verify chain", key=_PLACE, icon=":material/verified:", on_click=lambda: _begin(visit)
    )
    if dialog_about(_PLACE) is not None:
        _show_verdict()


def _begin(visit: PageVisit) -> None:
    def act() -> str:
        st.session_state[_VERDICT] = check(visit)
        return "The chain was checked."

    keep_outcome(_PLACE, visit.attempt("check the audit log", act))
    show_dialog(_PLACE)


@st.dialog("Audit log", on_dismiss=close_dialog)
def _show_verdict() -> None:
    outcome = outcome_of(_PLACE)
    if outcome is None or not outcome.done:
        show_outcome(_PLACE)
        return
    report, head = st.session_state[_VERDICT]
    if report.intact:
        _draw_intact(report, head)
    else:
        _draw_broken(report)
    offer_end("Done", key=f"{_PLACE}-done")


def check(visit: PageVisit) -> tuple[ChainReport, AuditHead]:
    """Check the whole log, write down that it was checked, and return verdict and head."""
    store = visit.spectra.store
    with store.read_system() as work:
        head = work.audit.head()
    report = store.verify_audit()
    details = {"result": "intact" if report.intact else "broken"}
    with store.as_user(visit.uid) as own:
        own.audit.append(visit.record(AuditAction.AUDIT_VERIFIED, details=details))
    return report, head


def _draw_intact(report: ChainReport, head: AuditHead) -> None:
    st.success(
        f"Whole: {report.count:,} entries, each unchanged and in its place.",
        icon=":material/verified:",
    )
    st.markdown(
        "Note this line somewhere else. It proves later that the log was not put back to an older "
        "state:"
    )
    st.code(f"{head.count}:{head.hash}", language=None, wrap_lines=True)
    st.markdown(
        ":gray[:small[To compare: `python -m core.admin verify-audit --expect COUNT:HASH`]]"
    )


def _draw_broken(report: ChainReport) -> None:
    st.error(f"Not whole: {safe_text(report.reason, limit=200)}.", icon=":material/gpp_bad:")
    st.markdown(
        "Someone or something changed the database past Spectra. Keep the database file as it is, "
        "and compare it with a backup before trusting any entry from there on."
    )
