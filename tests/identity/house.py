"""A house people sign in to: the real store on SQLite, a clock that stands still, cheap hashes."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import Any

from argon2 import PasswordHasher

from core.clock import ManualClock
from core.domain import Actor, AuditAction, AuditEntry, Role, User, UserSession
from core.identity import Identity, OidcConfig, Passwords
from core.storage import Store, open_store

AUDIT_KEY = b"k" * 32
JWT_KEY = b"j" * 32
PASSWORD = "correct horse battery staple"
NEW_PASSWORD = "four small otters juggle"
WRONG = "a wrong one of this test"
OPERATOR = Actor(None, user_agent="core.admin")
_addresses = itertools.count(1)


class CountingHasher(PasswordHasher):
    """Argon2id as cheap as it gets, which knows how often it was asked."""

    def __init__(self, *, passes: int = 1) -> None:
        super().__init__(time_cost=passes, memory_cost=8, parallelism=1)
        self.checked = 0

    def verify(self, hash: str | bytes, password: str | bytes) -> bool:
        self.checked += 1
        return super().verify(hash, password)


@dataclass
class House:
    """Storage and identity together, with the verbs of a scenario."""

    store: Store
    clock: ManualClock
    url: str
    oidc: OidcConfig | None = None
    hasher: CountingHasher = field(default_factory=CountingHasher)
    identity: Identity = field(init=False)

    def __post_init__(self) -> None:
        self.identity = self.another_process()

    def another_process(self) -> Identity:
        """Return what another process over the same database would have."""
        return Identity(
            self.store,
            clock=self.clock,
            jwt_key=JWT_KEY,
            oidc=self.oidc,
            passwords=Passwords(self.hasher),
        )

    def person(self, name: str = "ada", **more: Any) -> User:
        values = {"full_name": name.title(), "password": PASSWORD, "role": Role.MEMBER, **more}
        return self.identity.create_user(OPERATOR, email=f"{name}@example.com", **values)

    def sign_in(
        self, name: str = "ada", password: str = PASSWORD, **more: Any
    ) -> tuple[UserSession, str]:
        """Sign in from an address nobody has come from before."""
        actor = more.pop("actor", None) or a_stranger()
        return self.identity.sign_in(f"{name}@example.com", password, actor=actor, **more)

    def entries(self) -> list[AuditEntry]:
        with self.store.read_system() as work:
            return list(work.audit.entries())

    def acts(self) -> list[AuditAction]:
        return [entry.record.action for entry in self.entries()]

    def last_act(self) -> AuditEntry:
        return self.entries()[-1]


def open_house(url: str, *, oidc: OidcConfig | None = None) -> House:
    clock = ManualClock()
    store = open_store(url, clock=clock)
    store.unlock_audit(AUDIT_KEY)
    return House(store, clock, url, oidc)


def a_stranger(ip: str | None = None) -> Actor:
    """Return somebody who has not signed in, at an address of their own."""
    if ip is None:
        number = next(_addresses)
        ip = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
    return Actor(None, ip=ip, user_agent="Firefox")


def acting(session: UserSession) -> Actor:
    """Return the person of a session, acting in it."""
    return Actor(session.user_id, session.ip, session.user_agent, session.id)
