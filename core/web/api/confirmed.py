"""Acts that need the password typed again a short while ago; in single-user mode there is none."""

from __future__ import annotations

from core.bootstrap import Spectra
from core.errors import NotFound
from core.web.problems import NotConfirmed
from core.web.visit import Visit, Way


def require_confirmation(visit: Visit, spectra: Spectra) -> None:
    """Raise NotConfirmed unless this person proved who they are in the last five minutes."""
    if visit.way is Way.LOCAL:
        return
    session = visit.session
    if session is None and visit.actor.session_id:
        with spectra.store.read_as(visit.user_id) as work:
            try:
                session = work.sessions.get(visit.actor.session_id)
            except NotFound:
                session = None
    if session is None:
        raise NotConfirmed("An API token cannot do this: sign in, or use POST /auth/token.")
    if not spectra.identity.is_confirmed(session):
        raise NotConfirmed("Type your password again first: POST /api/v1/auth/confirm.")
