"""Signing in with e-mail and password, and proving again that it is still the same person.

    window → account or nobody → Argon2id → session and audit entry in one transaction

Unknown, wrong and disabled get the same answer after the same work, and count the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from core.clock import Clock
from core.domain import Actor, AuditAction, SignInMethod, User
from core.errors import NotAllowed
from core.identity.accounts import Accounts
from core.identity.acts import describe, person_of
from core.identity.addresses import fold_email
from core.identity.digests import digest
from core.identity.passwords import Passwords
from core.identity.ports import Store
from core.identity.refusals import SignInRefused
from core.identity.sessions import ABSOLUTE, Sessions, Started
from core.identity.throttle import Attempts


@dataclass(frozen=True, slots=True)
class _Proof:
    """An account whose password was given, the hash it fitted, and a stronger one if due."""

    user: User
    stored: str = field(repr=False)
    renewed: str | None = field(repr=False)


class PasswordSignIn:
    """The way in by password; safe to use from any thread, may raise StorageUnavailable."""

    def __init__(
        self,
        store: Store,
        *,
        clock: Clock,
        passwords: Passwords,
        attempts: Attempts,
        accounts: Accounts,
        sessions: Sessions,
    ) -> None:
        self._store = store
        self._clock = clock
        self._passwords = passwords
        self._attempts = attempts
        self._accounts = accounts
        self._sessions = sessions

    def sign_in(
        self, email: str, password: str, *, actor: Actor, old_session: str | None = None
    ) -> Started:
        """Begin a session of the account; SignInRefused, TooManyAttempts."""
        return self._start(
            email, password, actor=actor, act=AuditAction.SIGN_IN, old_session=old_session
        )

    def start_short(self, email: str, password: str, *, actor: Actor, lasts: timedelta) -> Started:
        """Begin the session of a program's short token; errors as in `sign_in`."""
        return self._start(email, password, actor=actor, act=AuditAction.TOKEN_ISSUED, lasts=lasts)

    def confirm(self, actor: Actor, password: str) -> None:
        """Note in the actor's session that they proved who they are.

        Raises NotAllowed when the password is wrong or there is none, TooManyAttempts.
        """
        user_id, session_id = person_of(actor), actor.session_id
        if session_id is None or self._sessions.visitor(user_id, session_id) is None:
            raise NotAllowed("Sign in first: there is no session to confirm.")
        with self._store.read_as(user_id) as work:
            stored = work.profile.load_password_hash()
        if stored is None:
            raise NotAllowed("You have no password here: sign out, and sign in again.")
        self._accounts.check_own(actor, password, stored, purpose="confirmation")
        now, act = self._clock.now(), AuditAction.IDENTITY_CONFIRMED
        with self._store.as_user(user_id) as work:
            work.sessions.confirm(session_id, now)
            work.audit.append(describe(actor, act, at=now, user_id=user_id, object=session_id))
        self._sessions.forget(session_id)

    def _start(
        self,
        email: str,
        password: str,
        *,
        actor: Actor,
        act: AuditAction,
        lasts: timedelta = ABSOLUTE,
        old_session: str | None = None,
    ) -> Started:
        with self._proven(email, password, actor) as proof, self._store.as_system() as work:
            user, stored = proof.user, proof.stored
            # Checking took a while: the account may have been disabled, the password replaced.
            if work.users.load_password_hash(user.id) != stored:
                raise SignInRefused
            if work.users.get(user.id).disabled_at is not None:
                raise SignInRefused
            if proof.renewed is not None:
                work.users.save_password_hash(user.id, proof.renewed)
            started = self._sessions.start(
                work,
                user.id,
                method=SignInMethod.PASSWORD,
                actor=actor,
                lasts=lasts,
                old_session=old_session,
            )
            now, session_id = self._clock.now(), started.session.id
            work.audit.append(
                describe(actor, act, at=now, user_id=user.id, object=session_id, method="password")
            )
        self._sessions.announce(started.ended)
        return started

    @contextmanager
    def _proven(self, email: str, password: str, actor: Actor) -> Iterator[_Proof]:
        """Give the account that e-mail and password are of, or write the failure down."""
        folded = fold_email(email)
        with self._attempts.trying(digest(folded or email), ip=actor.ip) as attempt:
            found = self._find(folded)
            user, stored = found or (None, None)
            fits = self._passwords.fits(stored, password)
            if user is None or stored is None or not fits or user.disabled_at is not None:
                attempt.failed = True
                self._write_down_failure(actor, user, fits=fits)
                raise SignInRefused
            weak = self._passwords.is_weak(stored)
            yield _Proof(user, stored, self._passwords.hash(password) if weak else None)
            attempt.succeeded = True

    def _find(self, folded: str | None) -> tuple[User, str | None] | None:
        if folded is None:
            return None
        with self._store.read_system() as work:
            return work.users.find_by_email(folded)

    def _write_down_failure(self, actor: Actor, user: User | None, *, fits: bool) -> None:
        now, act = self._clock.now(), AuditAction.SIGN_IN_FAILED
        if user is None:
            reason = "no such account"
        else:
            reason = "account disabled" if fits else "wrong password"
        user_id = user.id if user else None
        with self._store.as_system() as work:
            work.audit.append(
                describe(actor, act, at=now, user_id=user_id, method="password", reason=reason)
            )
