"""Signing in and out for programs: a short token, the session of a browser, proving it is you.

The cookie of a browser's session is made at /auth/sign-in alone; here it can be read and ended.
"""

from __future__ import annotations

from datetime import timedelta

from fastapi import APIRouter, Response
from pydantic import Field

from core.bootstrap import Spectra
from core.web.api.account import WireUser, wire_user
from core.web.api.asking import Asker, Member, Running
from core.web.api.shapes import Body, Moment, Password, Wire
from core.web.visit import Visit, Way

router = APIRouter(prefix="/auth", tags=["sign-in"])

CONFIRMED_FOR = timedelta(minutes=5)


class Credentials(Body):
    """An account's e-mail and password."""

    email: str = Field(min_length=3, max_length=254)
    password: Password


class ShortToken(Wire):
    """A token for the Authorization header; shown once."""

    access_token: str
    token_type: str = "Bearer"  # noqa: S105 - the standard's word
    expires_in: int
    """Seconds."""


class Confirmation(Body):
    """The password, typed again."""

    password: Password


class SessionState(Wire):
    """Who is signed in, how, and what unsafe requests must carry."""

    user: WireUser
    way: Way
    session_id: str | None = None
    csrf_token: str = ""
    """Send it as X-CSRF-Token; empty where none is needed."""
    confirmed_until: Moment | None = None
    """Until then, acts that ask for the password again are allowed."""
    expires_at: Moment | None = None


@router.post("/token", summary="Exchange e-mail and password for a 15-minute token")
def make_token(body: Credentials, visit: Member, spectra: Running) -> ShortToken:
    """For programs that cannot keep an API token; counted and locked like the sign-in page."""
    text, seconds = spectra.identity.issue_jwt(body.email, body.password, actor=visit.actor)
    return ShortToken(access_token=text, expires_in=seconds)


@router.get("/session", summary="Who is signed in")
def read_session(visit: Asker, spectra: Running) -> SessionState:
    """Also gives the token that unsafe requests of a browser must carry."""
    return _state(visit, spectra)


@router.delete("/session", status_code=204, summary="Sign out")
def end_session(visit: Member, spectra: Running) -> Response:
    """End the session asked with; its sockets and other tabs go with it."""
    spectra.identity.sign_out(visit.actor)
    return Response(status_code=204)


@router.post("/confirm", summary="Prove again that it is you")
def confirm(body: Confirmation, visit: Member, spectra: Running) -> SessionState:
    """Opens what asks for the password again, for five minutes."""
    spectra.identity.confirm(visit.actor, body.password)
    return _state(visit, spectra)


def _csrf(visit: Visit, spectra: Spectra) -> str:
    return spectra.identity.csrf_token(visit.shown) if visit.way is Way.SESSION else ""


def _state(visit: Visit, spectra: Spectra) -> SessionState:
    session_id = visit.actor.session_id
    with spectra.store.read_as(visit.user_id) as work:
        user = work.profile.load()
        session = work.sessions.get(session_id) if session_id else None
    return SessionState(
        user=wire_user(user),
        way=visit.way,
        session_id=session_id,
        csrf_token=_csrf(visit, spectra),
        confirmed_until=session.confirmed_at + CONFIRMED_FOR if session else None,
        expires_at=session.expires_at if session else None,
    )
