"""The cards of a person's own settings: profile, display, password; each saves by itself.

    form → callback: typed values → checked → one transaction with its audit entry → outcome

What was typed stays in the form until it has been saved, but for passwords, which never do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import streamlit as st

from core.domain import BASE_CURRENCIES, AuditAction, Preferences
from core.errors import InvalidInput
from core.ui.moments import zone_names
from core.ui.outcome import keep_outcome, show_outcome
from core.ui.page import PageVisit
from core.ui.secretfields import ask_secret, take_secret
from core.ui.session import Palette, session
from core.ui.settings_input import (
    LOCALES,
    MAX_NAME,
    PALETTES,
    plain_amount,
    read_currency,
    read_dust,
    read_locale,
    read_name,
    read_zone,
)
from core.ui.text import safe_text

_PROFILE, _DISPLAY, _PASSWORD = "settings-profile", "settings-display", "settings-password"
_PASSWORD_FIELDS = ("current", "new", "again")


def draw_profile(visit: PageVisit) -> None:
    """Draw name and time zone, which say who someone is and when something was for them."""
    zones = zone_names()
    with st.form(_PROFILE, height="stretch"):
        st.subheader("Profile", anchor=False)
        st.text_input("Name", visit.user.full_name, key=f"{_PROFILE}-name", max_chars=MAX_NAME)
        if visit.session:
            st.text_input("E-mail", visit.user.email, disabled=True, key=f"{_PROFILE}-email")
        st.selectbox(
            "Time zone",
            zones,
            index=zones.index(visit.user.timezone) if visit.user.timezone in zones else 0,
            key=f"{_PROFILE}-zone",
            format_func=lambda name: name.replace("_", " "),
            help="Times on every page are shown in this zone. Type to search.",
        )
        _say_where_the_browser_is(visit)
        _finish(_PROFILE, lambda: _save_profile(visit))


def draw_display(visit: PageVisit) -> None:
    """Draw how figures are written and coloured."""
    chosen = visit.preferences
    with st.form(_DISPLAY, height="stretch"):
        st.subheader("Display", anchor=False)
        st.selectbox(
            "Base currency",
            BASE_CURRENCIES,
            index=_index(BASE_CURRENCIES, chosen.base_currency),
            key=f"{_DISPLAY}-currency",
        )
        st.selectbox(
            "Number format",
            tuple(LOCALES),
            index=_index(tuple(LOCALES), chosen.locale),
            format_func=lambda tag: LOCALES[tag],
            key=f"{_DISPLAY}-locale",
        )
        st.selectbox(
            "Palette",
            tuple(PALETTES),
            index=tuple(PALETTES).index(session.palette),
            format_func=lambda palette: PALETTES[palette],
            key=f"{_DISPLAY}-palette",
            help="Colours of up and down on every page.",
        )
        st.text_input(
            "Dust threshold",
            plain_amount(chosen.dust),
            key=f"{_DISPLAY}-dust",
            help="Holdings worth less than this, in the base currency, may be hidden.",
        )
        _finish(_DISPLAY, lambda: _save_display(visit))


def draw_password(visit: PageVisit) -> None:
    """Draw the change of password; other sessions of this person end with it."""
    with st.form(_PASSWORD, height="stretch"):
        st.subheader("Password", anchor=False)
        ask_secret("Current password", place=f"{_PASSWORD}-current")
        ask_secret(
            "New password",
            place=f"{_PASSWORD}-new",
            new=True,
            help="At least 12 characters. Every other session of yours is signed out.",
        )
        ask_secret("New password, again", place=f"{_PASSWORD}-again", new=True)
        _finish(_PASSWORD, lambda: _change_password(visit), label="Change password")


def _finish(place: str, save: Callable[[], None], *, label: str = "Save") -> None:
    show_outcome(place)
    st.space("stretch")
    st.form_submit_button(label, type="primary", key=f"{place}-save", on_click=save)


def _save_profile(visit: PageVisit) -> None:
    def act() -> str:
        name = read_name(str(st.session_state[f"{_PROFILE}-name"]))
        zone = read_zone(str(st.session_state[f"{_PROFILE}-zone"]))
        before = {"name": visit.user.full_name, "time zone": visit.user.timezone}
        changed = _changes(before, {"name": name, "time zone": zone})
        if changed:
            with visit.spectra.store.as_user(visit.uid) as work:
                work.profile.save(full_name=name, avatar_url=visit.user.avatar_url, timezone=zone)
                work.audit.append(visit.record(AuditAction.USER_CHANGED, details=changed))
        return "Profile saved." if changed else "Nothing had changed."

    keep_outcome(_PROFILE, visit.attempt("save your profile", act))


def _save_display(visit: PageVisit) -> None:
    def act() -> str:
        state = st.session_state
        currency = read_currency(str(state[f"{_DISPLAY}-currency"]))
        locale = read_locale(str(state[f"{_DISPLAY}-locale"]))
        palette = Palette(state[f"{_DISPLAY}-palette"])
        dust = read_dust(str(state[f"{_DISPLAY}-dust"]))
        with visit.spectra.store.as_user(visit.uid) as work:
            stored = work.preferences.load()
            wanted = replace(
                stored, base_currency=currency, locale=locale, palette=str(palette), dust=dust
            )
            changed = _changes(_shown(stored), _shown(wanted))
            if changed:
                work.preferences.save(wanted)
                work.audit.append(visit.record(AuditAction.PREFERENCES_CHANGED, details=changed))
        session.preferences = wanted
        session.palette = palette
        return "Display saved." if changed else "Nothing had changed."

    keep_outcome(_DISPLAY, visit.attempt("save your display settings", act))


def _change_password(visit: PageVisit) -> None:
    current, new, again = (take_secret(f"{_PASSWORD}-{name}") for name in _PASSWORD_FIELDS)

    def act() -> str:
        if not current:
            raise InvalidInput(
                "Current password",
                "Current password: it is empty.",
                cure="Type all three once more.",
            )
        if new != again:
            raise InvalidInput(
                "New password, again",
                "New password, again: the two are not the same.",
                cure="Type all three once more.",
            )
        visit.spectra.identity.change_password(
            visit.actor, current=current, new=new, keep_session=visit.actor.session_id
        )
        return "Password changed. Your other sessions have been signed out."

    keep_outcome(_PASSWORD, visit.attempt("change your password", act))


def _say_where_the_browser_is(visit: PageVisit) -> None:
    here = st.context.timezone
    if here and here != visit.user.timezone and here in zone_names():
        st.markdown(f":gray[:small[Your browser is in {safe_text(here)}.]]")


def _shown(preferences: Preferences) -> dict[str, str]:
    return {
        "base currency": preferences.base_currency,
        "number format": preferences.locale,
        "palette": preferences.palette,
        "dust": plain_amount(preferences.dust),
    }


def _changes(before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, str]:
    return {
        name: f"{before[name] or '–'} → {value or '–'}"
        for name, value in after.items()
        if before[name] != value
    }


def _index(options: tuple[str, ...], value: str) -> int:
    return options.index(value) if value in options else 0
