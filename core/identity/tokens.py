"""API tokens: keys of programs that last until they are revoked or expire.

    `spx_` + 256 random bits → shown once → SHA-256 kept → Authorization: Bearer

A token acts as its owner, but in no session: it can confirm nothing and make no other token.
"""

from __future__ import annotations

from datetime import timedelta

from core.clock import Clock
from core.domain import Actor, ApiToken, AuditAction
from core.errors import InvalidInput, NotFound
from core.identity.acts import describe, person_of
from core.identity.digests import digest, draw_id, draw_text, is_drawn
from core.identity.ports import Store
from core.identity.sessions import Sessions

PREFIX = "spx_"
MAX_LIVE = 50
MAX_DAYS = 3650
MAX_LABEL = 64
_TOUCH_EVERY = timedelta(minutes=1)


class ApiTokens:
    """Every API token; safe to use from any thread, all may raise StorageUnavailable."""

    def __init__(self, store: Store, *, clock: Clock, sessions: Sessions) -> None:
        self._store = store
        self._clock = clock
        self._sessions = sessions

    def create(self, actor: Actor, *, label: str, days: int | None) -> tuple[ApiToken, str]:
        """Make a token for `days` days, or for ever; the text is shown once.

        Raises NotAllowed when the actor's session was not confirmed lately, InvalidInput.
        """
        user_id = person_of(actor)
        self._sessions.require_confirmed(actor)
        label = _check_label(label)
        if days is not None and not 1 <= days <= MAX_DAYS:
            raise InvalidInput(
                "days", "That is not how long a token can last.", cure=f"Give 1 to {MAX_DAYS}."
            )
        now, text = self._clock.now(), PREFIX + draw_text()
        token = ApiToken(
            id=draw_id(),
            user_id=user_id,
            label=label,
            last4=text[-4:],
            created_at=now,
            expires_at=None if days is None else now + timedelta(days=days),
        )
        with self._store.as_user(user_id) as work:
            if sum(self._is_live(each) for each in work.tokens.list()) >= MAX_LIVE:
                raise InvalidInput(
                    "tokens", f"You have {MAX_LIVE} tokens.", cure="Revoke one you do not need."
                )
            work.tokens.add(token, token_hash=digest(text))
            act, lasts = AuditAction.TOKEN_CREATED, "for ever" if days is None else f"{days} days"
            work.audit.append(
                describe(
                    actor,
                    act,
                    at=now,
                    user_id=user_id,
                    object=token.id,
                    label=label,
                    last4=token.last4,
                    lasts=lasts,
                )
            )
        return token, text

    def revoke(self, actor: Actor, token_id: str) -> bool:
        """Revoke one of the actor's tokens; False when there is no such one, or it was before."""
        user_id, now = person_of(actor), self._clock.now()
        with self._store.as_user(user_id) as work:
            if not work.tokens.revoke(token_id, now):
                return False
            act = AuditAction.TOKEN_REVOKED
            work.audit.append(describe(actor, act, at=now, user_id=user_id, object=token_id))
        return True

    def authenticate(self, text: str) -> Actor | None:
        """Return who a token acts as, None when it opens nothing; notes its use once a minute."""
        if not text.startswith(PREFIX) or not is_drawn(text.removeprefix(PREFIX)):
            return None
        now = self._clock.now()
        with self._store.read_system() as work:
            token = work.tokens.find(digest(text))
            if token is None or not self._is_live(token):
                return None
            try:
                user = work.users.get(token.user_id)
            except NotFound:
                return None
        if user.disabled_at is not None:
            return None
        if token.used_at is None or now - token.used_at >= _TOUCH_EVERY:
            with self._store.as_system() as work:
                work.tokens.touch(token.id, now)
        return Actor(user.id)

    def _is_live(self, token: ApiToken) -> bool:
        now = self._clock.now()
        return token.revoked_at is None and (token.expires_at is None or now < token.expires_at)


def _check_label(label: str) -> str:
    label = label.strip()
    if not label or len(label) > MAX_LABEL or not label.isprintable():
        raise InvalidInput(
            "label",
            "A token needs a label.",
            cure=f"Name what will use it, in at most {MAX_LABEL} characters.",
        )
    return label
