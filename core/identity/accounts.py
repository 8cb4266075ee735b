"""Accounts: made, given a new password, shut out and let in again; each act is written down.

Nobody registers alone: accounts are made by the operator's command, an administrator, or a sign-in
through the identity provider. No password is ever logged or returned.
"""

from __future__ import annotations

from core.clock import Clock
from core.domain import Actor, AuditAction, Role, User
from core.errors import InvalidInput, NotAllowed
from core.identity.acts import describe, name_of, person_of
from core.identity.addresses import check_email
from core.identity.digests import draw_id
from core.identity.passwords import Passwords
from core.identity.policy import check_new_password
from core.identity.ports import Store, SystemWork
from core.identity.sessions import Sessions
from core.identity.throttle import Attempts

MAX_NAME = 100


class Accounts:
    """Every account; safe to use from any thread, all may raise StorageUnavailable.

    An actor without an account is the operator; others must be administrators to change accounts.
    """

    def __init__(
        self,
        store: Store,
        *,
        clock: Clock,
        passwords: Passwords,
        attempts: Attempts,
        sessions: Sessions,
    ) -> None:
        self._store = store
        self._clock = clock
        self._passwords = passwords
        self._attempts = attempts
        self._sessions = sessions

    def create(
        self,
        actor: Actor,
        *,
        email: str,
        full_name: str,
        password: str | None,
        role: Role,
        subject: tuple[str, str] | None = None,
    ) -> User:
        """Make an account; without a password it can only be signed in to by `subject`.

        Raises InvalidInput for a wrong or taken e-mail and a weak password.
        """
        email = check_email(email)
        hashed = None
        if password is not None:
            check_new_password(password, email=email)
            hashed = self._passwords.hash(password)
        with self._store.as_system() as work:
            _require_admin(work, actor)
            user = new_user(email, full_name=full_name, role=role, clock=self._clock)
            work.users.add(user, password_hash=hashed, subject=subject)
            self._write_down(work, actor, AuditAction.USER_CREATED, user.id, role=role.value)
        return user

    def change_password(
        self, actor: Actor, *, current: str, new: str, keep_session: str | None
    ) -> None:
        """Replace one's own password and end every session but `keep_session`.

        Raises NotAllowed when `current` is wrong or there is none, InvalidInput when `new` is weak.
        """
        user_id = person_of(actor)
        with self._store.read_as(user_id) as work:
            user, stored = work.profile.load(), work.profile.load_password_hash()
        if stored is None:
            raise NotAllowed("You sign in through the identity provider; change it there.")
        self.check_own(actor, current, stored, purpose="password change")
        check_new_password(new, email=user.email)
        if new == current:
            raise InvalidInput("password", "This is the one you have.", cure="Choose another one.")
        hashed, now = self._passwords.hash(new), self._clock.now()
        with self._store.as_user(user_id) as work:
            if work.profile.load_password_hash() != stored:
                raise NotAllowed("Your password was changed just now; sign in with the new one.")
            work.profile.save_password_hash(hashed)
            ended = work.sessions.end_all(now, keep=keep_session)
            act, count = AuditAction.PASSWORD_CHANGED, str(len(ended))
            work.audit.append(describe(actor, act, at=now, user_id=user_id, sessions_ended=count))
        self._sessions.announce(ended)

    def check_own(self, actor: Actor, password: str, stored: str, *, purpose: str) -> None:
        """Return if `password` is the actor's own, else count and write down the failure.

        Raises NotAllowed, TooManyAttempts.
        """
        user_id = person_of(actor)
        # Not the count of signing in: a stranger's guesses must not stop the owner here.
        with self._attempts.trying(f"user {user_id}", ip=actor.ip) as attempt:
            if self._passwords.fits(stored, password):
                attempt.succeeded = True
                return
            attempt.failed = True
            with self._store.as_user(user_id) as work:
                act, now = AuditAction.SIGN_IN_FAILED, self._clock.now()
                reason = "wrong password"
                work.audit.append(
                    describe(actor, act, at=now, user_id=user_id, during=purpose, reason=reason)
                )
        raise NotAllowed("That is not your current password.")

    def reset_password(self, actor: Actor, user_id: str, new: str) -> None:
        """Give an account a new password; its sessions end, its API tokens are revoked. NotFound.

        Whoever knew the old one may have made tokens with it.
        """
        with self._store.read_system() as work:
            email = work.users.get(user_id).email
        check_new_password(new, email=email)
        hashed, now = self._passwords.hash(new), self._clock.now()
        with self._store.as_system() as work:
            _require_admin(work, actor)
            work.users.save_password_hash(user_id, hashed)
            ended = work.sessions.end_all(user_id, now)
            work.tokens.end_all(user_id, now)
            self._write_down(work, actor, AuditAction.PASSWORD_CHANGED, user_id)
        self._sessions.announce(ended)

    def disable(self, actor: Actor, user_id: str) -> None:
        """Shut an account out: its sessions end, its API tokens are revoked. NotFound, NotAllowed.

        Letting it in again brings neither back.
        """
        if actor.user_id == user_id:
            raise NotAllowed("Another administrator has to disable your account.")
        now = self._clock.now()
        with self._store.as_system() as work:
            _require_admin(work, actor)
            work.users.set_disabled(user_id, now)
            ended = work.sessions.end_all(user_id, now)
            work.tokens.end_all(user_id, now)
            self._write_down(work, actor, AuditAction.USER_DISABLED, user_id)
        self._sessions.announce(ended)

    def enable(self, actor: Actor, user_id: str) -> None:
        """Let an account in again; NotFound without one."""
        with self._store.as_system() as work:
            _require_admin(work, actor)
            work.users.set_disabled(user_id, None)
            self._write_down(work, actor, AuditAction.USER_ENABLED, user_id)

    def _write_down(
        self, work: SystemWork, actor: Actor, act: AuditAction, user_id: str, **details: str
    ) -> None:
        now, by = self._clock.now(), name_of(actor)
        work.audit.append(
            describe(actor, act, at=now, user_id=user_id, object=user_id, by=by, **details)
        )


def new_user(email: str, *, full_name: str, role: Role, clock: Clock) -> User:
    """Return a person who is not stored yet; a name is cut to a hundred characters."""
    name = "".join(letter if letter.isprintable() else " " for letter in full_name)
    return User(
        id=draw_id(),
        email=email,
        full_name=name.strip()[:MAX_NAME],
        role=role,
        created_at=clock.now(),
    )


def _require_admin(work: SystemWork, actor: Actor) -> None:
    if actor.user_id is None:
        return
    user = work.users.get(actor.user_id)
    if user.role is not Role.ADMIN or user.disabled_at is not None:
        raise NotAllowed("Only an administrator may do this.")
