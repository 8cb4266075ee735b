"""Turns the errors Spectra foresees into problems, in one table, for every door.

The texts of SpectraError are fit for a person; everything else is told to the log alone.
"""

from __future__ import annotations

from collections.abc import Callable

from core.errors import (
    InvalidInput,
    NotAllowed,
    NotFound,
    SecretUnreadable,
    SourceUnavailable,
    SpectraError,
    StorageUnavailable,
)
from core.web.problem import FieldProblem, Problem

NO_SUCH_ENDPOINT = ("no-such-endpoint", 404, "There is no such endpoint.")
NOT_FOUND = ("not-found", 404, "There is no such thing here.")


def problem_of(error: SpectraError) -> Problem:
    """Return the problem for a foreseen error; an unknown kind is a 500 that says nothing."""
    for kind, build in _TABLE:
        if isinstance(error, kind):
            return build(error)
    return Problem("internal-error", 500, "Spectra failed; see its log.")


def _invalid(error: SpectraError) -> Problem:
    assert isinstance(error, InvalidInput)  # noqa: S101 - the table says so
    wrong = FieldProblem(error.field, f"{error.problem} {error.cure}")
    return Problem("invalid-input", 422, str(error), errors=(wrong,))


_TABLE: tuple[tuple[type[SpectraError], Callable[[SpectraError], Problem]], ...] = (
    (InvalidInput, _invalid),
    # Never the error's own words: another's thing and a missing one must look the same.
    (NotFound, lambda _: Problem(*NOT_FOUND)),
    (NotAllowed, lambda error: Problem("not-allowed", 403, str(error))),
    (
        StorageUnavailable,
        lambda _: Problem(
            "storage-unavailable", 503, "Spectra cannot use its database; try again later."
        ),
    ),
    (SourceUnavailable, lambda error: Problem("source-unavailable", 503, str(error))),
    (
        SecretUnreadable,
        lambda _: Problem("secret-unreadable", 500, "A stored secret cannot be read."),
    ),
)
