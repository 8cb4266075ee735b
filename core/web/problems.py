"""Turns the errors Spectra foresees into problems, in one table, for every door.

The texts of SpectraError are fit for a person; everything else is told to the log alone.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from core.errors import (
    InvalidInput,
    NotAllowed,
    NotFound,
    SecretUnreadable,
    SourceUnavailable,
    SpectraError,
    StorageUnavailable,
)
from core.identity import SignInRefused, TooManyAttempts
from core.web.problem import FieldProblem, Problem

NO_SUCH_ENDPOINT = ("no-such-endpoint", 404, "There is no such endpoint.")
NOT_FOUND = ("not-found", 404, "There is no such thing here.")
UNAVAILABLE = ("storage-unavailable", 503, "Spectra cannot use its database; try again later.")


class SingleUserMode(NotAllowed):
    """There are no accounts in single-user mode, so this cannot be asked there."""


class NoSuchExport(NotFound):
    """The same words for one that was fetched, has run out, is another's, or never was."""

    def __init__(self) -> None:
        super().__init__(
            "An export is fetched once, within a minute: this one is gone or never was. "
            "Ask for it again on the Security page."
        )


class NotConfirmed(NotAllowed):
    """The person must prove again who they are; the text says how."""


def problem_of(error: SpectraError) -> Problem:
    """Return the problem for a foreseen error; an unknown kind is a 500 that says nothing."""
    for kind, build in _TABLE:
        if isinstance(error, kind):
            return build(error)
    return Problem("internal-error", 500, "Spectra failed; see its log.")


def _invalid(error: Any) -> Problem:
    wrong = FieldProblem(error.field, f"{error.problem} {error.cure}")
    return Problem("invalid-input", 422, str(error), errors=(wrong,))


def _too_many(error: Any) -> Problem:
    wait = (("retry-after", str(error.retry_after_s)),)
    return Problem("too-many-attempts", 429, str(error), headers=wait)


_TABLE: tuple[tuple[type[SpectraError], Callable[[SpectraError], Problem]], ...] = (
    (InvalidInput, _invalid),
    (NoSuchExport, lambda error: Problem("not-found", 404, str(error))),
    # Never the error's own words: another's thing and a missing one must look the same.
    (NotFound, lambda _: Problem(*NOT_FOUND)),
    (TooManyAttempts, _too_many),
    (SignInRefused, lambda error: Problem("sign-in-refused", 401, str(error))),
    (SingleUserMode, lambda error: Problem("single-user", 409, str(error))),
    (NotConfirmed, lambda error: Problem("confirmation-needed", 403, str(error))),
    (NotAllowed, lambda error: Problem("not-allowed", 403, str(error))),
    (StorageUnavailable, lambda _: Problem(*UNAVAILABLE)),
    (SourceUnavailable, lambda error: Problem("source-unavailable", 503, str(error))),
    (SecretUnreadable, lambda _: Problem("unreadable", 500, "A stored value cannot be read.")),
)
