"""One's own sessions: which browsers are signed in, and ending them.

Another person's session looks exactly like one that never was.
"""

from __future__ import annotations

from fastapi import APIRouter, Response

from core.domain import SignInMethod, UserSession
from core.errors import NotFound
from core.web.api.asking import Asker, Member, Running
from core.web.api.shapes import Moment, Wire

router = APIRouter(prefix="/users/me/sessions", tags=["sessions"])


class WireSession(Wire):
    """One signed-in browser or program."""

    id: str
    method: SignInMethod
    created_at: Moment
    seen_at: Moment
    expires_at: Moment
    ended_at: Moment | None
    ip: str
    user_agent: str
    current: bool
    """Whether this request was made in it."""


class Sessions(Wire):
    """Live and recently ended sessions, newest first."""

    sessions: list[WireSession]


class Ended(Wire):
    """Which sessions have been ended."""

    ended: list[str]


@router.get("", summary="List sessions")
def list_sessions(visit: Asker, spectra: Running) -> Sessions:
    """In single-user mode there are none."""
    with spectra.store.read_as(visit.user_id) as work:
        found = work.sessions.list()
    return Sessions(sessions=[_wire(one, visit.actor.session_id) for one in found])


@router.delete("", summary="End every other session")
def end_others(visit: Member, spectra: Running) -> Ended:
    """The session asked with goes on; asked with an API token, all of them end."""
    ended = spectra.identity.end_other_sessions(visit.actor, keep=visit.actor.session_id)
    return Ended(ended=sorted(ended))


@router.delete("/{session_id}", status_code=204, summary="End a session")
def end_session(session_id: str, visit: Asker, spectra: Running) -> Response:
    """Its sockets close within a second, wherever they are open."""
    if not spectra.identity.end_session(visit.actor, session_id):
        raise NotFound("There is no such session.")
    return Response(status_code=204)


def _wire(session: UserSession, current: str | None) -> WireSession:
    return WireSession(
        id=session.id,
        method=session.method,
        created_at=session.created_at,
        seen_at=session.seen_at,
        expires_at=session.expires_at,
        ended_at=session.ended_at,
        ip=session.ip,
        user_agent=session.user_agent,
        current=session.id == current,
    )
