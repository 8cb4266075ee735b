"""One's own account: profile, password, preferences. Nobody else's, whatever is asked.

A change is stored with its audit entry in one transaction; what does not change leaves none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from fastapi import APIRouter, Response
from pydantic import AfterValidator, Field, StringConstraints

from core.bootstrap import Spectra
from core.domain import (
    BASE_CURRENCIES,
    AuditAction,
    AuditRecord,
    Preferences,
    Role,
    User,
)
from core.errors import InvalidInput
from core.web.api.asking import Asker, Member, Running
from core.web.api.shapes import Body, Moment, Password, Wire
from core.web.visit import Visit

router = APIRouter(prefix="/users/me", tags=["account"])

MAX_PAGES = 64
_ZONES = frozenset(available_timezones())
_DUST = re.compile(r"\d{1,12}(\.\d{1,8})?")


def _zone(name: str) -> str:
    if name not in _ZONES:
        raise ValueError("name a time zone of the IANA list, such as Europe/Berlin")
    return name


def _picture(url: str) -> str:
    parts = urlsplit(url)
    if url and (parts.scheme != "https" or not parts.hostname):
        raise ValueError("give an https:// address, or an empty text for none")
    return url


def _currency(code: str) -> str:
    if code not in BASE_CURRENCIES:
        raise ValueError(f"choose one of {', '.join(BASE_CURRENCIES)}")
    return code


def _amount(text: str) -> str:
    if not _DUST.fullmatch(text):
        raise ValueError("write digits with a point, such as 1 or 0.50, in a string")
    return text


def _plain(text: str) -> str:
    if not text.isprintable():
        raise ValueError("leave out control characters and line breaks")
    return text.strip()


Name = Annotated[str, StringConstraints(max_length=80), AfterValidator(_plain)]
Zone = Annotated[str, StringConstraints(max_length=64), AfterValidator(_zone)]
Picture = Annotated[
    str, StringConstraints(max_length=500), AfterValidator(_plain), AfterValidator(_picture)
]
Currency = Annotated[str, AfterValidator(_currency)]
Locale = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?$")]
Palette = Literal["red-green", "red-up", "blue-orange"]
Amount = Annotated[str, AfterValidator(_amount)]
PageName = Annotated[str, StringConstraints(max_length=64, pattern=r"^[A-Za-z0-9._-]+$")]
PageValue = Annotated[str, StringConstraints(max_length=256), AfterValidator(_plain)]


class WireUser(Wire):
    """One's own profile."""

    id: str
    email: str
    full_name: str
    avatar_url: str
    timezone: str
    role: Role
    created_at: Moment | None


class ProfileChange(Body):
    """What is to change; the rest stays."""

    full_name: Name | None = None
    avatar_url: Picture | None = None
    timezone: Zone | None = None


class PasswordChange(Body):
    """The present password and the new one."""

    current_password: Password
    new_password: Password


class WirePreferences(Wire):
    """How figures are shown."""

    base_currency: str
    locale: str
    palette: str
    dust: str
    """An amount in the base currency."""
    pages: dict[str, str]
    """Choices of pages, by name."""


class PreferencesChange(Body):
    """What is to change; the rest stays."""

    base_currency: Currency | None = None
    locale: Locale | None = None
    palette: Palette | None = None
    dust: Amount | None = None
    pages: Annotated[dict[PageName, PageValue], Field(max_length=MAX_PAGES)] | None = None


@router.get("", summary="Read the profile")
def read_profile(visit: Asker, spectra: Running) -> WireUser:
    """The role says what else one may do."""
    with spectra.store.read_as(visit.user_id) as work:
        return wire_user(work.profile.load())


@router.patch("", summary="Change the profile")
def change_profile(body: ProfileChange, visit: Asker, spectra: Running) -> WireUser:
    """The e-mail is changed by an administrator."""
    with spectra.store.as_user(visit.user_id) as work:
        before = work.profile.load()
        after = replace(before, **_given(body))
        changes = _changes(_profile_words(before), _profile_words(after))
        if changes:
            work.profile.save(
                full_name=after.full_name, avatar_url=after.avatar_url, timezone=after.timezone
            )
            work.audit.append(_record(spectra, visit, AuditAction.USER_CHANGED, changes))
        return wire_user(after)


@router.post("/password", status_code=204, summary="Change the password")
def change_password(body: PasswordChange, visit: Member, spectra: Running) -> Response:
    """Every other session of this person ends."""
    spectra.identity.change_password(
        visit.actor,
        current=body.current_password,
        new=body.new_password,
        keep_session=visit.actor.session_id,
    )
    return Response(status_code=204)


@router.get("/preferences", summary="Read the preferences")
def read_preferences(visit: Asker, spectra: Running) -> WirePreferences:
    """What was never chosen has its default."""
    with spectra.store.read_as(visit.user_id) as work:
        return _wire_preferences(work.preferences.load())


@router.patch("/preferences", summary="Change preferences")
def change_preferences(body: PreferencesChange, visit: Asker, spectra: Running) -> WirePreferences:
    """Choices of pages are added to those there are."""
    with spectra.store.as_user(visit.user_id) as work:
        before = work.preferences.load()
        after = _with(before, body)
        if after != before:
            changes = _changes(_preference_words(before), _preference_words(after))
            work.preferences.save(after)
            if changes:
                work.audit.append(_record(spectra, visit, AuditAction.PREFERENCES_CHANGED, changes))
        return _wire_preferences(after)


def wire_user(user: User) -> WireUser:
    """Return a user as the wire shows them."""
    return WireUser(
        id=user.id,
        email=user.email,
        full_name=user.full_name,
        avatar_url=user.avatar_url,
        timezone=user.timezone,
        role=user.role,
        created_at=user.created_at,
    )


def _given(body: Body) -> dict[str, Any]:
    """Return what the client named; a field sent as null stays as it is."""
    return body.model_dump(by_alias=False, exclude_none=True)


def _with(before: Preferences, body: PreferencesChange) -> Preferences:
    given = _given(body)
    pages = {**before.pages, **given.pop("pages", {})}
    if len(pages) > MAX_PAGES:
        raise InvalidInput(
            "pages", f"pages: there would be more than {MAX_PAGES}.", cure="Use names again."
        )
    if "dust" in given:
        given["dust"] = Decimal(given["dust"])
    return replace(before, **given, pages=pages)


def _record(
    spectra: Spectra, visit: Visit, action: AuditAction, changes: Mapping[str, str]
) -> AuditRecord:
    actor = visit.actor
    return AuditRecord(
        at=spectra.clock.now(),
        action=action,
        user_id=visit.user_id,
        object=visit.user_id,
        ip=actor.ip,
        user_agent=actor.user_agent,
        details=changes,
    )


def _profile_words(user: User) -> dict[str, str]:
    return {"name": user.full_name, "picture": user.avatar_url, "time zone": user.timezone}


def _preference_words(preferences: Preferences) -> dict[str, str]:
    return {
        "base currency": preferences.base_currency,
        "number format": preferences.locale,
        "palette": preferences.palette,
        "dust": f"{preferences.dust:f}",
    }


def _changes(before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, str]:
    return {
        name: f"{before[name] or '–'} → {value or '–'}"
        for name, value in after.items()
        if before[name] != value
    }


def _wire_preferences(preferences: Preferences) -> WirePreferences:
    return WirePreferences(
        base_currency=preferences.base_currency,
        locale=preferences.locale,
        palette=preferences.palette,
        dust=f"{preferences.dust:f}",
        pages=dict(preferences.pages),
    )
