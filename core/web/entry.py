"""How people come in: everyone as the local user, or each with a session or a token.

    scope → identify → Visit → refusal → None, or what to answer instead

The gate owns one entry at a time. An entry never reads a body and never writes an answer.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import quote

from starlette.types import Scope

from core.clock import Clock
from core.domain import LOCAL_USER, Actor
from core.identity import Identity as People
from core.web.admission import LOCAL_RULES, Rules, client_ip, cross_origin
from core.web.cookies import session_cookie
from core.web.identity import Identify, Identity, SingleUser
from core.web.limits import Limits
from core.web.paths import (
    FORMS_BEFORE_A_SESSION,
    SIGN_IN,
    is_page,
    is_public,
    is_unsafe,
    needs_no_name,
    takes_bearer,
)
from core.web.problem import Problem
from core.web.recognising import recognise
from core.web.sockets import OpenSockets
from core.web.visit import Visit, Way, user_agent

_BEARER = "bearer "
CSRF_HEADER = b"x-csrf-token"


@dataclass(frozen=True, slots=True)
class Redirect:
    """Show another page instead."""

    location: str


class Entry(Protocol):
    """Says who is asking and whether they may; used in the event loop, never blocks it."""

    rules: Rules
    limits: Limits | None

    @property
    def sockets(self) -> OpenSockets | None:
        """Where sockets are kept that end with their session; None when sessions do not end."""
        ...

    async def identify(self, scope: Scope) -> Visit:
        """Return who is asking; StorageUnavailable when that cannot be known now."""
        ...

    def refusal(self, scope: Scope, visit: Visit) -> Problem | Redirect | None:
        """Return what to answer instead of serving, or None."""
        ...


class LocalEntry:
    """Single-user mode: whoever admission lets in is the one local user."""

    def __init__(
        self,
        identify: Identify | None = None,
        *,
        rules: Rules = LOCAL_RULES,
        clock: Clock | None = None,
    ) -> None:
        self.rules: Rules = rules
        self.sockets: OpenSockets | None = None
        self.limits = Limits(clock) if clock else None
        self._identify = identify or SingleUser()

    async def identify(self, scope: Scope) -> Visit:
        """Return the local user."""
        identity = self._identify(scope)
        actor = Actor(LOCAL_USER, client_ip(scope), user_agent(scope))
        return Visit(Way.LOCAL, actor, identity=identity)

    def refusal(self, scope: Scope, visit: Visit) -> Problem | Redirect | None:
        """Refuse only other sites: they come in with a token, and there are none here."""
        if not cross_origin(scope, self.rules):
            return None
        return Problem(
            "origin-refused",
            403,
            "Single-user mode has no tokens, so no other site's page may call the API.",
        )


class SignedInEntry:
    """Multi-user mode: a session's cookie, or a token where programs come in."""

    def __init__(self, people: People, *, rules: Rules, clock: Clock) -> None:
        self.rules: Rules = rules
        self.limits: Limits | None = Limits(clock)
        self.sockets: OpenSockets = OpenSockets()
        self._people = people

    async def identify(self, scope: Scope) -> Visit:
        """Look for a token where one is taken, else for a session."""
        stranger = Actor(None, client_ip(scope, self.rules), user_agent(scope))
        if needs_no_name(scope):
            return Visit(Way.NOBODY, stranger)
        bearer = _header(scope, b"authorization")
        if takes_bearer(scope["path"]) and bearer:
            return await self._by_token(bearer, stranger)
        text = session_cookie(scope, self.rules)
        if not text or cross_origin(scope, self.rules):
            return Visit(Way.NOBODY, stranger)
        return await self._by_session(text, stranger)

    async def _by_token(self, bearer: str, stranger: Actor) -> Visit:
        kind, _, text = bearer.partition(" ")
        if kind.lower() != "bearer" or not text:
            return Visit(Way.NOBODY, stranger)
        found = await recognise(self._people.authenticate_bearer, text.strip())
        if found is None or found.user_id is None:
            return Visit(Way.NOBODY, stranger)
        actor = Actor(found.user_id, stranger.ip, stranger.user_agent, found.session_id)
        identity = Identity(found.user_id, found.session_id or "")
        return Visit(Way.TOKEN, actor, identity=identity, shown=text.strip())

    async def _by_session(self, text: str, stranger: Actor) -> Visit:
        session = self._people.peek(text)
        if session is None:
            session = await recognise(self._people.resolve, text)
        if session is None:
            return Visit(Way.NOBODY, stranger)
        actor = Actor(session.user_id, stranger.ip, stranger.user_agent, session.id)
        identity = Identity(session.user_id, session.id)
        return Visit(Way.SESSION, actor, session=session, identity=identity, shown=text)

    def watch(self, keys: Iterable[str]) -> set[str]:
        """Return those keys of open sockets whose session has ended or whose token is refused."""
        tokens = {key for key in keys if key.startswith(_BEARER)}
        ended = self._people.watch(set(keys) - tokens)
        return ended | {key for key in tokens if self._is_refused(key.removeprefix(_BEARER))}

    def touch(self, keys: Iterable[str]) -> None:
        """Note that the sessions among the keys of open sockets are in use."""
        self._people.touch([key for key in keys if not key.startswith(_BEARER)])

    def _is_refused(self, token: str) -> bool:
        return self._people.authenticate_bearer(token) is None

    def refusal(self, scope: Scope, visit: Visit) -> Problem | Redirect | None:
        """Refuse strangers beyond the public doors, and what a session did not itself ask for."""
        if visit.way is Way.NOBODY:
            return None if is_public(scope) else _stranger(scope)
        if visit.way is not Way.SESSION or not is_unsafe(scope):
            return None
        if scope["path"] in FORMS_BEFORE_A_SESSION:
            return None
        if self._people.check_csrf(visit.shown, _header(scope, CSRF_HEADER)):
            return None
        return Problem(
            "csrf-refused",
            403,
            "Send X-CSRF-Token with the csrfToken that GET /api/v1/auth/session gives.",
        )


def socket_key(visit: Visit) -> str:
    """Return what an open socket is kept under: a session's id, or a token that has no session."""
    return visit.actor.session_id or f"{_BEARER}{visit.shown}"


def _stranger(scope: Scope) -> Problem | Redirect:
    if is_page(scope):
        query = scope["query_string"].decode("latin-1")
        asked = scope["path"] + (f"?{query}" if query else "")
        # "/" is where one goes anyway; a bare address is easier to read.
        return Redirect(SIGN_IN if asked == "/" else f"{SIGN_IN}?next={quote(asked, safe='/')}")
    return Problem(
        "not-signed-in",
        401,
        "Sign in at /sign-in, or send a token as `Authorization: Bearer`."
        if takes_bearer(scope["path"])
        else "Sign in at /sign-in.",
    )


def _header(scope: Scope, wanted: bytes) -> str:
    found = [value for name, value in scope["headers"] if name == wanted]
    return found[0].decode("latin-1") if len(found) == 1 else ""
