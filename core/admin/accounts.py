"""create-user, list-users, disable-user, enable-user, reset-password.

What an account is, and what a password must be, is core.identity's to say.
"""

from __future__ import annotations

import argparse
from typing import Any

from core.admin.passwords import ask_password
from core.bootstrap import Services, open_services
from core.domain import Actor, Role, User
from core.errors import ConfigurationError, NotFound
from core.settings import Settings

OPERATOR = Actor(None, user_agent="core.admin")
"""Who acts: nobody with an account, but someone with the keys of the house."""


def add_to(commands: Any) -> None:
    """Add the commands of this module to argparse's subcommands."""
    create = _command(commands, "create-user", _create, "make an account")
    create.add_argument("--name", default="", help="full name")
    create.add_argument("--admin", action="store_true", help="may see after other accounts")
    password = create.add_mutually_exclusive_group()
    _from_stdin(password)
    password.add_argument(
        "--subject", help="who it is at the identity provider (`sub`), in place of a password"
    )
    reset = _command(commands, "reset-password", _reset, "set a new password, end all sessions")
    _from_stdin(reset)
    _command(commands, "disable-user", _disable, "shut someone out at once")
    _command(commands, "enable-user", _enable, "let someone back in")
    listing = commands.add_parser("list-users", help="who has an account")
    listing.set_defaults(command=_list)


def _create(settings: Settings, options: argparse.Namespace) -> int:
    subject = _subject(settings, options.subject) if options.subject else None
    with open_services(settings) as services:
        password = None if subject else ask_password(from_stdin=options.password_stdin)
        user = services.identity.create_user(
            OPERATOR,
            email=options.email,
            full_name=options.name,
            password=password,
            subject=subject,
            role=Role.ADMIN if options.admin else Role.MEMBER,
        )
    print(f"created {user.email} ({user.role.value})")
    return 0


def _subject(settings: Settings, subject: str) -> tuple[str, str]:
    if not settings.oidc_issuer:
        raise ConfigurationError(
            "SPECTRA_OIDC_ISSUER",
            "there is no identity provider for --subject.",
            cure="Set it as the server has it, or leave --subject out.",
        )
    return settings.oidc_issuer, subject


def _reset(settings: Settings, options: argparse.Namespace) -> int:
    with open_services(settings) as services:
        user = _find(services, options.email)
        services.identity.reset_password(
            OPERATOR, user.id, ask_password(from_stdin=options.password_stdin)
        )
    print(f"{user.email} has a new password; all sessions ended")
    return 0


def _disable(settings: Settings, options: argparse.Namespace) -> int:
    with open_services(settings) as services:
        user = _find(services, options.email)
        services.identity.disable(OPERATOR, user.id)
    print(f"disabled {user.email}; all sessions ended")
    return 0


def _enable(settings: Settings, options: argparse.Namespace) -> int:
    with open_services(settings) as services:
        user = _find(services, options.email)
        services.identity.enable(OPERATOR, user.id)
    print(f"enabled {user.email}")
    return 0


def _list(settings: Settings, options: argparse.Namespace) -> int:
    with open_services(settings) as services, services.store.read_system() as work:
        users = work.users.list()
    for user in sorted(users, key=lambda user: user.email):
        state = "disabled" if user.disabled_at else "active"
        since = user.created_at.date().isoformat() if user.created_at else "-"
        print(f"{user.email}\t{user.role.value}\t{state}\t{since}\t{_plain(user.full_name)}")
    return 0


def _find(services: Services, email: str) -> User:
    with services.store.read_system() as work:
        found = work.users.find_by_email(email)
    if found is None:
        raise NotFound(f"There is no account {_plain(email)!r}: see list-users.")
    return found[0]


def _plain(text: str) -> str:
    """Return `text` without what would move the cursor of a terminal."""
    return "".join(char if char.isprintable() else " " for char in text)


def _command(commands: Any, name: str, act: Any, purpose: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(name, help=purpose)
    parser.add_argument("email", metavar="EMAIL")
    parser.set_defaults(command=act)
    return parser


def _from_stdin(parser: Any) -> None:
    parser.add_argument(
        "--password-stdin", action="store_true", help="read the password from standard input"
    )
