"""Asks for the password again before an act that a borrowed screen must not be able to do.

    last proof older than five minutes → field in the act's own form → confirm → the act

In single-user mode there is no password, and nothing is asked.
"""

from __future__ import annotations

from core.errors import InvalidInput
from core.ui.page import PageVisit
from core.ui.secretfields import ask_secret

_FIELD = "Your password, once more"


def is_confirmed(visit: PageVisit) -> bool:
    """Say whether this person proved who they are only a moment ago."""
    return visit.session is None or visit.spectra.identity.is_confirmed(visit.session)


def ask_for_confirmation(place: str) -> None:
    """Draw the password field inside the form of the act."""
    ask_secret(_FIELD, place=place, help="It was last typed more than 5 minutes ago.")


def confirm(visit: PageVisit, password: str) -> None:
    """Check the password taken from the act's form, if one is needed.

    Raises InvalidInput when none was typed and NotAllowed when it is wrong.
    """
    if is_confirmed(visit):
        return
    if not password:
        raise InvalidInput(
            _FIELD, f"{_FIELD}: it is empty.", cure="Type the password you sign in with."
        )
    visit.spectra.identity.confirm(visit.actor, password)
