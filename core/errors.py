"""Every error Spectra raises on purpose, as one tree; each class says what the caller should do.

    SpectraError
    ├── ConfigurationError      a setting is wrong: tell the operator, do not start
    ├── InvalidMessage          the outside sent something malformed: count it, drop it, go on
    └── SourceUnavailable       an outside source cannot be read now: show what is known, try later

This module never imports another module of Spectra.
"""

from __future__ import annotations


class SpectraError(Exception):
    """Any failure that Spectra foresaw; its text is fit to be shown to a person."""


class ConfigurationError(SpectraError):
    """A setting is missing or wrong; `field` names it and `cure` says what to do about it."""

    def __init__(self, field: str, problem: str, *, cure: str) -> None:
        super().__init__(f"{field}: {problem} {cure}")
        self.field = field
        self.problem = problem
        self.cure = cure


class InvalidMessage(SpectraError):
    """The outside sent a body or frame that is not what its protocol says."""


class SourceUnavailable(SpectraError):
    """An outside source did not answer, or refused; retrying later may help."""
