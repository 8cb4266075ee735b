"""Every error Spectra raises on purpose, as one tree; each class says what the caller should do.

    SpectraError
    ├── ConfigurationError      a setting is wrong: tell the operator, do not start
    ├── InvalidMessage          the outside sent something malformed: count it, drop it, go on
    ├── SourceUnavailable       an outside source cannot be read now: show what is known, try later
    ├── InvalidInput            a person or program typed something wrong: show `field` and `cure`
    ├── NotFound                there is no such thing, or it is somebody else's: say only that
    ├── NotAllowed              this person may not do this (now): say why and what would help
    ├── StorageUnavailable      the database cannot be used now: show what is known, try later
    └── SecretUnreadable        a sealed value does not open with the keys given: never say more

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


class InvalidInput(SpectraError):
    """What was asked for cannot be; `field` names the wrong part and `cure` says what to do."""

    def __init__(self, field: str, problem: str, *, cure: str) -> None:
        super().__init__(f"{problem} {cure}")
        self.field = field
        self.problem = problem
        self.cure = cure


class NotFound(SpectraError):
    """There is no such thing for this person: it never was, or it is another's."""


class NotAllowed(SpectraError):
    """This person may not do this, or not now; the text says what would help."""


class StorageUnavailable(SpectraError):
    """The database cannot be read or written now; nothing of the act was stored."""


class SecretUnreadable(SpectraError):
    """A sealed value does not open: changed, moved, or sealed with a key that is not given."""
