"""The audit log of one person: what happened, when and from where, filtered and in pages.

    filters → AuditFilter → 50 entries, newest first → table · Verify chain · Export

It only reads, but for two acts that are themselves written down: verifying and exporting.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pandas as pd  # type: ignore[import-untyped]
import streamlit as st

from core.domain import AuditEntry
from core.errors import StorageUnavailable
from core.storage import AuditFilter
from core.ui.agents import describe_agent
from core.ui.auditwords import GROUPS, describe_act, describe_details
from core.ui.moments import format_stamp, start_of_day
from core.ui.numbers import ABSENT
from core.ui.outcome import explain, show_failure
from core.ui.page import PageVisit
from core.ui.security_export import draw_export
from core.ui.security_verify import offer_check
from core.ui.text import clean_text

PAGE = 50
_PLACE = "security-audit"
_WHAT, _DAYS, _TEXT = (f"{_PLACE}-{name}" for name in ("what", "days", "text"))
_TRAIL = f"{_PLACE}.trail"
"""The numbers before which each page opened so far begins; empty on the newest page."""
_MAX_TEXT = 80


def draw_audit_log(visit: PageVisit) -> None:
    """Draw filters, the page of entries they lead to, and the ways to newer and older ones."""
    wanted = _ask(visit)
    try:
        with visit.spectra.store.read_as(visit.uid) as work:
            count = work.audit.count(replace(wanted, before_seq=None))
            entries = work.audit.list(wanted)
    except StorageUnavailable as error:
        show_failure(explain(error, doing="read the audit log"))
        return
    if not entries:
        _draw_empty(visit, filtered=_is_filtered())
        return
    with st.container(key=_table_key(visit)):
        st.dataframe(
            table_of(entries, visit),
            height="stretch",
            row_height=29,
            hide_index=True,
            column_config=_columns(),
            alt="Audit log: what happened, when, and from where",
        )
    _draw_pager(entries, count)


def table_of(entries: Sequence[AuditEntry], visit: PageVisit) -> Any:
    """Return the entries as a table of plain words, in the order given."""
    return pd.DataFrame(
        {
            f"When, {visit.user.timezone}": [
                format_stamp(each.record.at, visit.zone) for each in entries
            ],
            "What happened": [describe_act(each.record) for each in entries],
            "Details": [describe_details(each.record) or ABSENT for each in entries],
            "Address": [clean_text(each.record.ip) or ABSENT for each in entries],
            "Browser": [_browser(each) for each in entries],
            "No.": [each.seq for each in entries],
        }
    )


def _ask(visit: PageVisit) -> AuditFilter:
    with st.container(
        horizontal=True, vertical_alignment="center", gap="xsmall", key=f"{_PLACE}-filters"
    ):
        st.subheader("Audit log", anchor=False, width=84)
        what = st.selectbox(
            "What happened",
            list(GROUPS),
            key=_WHAT,
            on_change=_from_the_start,
            label_visibility="collapsed",
            width=190,
        )
        days = st.date_input(  # type: ignore[call-overload]
            "Days",
            value=(),
            key=_DAYS,
            format="YYYY-MM-DD",
            max_value=visit.now().astimezone(visit.zone).date(),
            on_change=_from_the_start,
            label_visibility="collapsed",
            width=245,
        )
        text = st.text_input(
            "Text",
            key=_TEXT,
            max_chars=_MAX_TEXT,
            placeholder="Address, label, browser",
            icon=":material/search:",
            on_change=_from_the_start,
            label_visibility="collapsed",
            width=200,
        )
        st.space("stretch")
        wanted = read_filter(what or "", days, text or "", visit=visit)
        offer_check(visit)
        draw_export(visit, wanted)
    trail = st.session_state.get(_TRAIL, ())
    return replace(wanted, before_seq=trail[-1] if trail else None)


def read_filter(what: str, days: object, text: str, *, visit: PageVisit) -> AuditFilter:
    """Return the filter of these choices; a range whose end is not chosen yet is one day."""
    chosen = [day for day in days if isinstance(day, date)] if isinstance(days, tuple) else []
    zone = visit.zone
    return AuditFilter(
        actions=GROUPS.get(what, ()),
        since=start_of_day(chosen[0], zone) if chosen else None,
        until=start_of_day(chosen[-1] + timedelta(days=1), zone) if chosen else None,
        text=clean_text(text, limit=_MAX_TEXT),
        limit=PAGE,
    )


def _draw_pager(entries: Sequence[AuditEntry], count: int) -> None:
    trail = st.session_state.get(_TRAIL, ())
    first = len(trail) * PAGE + 1
    last = first + len(entries) - 1
    with st.container(
        horizontal=True, vertical_alignment="center", gap="xsmall", key=f"{_PLACE}-pager"
    ):
        st.markdown(f":gray[{first:,}–{last:,} of {max(count, last):,}]", width="content")
        st.space("stretch")
        st.button(
            "Newer",
            key=f"{_PLACE}-newer",
            icon=":material/chevron_left:",
            disabled=not trail,
            on_click=_turn,
            args=(trail[:-1],),
        )
        st.button(
            "Older",
            key=f"{_PLACE}-older",
            icon=":material/chevron_right:",
            icon_position="right",
            disabled=last >= count,
            on_click=_turn,
            args=((*trail, entries[-1].seq),),
        )


def _draw_empty(visit: PageVisit, *, filtered: bool) -> None:
    with st.container(
        border=True,
        key=_table_key(visit),
        horizontal_alignment="center",
        vertical_alignment="center",
        gap="small",
    ):
        if not filtered:
            st.markdown(":gray[Nothing has been written down yet.]", text_alignment="center")
            return
        st.markdown(":gray[Nothing in the log answers these filters.]", text_alignment="center")
        st.button("Clear filters", key=f"{_PLACE}-clear", on_click=_clear)


def _table_key(visit: PageVisit) -> str:
    # In single-user mode the cards above have one line, and leave the log more room.
    return "audit-table" if visit.session else "audit-table-tall"


def _is_filtered() -> bool:
    state = st.session_state
    return bool(state.get(_TEXT) or state.get(_DAYS) or state.get(_WHAT) != next(iter(GROUPS)))


def _clear() -> None:
    st.session_state[_TEXT], st.session_state[_DAYS] = "", ()
    st.session_state[_WHAT] = next(iter(GROUPS))
    _from_the_start()


def _from_the_start() -> None:
    _turn(())


def _turn(trail: tuple[int, ...]) -> None:
    st.session_state[_TRAIL] = trail


def _browser(entry: AuditEntry) -> str:
    agent = entry.record.user_agent
    return describe_agent(agent) if agent else ABSENT


def _columns() -> dict[str, Any]:
    return {
        "What happened": st.column_config.TextColumn(width=170),
        "Details": st.column_config.TextColumn(width=278),
        "Address": st.column_config.TextColumn(width=120),
        "Browser": st.column_config.TextColumn(width=162),
        "No.": st.column_config.NumberColumn(
            width=56, help="Place in the chain over the whole log; others' entries are in between."
        ),
    }
