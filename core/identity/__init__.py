"""Who may come in: accounts, sessions, API tokens.

Identity          everything together, for web, pages and commands
Visitor           a person in a live session of theirs
OidcConfig        the identity provider people may sign in with; OidcStart, OidcFinish, a way
                  there and back
SignInRefused     wrong, unknown, disabled; TooManyAttempts, wait
Passwords         Argon2id, for who wants other parameters
"""

from core.identity.identity import Identity
from core.identity.oidc import OidcFinish, OidcStart
from core.identity.passwords import Passwords
from core.identity.provider import OidcConfig
from core.identity.refusals import SignInRefused, TooManyAttempts
from core.identity.sessions import Visitor

__all__ = [
    "Identity",
    "OidcConfig",
    "OidcFinish",
    "OidcStart",
    "Passwords",
    "SignInRefused",
    "TooManyAttempts",
    "Visitor",
]
