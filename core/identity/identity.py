"""Everything about who may come in, behind one face; it holds no rule of its own.

    accounts ─ passwords ─ attempts        who there is, and what they must know
    sessions ─ csrf                        browsers
    tokens ─ short tokens                  programs
    oidc                                   people of an identity provider

Sync, and safe to call from any thread. What needs the database may raise StorageUnavailable.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from core.clock import Clock
from core.domain import Actor, ApiToken, Role, User, UserSession
from core.errors import NotAllowed
from core.identity.accounts import Accounts
from core.identity.csrf import Csrf
from core.identity.jwt import LASTS, ShortTokens
from core.identity.oidc import OidcFinish, OidcSignIn, OidcStart
from core.identity.passwords import Passwords
from core.identity.ports import Store
from core.identity.provider import OidcConfig
from core.identity.sessions import OnEnd, Sessions, Visitor
from core.identity.signin import PasswordSignIn
from core.identity.throttle import Attempts
from core.identity.tokens import PREFIX, ApiTokens


class Identity:
    """Accounts, sessions and tokens of one installation."""

    def __init__(
        self,
        store: Store,
        *,
        clock: Clock,
        jwt_key: bytes,
        oidc: OidcConfig | None = None,
        passwords: Passwords | None = None,
    ) -> None:
        passwords, attempts = passwords or Passwords(), Attempts(clock)
        self._sessions = Sessions(store, clock=clock)
        self._accounts = Accounts(
            store, clock=clock, passwords=passwords, attempts=attempts, sessions=self._sessions
        )
        self._password_sign_in = PasswordSignIn(
            store,
            clock=clock,
            passwords=passwords,
            attempts=attempts,
            accounts=self._accounts,
            sessions=self._sessions,
        )
        self._tokens = ApiTokens(store, clock=clock, sessions=self._sessions)
        self._short_tokens = ShortTokens(jwt_key, clock=clock)
        self._csrf = Csrf(jwt_key)
        self._oidc = None
        if oidc is not None:
            self._oidc = OidcSignIn(
                store, clock=clock, config=oidc, key=jwt_key, sessions=self._sessions
            )

    def create_user(
        self,
        actor: Actor,
        *,
        email: str,
        full_name: str,
        password: str | None,
        role: Role = Role.MEMBER,
        subject: tuple[str, str] | None = None,
    ) -> User:
        """Make an account; InvalidInput, and NotAllowed unless an operator or administrator.

        `subject` is the issuer and subject of somebody who signs in through the provider.
        """
        return self._accounts.create(
            actor,
            email=email,
            full_name=full_name,
            password=password,
            role=role,
            subject=subject,
        )

    def change_password(
        self, actor: Actor, *, current: str, new: str, keep_session: str | None
    ) -> None:
        """Replace one's own password; all sessions end but `keep_session`.

        Raises NotAllowed when `current` is wrong, TooManyAttempts, InvalidInput when `new` is weak.
        """
        self._accounts.change_password(actor, current=current, new=new, keep_session=keep_session)

    def reset_password(self, actor: Actor, user_id: str, new: str) -> None:
        """Give an account a new password; all its sessions end. NotFound, NotAllowed."""
        self._accounts.reset_password(actor, user_id, new)

    def disable(self, actor: Actor, user_id: str) -> None:
        """Shut an account out at once, API tokens and all; NotFound, NotAllowed."""
        self._accounts.disable(actor, user_id)

    def enable(self, actor: Actor, user_id: str) -> None:
        """Let an account in again; NotFound, NotAllowed."""
        self._accounts.enable(actor, user_id)

    def sign_in(
        self, email: str, password: str, *, actor: Actor, old_session: str | None = None
    ) -> tuple[UserSession, str]:
        """Begin a session; returns it and the text of its cookie, and ends the browser's old one.

        `old_session` is the old cookie's text. Raises SignInRefused, TooManyAttempts.
        """
        started = self._password_sign_in.sign_in(
            email, password, actor=actor, old_session=old_session
        )
        return started.session, started.cookie

    def oidc_begin(self, *, next_path: str, redirect_uri: str) -> OidcStart:
        """Return where to send a browser that signs in at the provider, and its state cookie.

        Raises SourceUnavailable, and NotAllowed when no provider is set.
        """
        return self._provider_sign_in().begin(next_path=next_path, redirect_uri=redirect_uri)

    def oidc_finish(
        self,
        params: Mapping[str, str],
        state_cookie: str,
        *,
        redirect_uri: str,
        actor: Actor,
        old_session: str | None = None,
    ) -> OidcFinish:
        """Begin a session for a browser that came back with `params`; each way back works once.

        Raises SignInRefused, SourceUnavailable, and NotAllowed when no provider is set.
        """
        return self._provider_sign_in().finish(
            params, state_cookie, redirect_uri=redirect_uri, actor=actor, old_session=old_session
        )

    def peek(self, cookie: str) -> UserSession | None:
        """Return the session if it was looked up a moment ago; never blocks.

        None means: ask `resolve`, in a thread.
        """
        return self._sessions.peek(cookie)

    def resolve(self, cookie: str) -> UserSession | None:
        """Return the live session of a cookie's text, or None."""
        return self._sessions.resolve(cookie)

    def visitor(self, uid: str, sid: str) -> Visitor | None:
        """Return the person with this live session of theirs, None when either is not so."""
        return self._sessions.visitor(uid, sid)

    def end_session(self, actor: Actor, session_id: str) -> bool:
        """End one of the actor's sessions; False when there is none of that id to end."""
        return self._sessions.end(actor, session_id)

    def end_other_sessions(self, actor: Actor, *, keep: str | None) -> list[str]:
        """End all of the actor's sessions but `keep`; returns the ids of those that ended."""
        return self._sessions.end_others(actor, keep=keep)

    def sign_out(self, actor: Actor) -> None:
        """End the session acted in, if it is in one."""
        if actor.session_id is not None:
            self._sessions.end(actor, actor.session_id)

    def confirm(self, actor: Actor, password: str) -> None:
        """Note that the person of this session typed their password again.

        Raises NotAllowed when it is wrong or there is none, TooManyAttempts.
        """
        self._password_sign_in.confirm(actor, password)

    def is_confirmed(self, session: UserSession) -> bool:
        """Return whether this person proved who they are in the last five minutes."""
        return self._sessions.is_confirmed(session)

    def on_end(self, listener: OnEnd) -> None:
        """Call `listener` with the ids of sessions that end in this process, at once.

        It is called in the thread that ended them; it must not raise or block.
        """
        self._sessions.on_end(listener)

    def watch(self, ids: Iterable[str]) -> set[str]:
        """Return those of `ids` that are over, whichever process ended them."""
        return self._sessions.watch(ids)

    def touch(self, ids: Iterable[str]) -> None:
        """Note that these sessions are in use: each of them has a socket open."""
        self._sessions.touch(ids)

    def create_api_token(
        self, actor: Actor, *, label: str, days: int | None
    ) -> tuple[ApiToken, str]:
        """Make an API token; returns it and its text, which is shown this once.

        Raises NotAllowed unless the session was confirmed lately, InvalidInput.
        """
        return self._tokens.create(actor, label=label, days=days)

    def revoke_api_token(self, actor: Actor, token_id: str) -> bool:
        """Revoke one of the actor's tokens; False when there is none of that id to revoke."""
        return self._tokens.revoke(actor, token_id)

    def issue_jwt(self, email: str, password: str, *, actor: Actor) -> tuple[str, int]:
        """Return a short token and how many seconds it lasts; SignInRefused, TooManyAttempts."""
        started = self._password_sign_in.start_short(email, password, actor=actor, lasts=LASTS)
        return self._short_tokens.sign(started.session), int(LASTS.total_seconds())

    def authenticate_bearer(self, text: str) -> Actor | None:
        """Return who an API token or a short token acts as, without an address; None for others.

        The actor of a short token names its session.
        """
        if text.startswith(PREFIX):
            return self._tokens.authenticate(text)
        claims = self._short_tokens.read(text)
        if claims is None or self._sessions.visitor(claims.user_id, claims.session_id) is None:
            return None
        return Actor(claims.user_id, session_id=claims.session_id)

    def csrf_token(self, cookie: str) -> str:
        """Return what unsafe requests must carry beside this cookie."""
        return self._csrf.token(cookie)

    def check_csrf(self, cookie: str, given: str) -> bool:
        """Return whether `given` is what goes with this cookie."""
        return self._csrf.check(cookie, given)

    def _provider_sign_in(self) -> OidcSignIn:
        if self._oidc is None:
            raise NotAllowed("There is no identity provider here: sign in with a password.")
        return self._oidc
