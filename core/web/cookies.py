"""The two cookies Spectra sets: who is signed in, and a sign-in elsewhere that is under way.

Under TLS their names begin with `__Host-`, so no other site of the domain can set them; on this
machine, where cookies are shared between ports, the name carries the port. It never logs one.
"""

from __future__ import annotations

from starlette.responses import Response
from starlette.types import Scope

from core.web.admission import Rules

SESSION_SECONDS = 12 * 3600
STATE_SECONDS = 600
_SESSION = "spectra"
_STATE = "spectra-oidc"


def session_cookie(scope: Scope, rules: Rules) -> str:
    """Return the text of the session's cookie, empty when absent or sent more than once."""
    return _read(scope, _name(_SESSION, scope, rules))


def state_cookie(scope: Scope, rules: Rules) -> str:
    """Return the text kept while somebody signs in elsewhere."""
    return _read(scope, _name(_STATE, scope, rules))


def set_session(response: Response, text: str, scope: Scope, rules: Rules) -> None:
    """Make the browser keep the session until its absolute end."""
    _set(response, _name(_SESSION, scope, rules), text, rules, max_age=SESSION_SECONDS)


def set_state(response: Response, text: str, scope: Scope, rules: Rules) -> None:
    """Make the browser keep what its way back from the provider must match."""
    _set(response, _name(_STATE, scope, rules), text, rules, max_age=STATE_SECONDS)


def drop_session(response: Response, scope: Scope, rules: Rules) -> None:
    """Make the browser forget the session."""
    _set(response, _name(_SESSION, scope, rules), "", rules, max_age=0)


def drop_state(response: Response, scope: Scope, rules: Rules) -> None:
    """Make the browser forget the sign-in under way."""
    _set(response, _name(_STATE, scope, rules), "", rules, max_age=0)


def _name(kind: str, scope: Scope, rules: Rules) -> str:
    return f"__Host-{kind}" if rules.secure else f"{kind}_{scope['server'][1]}"


def _set(response: Response, name: str, text: str, rules: Rules, *, max_age: int) -> None:
    response.set_cookie(
        name, text, max_age=max_age, path="/", secure=rules.secure, httponly=True, samesite="lax"
    )


def _read(scope: Scope, name: str) -> str:
    wanted = f"{name}="
    found = [
        part.strip()[len(wanted) :]
        for header, value in scope["headers"]
        if header == b"cookie"
        for part in value.decode("latin-1").split(";")
        if part.strip().startswith(wanted)
    ]
    # Two of one name means that somebody else set one of them: neither is believed.
    return found[0].strip('"') if len(found) == 1 else ""
