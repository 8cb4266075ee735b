"""The card of API tokens: keys for programs, made here, shown once, revoked here.

    Create → label, lifetime, password again if the last proof is old → text shown once → only its
    hash is kept

The text passes through one run and is in no state afterwards.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import streamlit as st

from core.domain import ApiToken
from core.errors import InvalidInput, StorageUnavailable
from core.ui.confirmed import ask_for_confirmation, confirm, is_confirmed
from core.ui.dialogs import ask_whether, close_dialog, dialog_about, offer_end, show_dialog
from core.ui.moments import format_ago, format_until
from core.ui.outcome import explain, keep_outcome, outcome_of, show_failure, show_outcome
from core.ui.page import PageVisit
from core.ui.secretfields import take_secret
from core.ui.security_sessions import ROWS_HEIGHT
from core.ui.text import clean_text, safe_text

_PLACE = "security-tokens"
_NEW, _END = f"{_PLACE}-new", f"{_PLACE}-end"
_FRESH = f"{_PLACE}.fresh"
_MAX_LABEL = 60
LIFETIMES: Mapping[int | None, str] = MappingProxyType(
    {7: "7 days", 30: "30 days", 90: "90 days", 365: "1 year", None: "No end"}
)


def draw_tokens(visit: PageVisit) -> None:
    """Draw this person's live tokens and the ways to make and end one."""
    with st.container(border=True, height="stretch", key=_PLACE, gap="small"):
        if visit.session is None:
            st.subheader("API tokens", anchor=False)
            st.markdown(
                ":gray[:small[None needed: in single-user mode programs on this machine call "
                "the API as you.]]"
            )
            return
        try:
            with visit.spectra.store.read_as(visit.uid) as work:
                tokens = [each for each in work.tokens.list() if each.revoked_at is None]
        except StorageUnavailable as error:
            st.subheader("API tokens", anchor=False)
            show_failure(explain(error, doing="read your API tokens"))
            return
        with st.container(
            horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
        ):
            st.subheader(f"API tokens :gray[{len(tokens)}]", anchor=False, width="content")
            st.button(
                "Create token", key=f"{_PLACE}-create", icon=":material/add:", on_click=_begin
            )
        show_outcome(_PLACE)
        _draw_dialog(visit, tokens)
        if not tokens:
            st.markdown(
                ":gray[None yet. A token lets a program read your data through the API without "
                "your password.]"
            )
            return
        with st.container(height=ROWS_HEIGHT, border=False, gap="xxsmall", key=f"{_PLACE}-rows"):
            for token in tokens:
                _draw_token(visit, token)


def _draw_token(visit: PageVisit, token: ApiToken) -> None:
    now = visit.now()
    with st.container(
        horizontal=True,
        horizontal_alignment="distribute",
        vertical_alignment="center",
        wrap=False,
        key=f"row-{token.id}",
    ):
        with st.container(gap=None, width="stretch"):
            st.markdown(f"**{safe_text(token.label)}** :gray[…{safe_text(token.last4)}]")
            st.markdown(
                f":gray[:small[made {format_ago(token.created_at, now=now)} · "
                f"used {format_ago(token.used_at, now=now)} · "
                f"{format_until(token.expires_at, now=now)}]]"
            )
        st.button(
            "Revoke",
            key=f"{_PLACE}-{token.id}",
            type="tertiary",
            on_click=show_dialog,
            args=(_END, token.id),
        )


def _draw_dialog(visit: PageVisit, tokens: Sequence[ApiToken]) -> None:
    if dialog_about(_NEW) is not None:
        _create(visit)
    chosen = dialog_about(_END)
    for each in tokens:
        if each.id == chosen:
            _confirm_end(visit, each)


def _begin() -> None:
    keep_outcome(_NEW, None)
    show_dialog(_NEW)


@st.dialog("Create an API token", on_dismiss=close_dialog)
def _create(visit: PageVisit) -> None:
    if (made := outcome_of(_NEW)) and made.done:
        _show_once(st.session_state.pop(_FRESH, ""))
        return
    with st.form(_NEW, border=False):
        st.text_input(
            "Label",
            key=f"{_NEW}-label",
            max_chars=_MAX_LABEL,
            placeholder="What uses it, such as nightly report",
        )
        st.selectbox(
            "Lifetime",
            list(LIFETIMES),
            index=2,
            format_func=lambda days: LIFETIMES[days],
            key=f"{_NEW}-days",
        )
        if not is_confirmed(visit):
            ask_for_confirmation(_NEW)
        show_outcome(_NEW)
        with st.container(horizontal=True, horizontal_alignment="right"):
            st.form_submit_button(
                "Create token",
                type="primary",
                key=f"{_NEW}-save",
                on_click=lambda: _make(visit),
            )


def _make(visit: PageVisit) -> None:
    state = st.session_state
    password = take_secret(_NEW)

    def act() -> str:
        label = clean_text(str(state[f"{_NEW}-label"]), limit=_MAX_LABEL)
        if not label:
            raise InvalidInput("Label", "Label: it is empty.", cure="Name what will use the token.")
        confirm(visit, password)
        days = state[f"{_NEW}-days"]
        _, state[_FRESH] = visit.spectra.identity.create_api_token(
            visit.actor, label=label, days=days
        )
        return "Token created."

    keep_outcome(_NEW, visit.attempt("create the token", act))


def _show_once(text: str) -> None:
    if text:
        st.markdown("**Copy it now.** It is not kept, so it cannot be shown again.")
        st.code(text, language=None, wrap_lines=True)
        st.markdown(":gray[:small[Programs send it as `Authorization: Bearer …`.]]")
    else:
        st.markdown("The token has been made, and its text is not shown again.")
    offer_end("Done", key=f"{_NEW}-done")


@st.dialog("Revoke this token?", on_dismiss=close_dialog)
def _confirm_end(visit: PageVisit, token: ApiToken) -> None:
    st.markdown(f"**{safe_text(token.label)}** :gray[…{safe_text(token.last4)}]")
    st.markdown("Whatever uses it is refused at once. This cannot be undone.")

    def act() -> str:
        visit.spectra.identity.revoke_api_token(visit.actor, token.id)
        return "Token revoked."

    ask_whether(
        _END, "Revoke", lambda: keep_outcome(_PLACE, visit.attempt("revoke the token", act))
    )
