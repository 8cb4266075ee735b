"""How this room says no to somebody who wants in; the words never tell what would have fitted.

NotAllowed
├── SignInRefused     wrong, unknown, disabled: one text for all three
└── TooManyAttempts   wait `retry_after_s`, whether or not there is such an account
"""

from __future__ import annotations

from math import ceil

from core.errors import NotAllowed

_REFUSED = "The e-mail or the password is not right."


class SignInRefused(NotAllowed):
    """Nobody was signed in; show the text and let them try again."""

    def __init__(self, text: str = _REFUSED) -> None:
        super().__init__(text)


class TooManyAttempts(NotAllowed):
    """Too many wrong passwords from here or for this account; wait `retry_after_s` seconds."""

    def __init__(self, retry_after_s: int) -> None:
        minutes = ceil(retry_after_s / 60)
        super().__init__(
            f"Too many attempts. Try again in {minutes} minute{'' if minutes == 1 else 's'}."
        )
        self.retry_after_s = retry_after_s
