"""How every page begins: who is looking, and the header line.

    st.user → visitor or refusal → preferences → title · market status ………… badge · user

It never shows anything of a page to someone the gate has not identified, or whose session has
ended.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import NoReturn

import streamlit as st

from core.bootstrap import Spectra, running
from core.domain import (
    LOCAL_USER,
    Actor,
    AuditAction,
    AuditRecord,
    Preferences,
    SignInMethod,
    User,
    UserSession,
)
from core.errors import NotAllowed, StorageUnavailable
from core.ui.choices import load_choices
from core.ui.component import draw_component
from core.ui.dialogs import close_dialogs_of_others
from core.ui.moments import find_zone
from core.ui.outcome import Outcome, attempt, explain, show_failure
from core.ui.session import session
from core.ui.usermenu import draw_user

SESSION_OVER = "Your session has ended. Reload this page to sign in again."


_MAX_USER_AGENT = 256


@dataclass(frozen=True, slots=True)
class PageVisit:
    """One person opening one page, and the services behind it."""

    user: User
    actor: Actor
    session: UserSession | None
    """The session signed in with; None in single-user mode, which has none."""
    preferences: Preferences
    spectra: Spectra

    @property
    def uid(self) -> str:
        """The id that everything of this person is stored under."""
        return self.user.id

    @property
    def zone(self) -> tzinfo:
        """The time zone this person reads times in."""
        return find_zone(self.user.timezone)

    @property
    def has_password(self) -> bool:
        """Whether this person signs in with a password of Spectra's own."""
        return self.session is not None and self.session.method is SignInMethod.PASSWORD

    def now(self) -> datetime:
        """Return the present moment of Spectra's clock, in UTC."""
        return self.spectra.clock.now()

    def attempt(self, doing: str, act: Callable[[], str]) -> Outcome:
        """Run an act of this person, unless their session has ended since the page was drawn.

        Callbacks run before `open_page` of their run has looked; `doing` completes "Could not …".
        """

        def checked() -> str:
            sid = self.actor.session_id
            if identify(self.spectra, uid=self.uid, sid=sid)[0] is None:
                raise NotAllowed(SESSION_OVER)
            return act()

        return attempt(doing, checked)

    def record(
        self, action: AuditAction, *, about: str = "", details: Mapping[str, str] | None = None
    ) -> AuditRecord:
        """Return the audit record of something this person does now."""
        return AuditRecord(
            self.now(),
            action,
            self.uid,
            object=about,
            ip=self.actor.ip,
            user_agent=self.actor.user_agent,
            details=details or {},
        )


def open_page(title: str) -> PageVisit:
    """Check who is there, draw the header line, and return both; else say so and end the run."""
    uid, sid = _header("uid"), _header("sid")
    spectra = running()
    if uid is None:
        _refuse(
            "Spectra does not know who is asking, so it shows nothing. "
            "Open it at the address it printed when it was started."
        )
    try:
        user, user_session = identify(spectra, uid=uid, sid=sid)
    except StorageUnavailable as error:
        _refuse(explain(error, doing="check who is asking"))
    if user is None:
        _refuse(SESSION_OVER)
    session.belongs_to(user.id)
    close_dialogs_of_others(title.lower())
    preferences = load_choices(spectra.store, user.id)
    draw_header(title, user=user, spectra=spectra, preferences=preferences)
    return PageVisit(user, _actor(user, user_session), user_session, preferences, spectra)


def identify(
    spectra: Spectra, *, uid: str, sid: str | None
) -> tuple[User, UserSession | None] | tuple[None, None]:
    """Return the person the gate has named and their live session; None for both if it is over.

    Streamlit's own keys mean nothing here. Raises StorageUnavailable in multi-user mode; the one
    user of single-user mode is known without a database.
    """
    if spectra.settings.mode == "single":
        return (_local_user(spectra), None) if uid == LOCAL_USER else (None, None)
    visitor = spectra.identity.visitor(uid, sid or "")
    return (visitor.user, visitor.session) if visitor else (None, None)


def draw_header(title: str, *, user: User, spectra: Spectra, preferences: Preferences) -> None:
    """Draw the one line that is the same on every page."""
    with st.container(
        horizontal=True,
        horizontal_alignment="distribute",
        vertical_alignment="center",
        key="page-header",
    ):
        with st.container(
            horizontal=True, width="content", vertical_alignment="center", gap="small"
        ):
            st.title(title, anchor=False, width="content")
            draw_component(
                "header",
                key="feed-status",
                data={"locale": preferences.locale, "timeZone": user.timezone},
                width="content",
                isolate_styles=False,
                on_returned_change=_run_again,
            )
        with st.container(
            horizontal=True, width="content", vertical_alignment="center", gap="small"
        ):
            if spectra.settings.demo:
                st.badge("DEMO", icon=":material/science:", color="violet")
            draw_user(user, signed_in=spectra.settings.mode == "multi")


def _run_again() -> None:
    """Do nothing: being run again is all the header asks for when the server has been away."""


def _header(name: str) -> str | None:
    value = st.user.get(name)
    return value if isinstance(value, str) and value else None


def _local_user(spectra: Spectra) -> User:
    try:
        with spectra.store.read_as(LOCAL_USER) as work:
            return work.profile.load()
    except StorageUnavailable:
        # load_choices says so; the market needs no database.
        return User(LOCAL_USER, "")


def _actor(user: User, user_session: UserSession | None) -> Actor:
    agent = st.context.headers.get("User-Agent") or ""
    return Actor(
        user.id,
        ip=user_session.ip if user_session else st.context.ip_address or "127.0.0.1",
        user_agent=agent[:_MAX_USER_AGENT],
        session_id=user_session.id if user_session else None,
    )


def _refuse(why: str) -> NoReturn:
    show_failure(why)
    st.stop()
