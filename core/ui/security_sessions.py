"""The card of sessions: every browser this person is signed in with, and the way to end one.

It shows what a session says of itself (address, browser); who it really is, only its owner knows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from core.domain import UserSession
from core.errors import StorageUnavailable
from core.ui.agents import describe_agent
from core.ui.dialogs import ask_whether, close_dialog, dialog_about, show_dialog
from core.ui.moments import format_ago, format_when
from core.ui.outcome import explain, keep_outcome, show_failure, show_outcome
from core.ui.page import PageVisit
from core.ui.text import safe_text

_PLACE = "security-sessions"
_ONE, _OTHERS = f"{_PLACE}-one", f"{_PLACE}-others"
ROWS_HEIGHT = 176
"""Of the lists of sessions and tokens: four rows, and the rest by scrolling."""


def draw_sessions(visit: PageVisit) -> None:
    """Draw the live sessions of this person, this one first, each with its end."""
    with st.container(border=True, height="stretch", key=_PLACE, gap="small"):
        if visit.session is None:
            st.subheader("Sessions", anchor=False)
            st.markdown(
                ":gray[:small[None: single-user mode has no sign-in. Only this machine can open "
                "Spectra.]]"
            )
            return
        try:
            sessions = live_sessions(visit)
        except StorageUnavailable as error:
            st.subheader("Sessions", anchor=False)
            show_failure(explain(error, doing="read your sessions"))
            return
        _draw_title(visit, sessions)
        show_outcome(_PLACE)
        with st.container(height=ROWS_HEIGHT, border=False, gap="xxsmall", key=f"{_PLACE}-rows"):
            for each in sessions:
                _draw_session(visit, each)
        _draw_dialog(visit, sessions)


def live_sessions(visit: PageVisit) -> list[UserSession]:
    """Return the sessions that could be used now, this one first, then the last used."""
    now = visit.now()
    with visit.spectra.store.read_as(visit.uid) as work:
        found = [
            each for each in work.sessions.list() if each.ended_at is None and each.expires_at > now
        ]
    found.sort(key=lambda each: each.seen_at, reverse=True)
    found.sort(key=lambda each: each.id != visit.actor.session_id)
    return found


def describe_session(session: UserSession, visit: PageVisit) -> str:
    """Return where it is and since when: "10.0.0.4 · started today 14:03 · used 3 min ago"."""
    now = visit.now()
    started = format_when(session.created_at, now=now, zone=visit.zone)
    used = format_ago(session.seen_at, now=now)
    return f"{safe_text(session.ip)} · started {started} · used {used}"


def _draw_title(visit: PageVisit, sessions: Sequence[UserSession]) -> None:
    with st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
    ):
        st.subheader(f"Sessions :gray[{len(sessions)}]", anchor=False, width="content")
        others = len(sessions) - 1
        st.button(
            "Revoke all others",
            key=_OTHERS,
            icon=":material/logout:",
            disabled=others < 1,
            on_click=show_dialog,
            args=(_OTHERS,),
        )


def _draw_session(visit: PageVisit, session: UserSession) -> None:
    mine = session.id == visit.actor.session_id
    with st.container(
        horizontal=True,
        horizontal_alignment="distribute",
        vertical_alignment="center",
        wrap=False,
        key=f"row-{session.id}",
    ):
        with st.container(gap=None, width="stretch"):
            st.markdown(f"**{safe_text(describe_agent(session.user_agent))}**")
            st.markdown(f":gray[:small[{describe_session(session, visit)}]]")
        if mine:
            st.badge("● this one", color="green")
        else:
            st.button(
                "Revoke",
                key=f"{_PLACE}-{session.id}",
                type="tertiary",
                on_click=show_dialog,
                args=(_ONE, session.id),
            )


def _draw_dialog(visit: PageVisit, sessions: Sequence[UserSession]) -> None:
    if dialog_about(_OTHERS) is not None:
        _confirm_others(visit, len(sessions) - 1)
    chosen = dialog_about(_ONE)
    for each in sessions:
        if each.id == chosen:
            _confirm_one(visit, each)


@st.dialog("Revoke this session?", on_dismiss=close_dialog)
def _confirm_one(visit: PageVisit, session: UserSession) -> None:
    st.markdown(f"**{safe_text(describe_agent(session.user_agent))}**")
    st.markdown(f":gray[{describe_session(session, visit)}]")
    st.markdown("It is signed out at once, and whatever is open there closes.")

    def act() -> str:
        visit.spectra.identity.end_session(visit.actor, session.id)
        return "Session revoked."

    ask_whether(_ONE, "Revoke", lambda: _do(visit, "revoke the session", act))


@st.dialog("Revoke all other sessions?", on_dismiss=close_dialog)
def _confirm_others(visit: PageVisit, count: int) -> None:
    word = "One other session is" if count == 1 else f"{count} other sessions are"
    st.markdown(f"{word} signed out at once. You stay signed in here. API tokens go on working.")

    def act() -> str:
        visit.spectra.identity.end_other_sessions(visit.actor, keep=visit.actor.session_id)
        return "All other sessions revoked."

    ask_whether(_OTHERS, "Revoke all others", lambda: _do(visit, "revoke the others", act))


def _do(visit: PageVisit, doing: str, act: Callable[[], str]) -> None:
    keep_outcome(_PLACE, visit.attempt(doing, act))
