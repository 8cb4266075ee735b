"""Signing in through the identity provider, by OpenID Connect's code flow with PKCE.

    begin → browser at the provider → way back (state, once, this browser) → code → ID token
          → account by issuer and subject → session and audit entry in one transaction

An e-mail never leads to an account: it only decides whether a new one may be made. What somebody
may do here is never taken from the provider.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from authlib.oauth2.rfc6749.parameters import (  # type: ignore[import-untyped]
    prepare_grant_uri,
)
from authlib.oauth2.rfc7636 import (  # type: ignore[import-untyped]
    create_s256_code_challenge,
)

from core.clock import Clock
from core.domain import Actor, AuditAction, Role, SignInMethod, User, UserSession
from core.identity.accounts import new_user
from core.identity.acts import describe
from core.identity.addresses import domain_of, fold_email
from core.identity.digests import draw_text
from core.identity.idtoken import Expected, InvalidIdToken, check_id_token
from core.identity.pending import Leaving, Pending
from core.identity.ports import Store, SystemWork
from core.identity.provider import OidcConfig, Provider
from core.identity.refusals import SignInRefused
from core.identity.sessions import Sessions, Started
from core.logs import fields

_LOG = logging.getLogger(__name__)

_SCOPE = "openid email profile"
_MAX_CODE = 4096
_FAILED = "Signing in there did not work. Start again."
_NOBODY = "There is no account here that you may use. Ask an administrator for one."
_TAKEN = "There is an account with your e-mail already, with a password. Sign in with that."


@dataclass(frozen=True, slots=True)
class OidcStart:
    """Where the browser goes, and what it must bring back."""

    url: str = field(repr=False)
    state_cookie: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class OidcFinish:
    """The session that has begun, its cookie's text, and where the person wanted to go."""

    session: UserSession
    cookie: str = field(repr=False)
    next_path: str


