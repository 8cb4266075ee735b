"""Who may come in: accounts, sessions, API tokens.

Identity          everything together, for web, pages and commands
Visitor           a person in a live session of theirs
OidcConfig        the identity provider people may sign in with
SignInRefused     wrong, unknown, disabled; TooManyAttempts, wait
Passwords         Argon2id, for who wants other parameters
"""

from core.identity.identity import Identity
from core.identity.oidc import OidcConfig
from core.identity.passwords import Passwords
from core.identity.refusals import SignInRefused, TooManyAttempts
from core.identity.sessions import Visitor

__all__ = [
    "Identity",
    "OidcConfig",
    "Passwords",
    "SignInRefused",
    "TooManyAttempts",
    "Visitor",
]
