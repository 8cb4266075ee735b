"""The button that checks the chain of the audit log, and its verdict in words.

    Verify chain → every entry read and its hash computed again → verdict, count and hash to keep

The chain covers the log of everybody; it says whether it is whole, never what is in it.
"""

from __future__ import annotations

import streamlit as st

from core.domain import AuditAction, AuditHead, ChainReport
from core.errors import SpectraError
from core.ui.outcome import explain, show_failure
from core.ui.page import PageVisit
from core.ui.text import safe_text

_PLACE = "security-verify"
_TITLE = "Audit log"


def offer_check(visit: PageVisit) -> None:
    """Draw the button; the verdict comes in a dialog, so nothing on the page moves."""
    if not st.button("Verify chain", key=_PLACE, icon=":material/verified:"):
        return
    try:
        report, head = check(visit)
    except SpectraError as error:
        _show_trouble(explain(error, doing="check the audit log"))
    else:
        _show_verdict(report, head)


@st.dialog(_TITLE)
def _show_verdict(report: ChainReport, head: AuditHead) -> None:
    if report.intact:
        _draw_intact(report, head)
    else:
        _draw_broken(report)
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button("Done", key=f"{_PLACE}-done", type="primary"):
            st.rerun()


@st.dialog(_TITLE)
def _show_trouble(text: str) -> None:
    show_failure(text)


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
