"""The command line: which command, with what, and how its end is told.

    arguments → settings → logs → the command → 0 | 1 (refused) | 2 (a setting or argument is wrong)

An error is one line on standard error. It never takes a password as an argument, where other users
of the machine could read it.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence

from core.admin import accounts, audit, backups, keys
from core.errors import ConfigurationError, SpectraError
from core.logs import configure_logs
from core.settings import Settings, load_settings

Command = Callable[[Settings, argparse.Namespace], int]


def run(arguments: Sequence[str]) -> int:
    """Carry out one command line and return the exit status; never raises for what was foreseen."""
    options = _parser().parse_args(arguments)
    command: Command = options.command
    try:
        settings = load_settings()
        configure_logs(settings.log_level, hide=settings.secrets())
        return command(settings, options)
    except SpectraError as error:
        print(f"spectra: {error}", file=sys.stderr)
        return 2 if isinstance(error, ConfigurationError) else 1
    except KeyboardInterrupt:
        print("spectra: stopped; what was finished is kept.", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m core.admin", description="Commands for whoever runs Spectra."
    )
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for group in (accounts, keys, audit, backups):
        group.add_to(commands)
    return parser
