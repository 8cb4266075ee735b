"""What came of an act a person asked for: done, or why not and what to do, never a traceback.

    button → attempt(act) → Outcome kept in the session → the next run shows it where it belongs

Failures of the database get a reference that finds the line in Spectra's log; what a person typed
is never repeated.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from core.errors import InvalidInput, NotAllowed, NotFound, SpectraError, StorageUnavailable
from core.logs import fields
from core.ui.text import safe_text

_LOG = logging.getLogger(__name__)
_PLACE = "outcome."
_LIMIT = 400


@dataclass(frozen=True, slots=True)
class Outcome:
    """Whether it was done, in one or two sentences; `field` is what has to be corrected."""

    done: bool
    text: str
    field: str = ""


def attempt(doing: str, act: Callable[[], str]) -> Outcome:
    """Run `act`, which returns what to say when it is done; `doing` completes "Could not …"."""
    try:
        return Outcome(True, act())
    except InvalidInput as error:
        return Outcome(False, str(error), error.field)
    except NotFound:
        return Outcome(False, f"Could not {doing}: it is no longer there. Reload the page.")
    except NotAllowed as error:
        return Outcome(False, str(error))
    except SpectraError as error:
        return Outcome(False, explain(error, doing=doing))


def explain(error: SpectraError, *, doing: str) -> str:
    """Return what a person needs to know of a failure, and log it under the same reference."""
    reference = secrets.token_hex(4).upper()
    _LOG.error("page %s", fields(status="failed", doing=doing, reference=reference, reason=error))
    if isinstance(error, StorageUnavailable):
        why = "the database does not answer. Nothing was changed; try again in a moment"
    else:
        why = "something Spectra relies on failed. Spectra's log says what"
    return f"Could not {doing}: {why}. Reference {reference}."


def keep_outcome(place: str, outcome: Outcome | None) -> None:
    """Remember what came of an act, to be shown at `place` by the run that follows."""
    st.session_state[_PLACE + place] = outcome


def outcome_of(place: str) -> Outcome | None:
    """Return what was last kept for `place`, without showing it."""
    found = st.session_state.get(_PLACE + place)
    return found if isinstance(found, Outcome) else None


def show_outcome(place: str) -> None:
    """Show what came of the last act here: done passes by, a failure stays until the next try."""
    outcome = outcome_of(place)
    if outcome is None:
        return
    if outcome.done:
        keep_outcome(place, None)
        st.toast(safe_text(outcome.text, limit=_LIMIT), icon=":material/check:")
    else:
        show_failure(outcome.text)


def show_failure(text: str) -> None:
    """Show why something could not be done or shown, with `text` as it is."""
    st.error(safe_text(text, limit=_LIMIT), icon=":material/error:")
