"""Signed-in browsers: begun with a new cookie, known again by it, ended at once everywhere.

    start → cookie's text, once → resolve (memory, else database) → UserSession
    end, idle 30 min, 12 h old, account disabled → None, and everyone who listens is told

A session ended by another process is seen by `watch`. Only the hash of a cookie is ever stored.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import timedelta

from core.clock import Clock
from core.domain import Actor, AuditAction, SignInMethod, User, UserSession
from core.errors import NotAllowed, NotFound
from core.identity.acts import describe, person_of
from core.identity.digests import digest, draw_id, draw_text, is_drawn
from core.identity.known import KnownSessions
from core.identity.ports import Store, SystemWork

IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=12)
CONFIRMED_FOR = timedelta(minutes=5)
_TOUCH_EVERY = timedelta(minutes=1)
_KEPT_FOR = timedelta(days=30)
"""How long sessions that are over stay in the list of their owner."""
_MAX_USER_AGENT = 256

OnEnd = Callable[[list[str]], None]


@dataclass(frozen=True, slots=True)
class Visitor:
    """A person, in one of their sessions that is live."""

    user: User
    session: UserSession


@dataclass(frozen=True, slots=True)
class Started:
    """A session that has just begun, the text of its cookie, and what it put an end to."""

    session: UserSession
    cookie: str = field(repr=False)
    ended: list[str]


class Sessions:
    """Every session; safe to use from any thread. All but `peek` may raise StorageUnavailable."""

    def __init__(self, store: Store, *, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._known = KnownSessions(clock)
        self._lock = threading.Lock()
        self._listeners: list[OnEnd] = []
        self._touched: dict[str, float] = {}

    def start(
        self,
        work: SystemWork,
        user_id: str,
        *,
        method: SignInMethod,
        actor: Actor,
        lasts: timedelta = ABSOLUTE,
        old_session: str | None = None,
    ) -> Started:
        """Begin a session in the transaction of the sign-in, and end the browser's old one.

        The cookie is always a new one. Give `ended` to `announce` when the transaction is over.
        """
        now = self._clock.now()
        session = UserSession(
            id=draw_id(),
            user_id=user_id,
            method=method,
            created_at=now,
            seen_at=now,
            confirmed_at=now,
            expires_at=now + lasts,
            ip=_plain(actor.ip),
            user_agent=_plain(actor.user_agent),
        )
        cookie = draw_text()
        work.sessions.purge(now - _KEPT_FOR)
        work.sessions.add(session, token_hash=digest(cookie))
        return Started(session, cookie, self._end_old(work, old_session, actor))

    def _end_old(self, work: SystemWork, cookie: str | None, actor: Actor) -> list[str]:
        if cookie is None or not is_drawn(cookie):
            return []
        old, now = work.sessions.find(digest(cookie)), self._clock.now()
        if old is None or not work.sessions.end(old.id, now):
            return []
        act = AuditAction.SIGN_OUT
        work.audit.append(
            describe(actor, act, at=now, user_id=old.user_id, object=old.id, reason="new sign-in")
        )
        return [old.id]

    def peek(self, cookie: str) -> UserSession | None:
        """Return the session if this process knows it from a moment ago; never blocks."""
        found = self._known.get(digest(cookie))
        return found if found is not None and self._in_time(found) else None

    def resolve(self, cookie: str) -> UserSession | None:
        """Return the live session of a cookie, and note once a minute that it is in use."""
        if (found := self.peek(cookie)) is not None:
            return found
        if not is_drawn(cookie):
            return None
        token_hash, now, generation = digest(cookie), self._clock.now(), self._known.generation
        with self._store.read_system() as work:
            session = work.sessions.find(token_hash)
            if session is None or not work.sessions.live([session.id], now=now):
                return None
        if not self._in_time(session):
            self._end_idle(session)
            return None
        if now - session.seen_at >= _TOUCH_EVERY:
            session = replace(session, seen_at=now)
            with self._store.as_system() as work:
                work.sessions.touch([session.id], now)
        self._known.put(token_hash, session, generation=generation)
        return session

    def visitor(self, user_id: str, session_id: str) -> Visitor | None:
        """Return the person with this live session of theirs, None when either is not so."""
        with self._store.read_as(user_id) as work:
            try:
                user, session = work.profile.load(), work.sessions.get(session_id)
            except NotFound:
                return None
        over = session.ended_at is not None or user.disabled_at is not None
        return None if over or not self._in_time(session) else Visitor(user, session)

    def is_confirmed(self, session: UserSession) -> bool:
        """Return whether this person proved who they are in the last five minutes."""
        return abs(self._clock.now() - session.confirmed_at) <= CONFIRMED_FOR

    def require_confirmed(self, actor: Actor) -> None:
        """Return if the session acted in is confirmed, or the act is in none; else NotAllowed."""
        if actor.session_id is None:
            return
        found = self.visitor(person_of(actor), actor.session_id)
        if found is None or not self.is_confirmed(found.session):
            raise NotAllowed("Type your password again first.")

    def end(self, actor: Actor, session_id: str) -> bool:
        """End one of the actor's sessions; False when there is no such one, or it had ended."""
        user_id, now = person_of(actor), self._clock.now()
        own = session_id == actor.session_id
        act = AuditAction.SIGN_OUT if own else AuditAction.SESSIONS_REVOKED
        with self._store.as_user(user_id) as work:
            if not work.sessions.end(session_id, now):
                return False
            work.audit.append(describe(actor, act, at=now, user_id=user_id, object=session_id))
        self.announce([session_id])
        return True

    def end_others(self, actor: Actor, *, keep: str | None) -> list[str]:
        """End every session of the actor but `keep`; return those that had not ended yet."""
        user_id, now = person_of(actor), self._clock.now()
        with self._store.as_user(user_id) as work:
            ended = work.sessions.end_all(now, keep=keep)
            if ended:
                act, count = AuditAction.SESSIONS_REVOKED, str(len(ended))
                work.audit.append(describe(actor, act, at=now, user_id=user_id, sessions=count))
        self.announce(ended)
        return ended

    def on_end(self, listener: OnEnd) -> None:
        """Call `listener` with the ids of sessions as soon as they end in this process.

        It is called in the thread that ended them; it must not raise, block or end sessions.
        """
        with self._lock:
            self._listeners.append(listener)

    def announce(self, session_ids: list[str]) -> None:
        """Tell everyone who listens that these have ended; outside any transaction."""
        if not session_ids:
            return
        self._known.forget(session_ids)
        with self._lock:
            listeners = tuple(self._listeners)
        for listener in listeners:
            listener(list(session_ids))

    def forget(self, session_id: str) -> None:
        """Look this session up again: something about it has changed."""
        self._known.forget([session_id])

    def watch(self, ids: Iterable[str]) -> set[str]:
        """Return those of `ids` that are over, whoever ended them."""
        asked = set(ids)
        with self._store.read_system() as work:
            over = asked - work.sessions.live(asked, now=self._clock.now())
        if over:
            self._known.forget(over)
        return over

    def touch(self, ids: Iterable[str]) -> None:
        """Note that these are in use, each at most once a minute: a socket of theirs is open."""
        asked, at = set(ids), self._clock.monotonic()
        every = _TOUCH_EVERY.total_seconds()
        with self._lock:
            lately = {key: when for key, when in self._touched.items() if at - when < every}
            due = asked - set(lately)
            self._touched = {**lately, **dict.fromkeys(due, at)}
        if due:
            with self._store.as_system() as work:
                work.sessions.touch(due, self._clock.now())

    def _in_time(self, session: UserSession) -> bool:
        now = self._clock.now()
        return now < session.expires_at and now - session.seen_at < IDLE

    def _end_idle(self, session: UserSession) -> None:
        now, act = self._clock.now(), AuditAction.SIGN_OUT
        nobody = Actor(None)
        with self._store.as_user(session.user_id) as work:
            if not work.sessions.end(session.id, now):
                return
            user_id = session.user_id
            work.audit.append(
                describe(nobody, act, at=now, user_id=user_id, object=session.id, reason="idle")
            )
        self.announce([session.id])


def _plain(text: str) -> str:
    """Return a header's text as every database can keep it."""
    kept = text[:_MAX_USER_AGENT]
    return "".join(letter if letter.isprintable() else " " for letter in kept)