class _Refused(Exception):
    """The sign-in fails: `reason` is for the log and the audit, `text` for the person."""

    def __init__(
        self, reason: str, text: str = _FAILED, *, user: User | None = None, subject: str = ""
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.text = text
        self.user = user
        self.subject = subject
        """Who it was at the provider, so that an operator can make the account."""


class OidcSignIn:
    """The way in through one provider; safe to use from any thread, waits for the network.

    Both doors raise SourceUnavailable when the provider cannot be asked, and StorageUnavailable.
    """

    def __init__(
        self,
        store: Store,
        *,
        clock: Clock,
        config: OidcConfig,
        key: bytes,
        sessions: Sessions,
        provider: Provider | None = None,
    ) -> None:
        self._store = store
        self._clock = clock
        self._config = config
        self._sessions = sessions
        self._pending = Pending(key, clock=clock)
        self._provider = provider or Provider(config, clock=clock)

    def begin(self, *, next_path: str, redirect_uri: str) -> OidcStart:
        """Return where to send the browser, and the cookie it must come back with."""
        endpoints = self._provider.endpoints()
        leaving = Leaving(redirect_uri, next_path, nonce=draw_text(), verifier=draw_text())
        state, cookie = self._pending.add(leaving)
        url = prepare_grant_uri(
            endpoints.authorize,
            self._config.client_id,
            "code",
            redirect_uri=redirect_uri,
            scope=_SCOPE,
            state=state,
            nonce=leaving.nonce,
            code_challenge=create_s256_code_challenge(leaving.verifier),
            code_challenge_method="S256",
        )
        return OidcStart(url, cookie)

    def finish(
        self,
        params: Mapping[str, str],
        state_cookie: str,
        *,
        redirect_uri: str,
        actor: Actor,
        old_session: str | None = None,
    ) -> OidcFinish:
        """Begin a session for who came back, once; SignInRefused says what to do next."""
        try:
            leaving = self._way_back(params, state_cookie, redirect_uri)
            claims, access_token = self._ask_who(params["code"], leaving)
            started = self._start(claims, access_token, actor, old_session)
        except _Refused as refused:
            self._write_down(refused, actor)
            raise SignInRefused(refused.text) from None
        self._sessions.announce(started.ended)
        return OidcFinish(started.session, started.cookie, leaving.next_path)

    def _way_back(self, params: Mapping[str, str], cookie: str, redirect_uri: str) -> Leaving:
        leaving = self._pending.take(params.get("state", ""), cookie)
        if leaving is None or leaving.redirect_uri != redirect_uri:
            raise _Refused("state")
        endpoints = self._provider.endpoints()
        named = params.get("iss")
        if named != endpoints.issuer and (named is not None or endpoints.names_itself):
            raise _Refused("another provider")
        if params.get("error"):
            raise _Refused("refused there", "The identity provider refused the sign-in.")
        if not 0 < len(params.get("code", "")) <= _MAX_CODE:
            raise _Refused("no code")
        return leaving

    def _ask_who(self, code: str, leaving: Leaving) -> tuple[dict[str, Any], str]:
        try:
            answer = self._provider.exchange(code, leaving)
        except SignInRefused as error:
            raise _Refused("code refused", str(error)) from None
        access_token = answer.get("access_token")
        access_token = access_token if isinstance(access_token, str) else ""
        expected = Expected(
            issuer=self._provider.endpoints().issuer,
            client_id=self._config.client_id,
            nonce=leaving.nonce,
            access_token=access_token,
            now=self._clock.now(),
        )
        try:
            claims = check_id_token(
                answer.get("id_token"), expected, keys=lambda kid: self._provider.keys(for_kid=kid)
            )
        except InvalidIdToken as error:
            raise _Refused(f"token: {error}") from None
        return claims, access_token

    def _start(
        self, claims: dict[str, Any], access_token: str, actor: Actor, old_session: str | None
    ) -> Started:
        # The issuer as it is set, so that accounts outlive a slash at the end of its name.
        subject = self._config.issuer, str(claims["sub"])
        with self._store.read_system() as work:
            known = work.users.find_by_subject(*subject) is not None
        email = "" if known else self._email_for_new(claims, access_token)
        with self._store.as_system() as work:
            user = work.users.find_by_subject(*subject)
            if user is None and email:
                user = self._make_account(work, subject, email, claims, actor)
            if user is None or user.disabled_at is not None:
                raise _Refused("account disabled", _NOBODY, user=user)
            started = self._sessions.start(
                work, user.id, method=SignInMethod.OIDC, actor=actor, old_session=old_session
            )
            now, act, session_id = self._clock.now(), AuditAction.SIGN_IN, started.session.id
            work.audit.append(
                describe(actor, act, at=now, user_id=user.id, object=session_id, method="oidc")
            )
        return started

    def _email_for_new(self, claims: dict[str, Any], access_token: str) -> str:
        """Return the verified e-mail that may have an account made for it."""
        told = claims
        if "email" not in claims:
            told = self._ask_userinfo(claims, access_token)
        email = told.get("email")
        folded = fold_email(email) if isinstance(email, str) else None
        verified = told.get("email_verified") in (True, "true")
        if folded is None or not verified or domain_of(folded) not in self._config.domains:
            raise _Refused("no account", _NOBODY, subject=claims["sub"])
        return folded

    def _ask_userinfo(self, claims: dict[str, Any], access_token: str) -> dict[str, Any]:
        try:
            told = self._provider.userinfo(access_token)
        except SignInRefused:
            return {}
        return told if told.get("sub") == claims["sub"] else {}

    def _make_account(
        self,
        work: SystemWork,
        subject: tuple[str, str],
        email: str,
        claims: dict[str, Any],
        actor: Actor,
    ) -> User:
        if work.users.find_by_email(email) is not None:
            raise _Refused("e-mail taken", _TAKEN, subject=claims["sub"])
        name = claims.get("name")
        user = new_user(
            email,
            full_name=name if isinstance(name, str) else "",
            role=Role.MEMBER,
            clock=self._clock,
        )
        work.users.add(user, password_hash=None, subject=subject)
        act, now = AuditAction.USER_CREATED, self._clock.now()
        by = "identity provider"
        work.audit.append(
            describe(actor, act, at=now, user_id=user.id, object=user.id, by=by, role=user.role)
        )
        return user

    def _write_down(self, refused: _Refused, actor: Actor) -> None:
        user_id = refused.user.id if refused.user else None
        act, now = AuditAction.SIGN_IN_FAILED, self._clock.now()
        details = {"method": "oidc", "reason": refused.reason}
        if refused.subject:
            details["subject"] = refused.subject
        _LOG.warning("oidc sign-in %s", fields(status="refused", **details))
        with self._store.as_system() as work:
            work.audit.append(describe(actor, act, at=now, user_id=user_id, **details))
