"""Asks for a new password, at the terminal or from standard input.

It never shows or stores one.
"""

from __future__ import annotations

import getpass
import sys

from core.errors import InvalidInput


def ask_password(*, from_stdin: bool) -> str:
    """Return the password typed twice, or the first line of standard input.

    Raises InvalidInput when there is none, or the two differ.
    """
    if from_stdin:
        first = second = sys.stdin.readline().removesuffix("\n").removesuffix("\r")
    else:
        try:
            first = getpass.getpass("New password: ")
            second = getpass.getpass("Once more: ")
        except EOFError:
            first = second = ""
    if first != second:
        raise InvalidInput("password", "The two passwords differ.", cure="Try again.")
    if not first:
        raise InvalidInput(
            "password", "No password was given.", cure="Type it, or use --password-stdin."
        )
    return first
