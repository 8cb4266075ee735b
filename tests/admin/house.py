"""An installation on disk as commands find it: keys, a database, people with sealed credentials."""

from __future__ import annotations

import base64
import hashlib
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from core.bootstrap import Services, open_services
from core.clock import ManualClock
from core.domain import User
from core.settings import load_settings
from core.vault import SealContext

NOW = datetime(2026, 1, 1, tzinfo=UTC)
FIELDS = ("api_key", "api_secret", "passphrase")
PASSWORD = "three small otters juggle"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a command ended."""

    status: int
    out: str
    err: str


def a_key(number: int) -> str:
    digest = hashlib.sha256(f"key {number}".encode()).digest()
    return "base64:" + base64.b64encode(digest).decode()


@dataclass
class House:
    """One installation; change `key` and `previous` as an operator changes the environment."""

    home: Path
    key: str = field(default_factory=lambda: a_key(1))
    previous: str = ""
    database_url: str = ""
    """Empty means the file in `home`."""

    @property
    def environment(self) -> dict[str, str]:
        return {
            "SPECTRA_HOME": str(self.home),
            "SPECTRA_MODE": "multi",
            "ENCRYPTION_KEY": self.key,
            "ENCRYPTION_KEY_PREVIOUS": self.previous,
            "DATABASE_URL": self.database_url,
        }

    @property
    def whole_environment(self) -> dict[str, str]:
        """For a process of its own."""
        inherited = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        return {**inherited, **self.environment}

    @property
    def database(self) -> Path:
        return self.home / "spectra.db"

    def files(self) -> dict[str, bytes]:
        """Everything there is of the database, byte for byte, but for an empty journal."""
        found = {path.name: path.read_bytes() for path in self.home.glob("spectra.db*")}
        return {name: content for name, content in found.items() if content and "-shm" not in name}

    @contextmanager
    def services(self) -> Iterator[Services]:
        settings = load_settings(
            home=self.home,
            mode="multi",
            encryption_key=self.key,
            encryption_key_previous=self.previous,
            database_url=self.database_url,
        )
        with open_services(settings, clock=ManualClock(NOW)) as services:
            yield services

    def fill(self, *, connections: int = 20) -> None:
        """Give two people that many connections each, with three sealed credentials."""
        with self.services() as services:
            for person in ("ada", "bob"):
                user = User(person, f"{person}@example.com", created_at=NOW)
                with services.store.as_system() as work:
                    work.users.add(user)
                with services.store.as_user(person) as work:
                    for number in range(connections):
                        work.connections.add(a_connection(services, person, f"c{number:03}"))

    def unreadable(self) -> list[str]:
        """Return the places whose value does not open, or is not the one put there."""
        with self.services() as services:
            with services.store.read_system() as work:
                values = work.sealed.list("", 100_000)
            wrong = []
            for value in values:
                place = SealContext(value.user_id, value.connection_id, value.field)
                text = services.vault.open(value.token, context=place).reveal()
                if value.field in FIELDS and text != plaintext(place):
                    wrong.append(value.place)
            return wrong

    def keys_in_use(self) -> tuple[dict[str, int], set[str], str]:
        """Return values by key id, the ids with a key check, and the current id."""
        with self.services() as services, services.store.read_system() as work:
            return (
                work.sealed.count_by_key(),
                set(work.key_checks.load()),
                services.vault.current_key_id,
            )


def plaintext(place: SealContext) -> str:
    return f"the {place.field} of {place.user_id} at {place.connection_id}"


def a_connection(services: Services, user_id: str, connection_id: str) -> dict[str, object]:
    sealed: dict[str, object] = {}
    for name in FIELDS:
        place = SealContext(user_id, connection_id, name)
        sealed[name] = services.vault.seal(plaintext(place), context=place)
        sealed[f"{name}_key_id"] = services.vault.current_key_id
    return {
        "id": connection_id,
        "exchange": "kraken",
        "label": connection_id,
        "created_at": NOW,
        "keys_changed_at": NOW,
        **sealed,
    }


def admin_command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "core.admin", *arguments]
