"""A team on a running multi-user server: accounts made beside it, browsers signed in to it."""

from __future__ import annotations

import itertools
import secrets
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect

from core.bootstrap import Services, open_services
from core.domain import Actor, Role, User
from core.settings import load_settings

if TYPE_CHECKING:
    from tests.web.conftest import Running

KEY = "base64:" + "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWY="
NOWHERE = {
    "SPECTRA_COINBASE_WS_URL": "ws://127.0.0.1:9",
    "SPECTRA_COINBASE_REST_URL": "http://127.0.0.1:9",
}
MULTI = {"SPECTRA_MODE": "multi", "ENCRYPTION_KEY": KEY, **NOWHERE}
OPERATOR = Actor(None)
_addresses = itertools.count(2)


def an_address() -> str:
    """Return a loopback address no test has come from yet: what is counted, is counted by it."""
    number = next(_addresses)
    return f"127.0.{number // 250}.{number % 250 + 1}"


@dataclass
class Person:
    """An account and the password that only this test knows."""

    user: User
    password: str = field(repr=False)

    @property
    def id(self) -> str:
        return self.user.id

    @property
    def email(self) -> str:
        return self.user.email


@dataclass
class Browser:
    """Somebody's browser: an HTTP client with the session's cookie, and what unsafe calls need."""

    server: Running
    http: httpx.Client
    csrf: str = ""
    session_id: str = ""

    @property
    def cookie(self) -> str:
        return "; ".join(f"{one.name}={one.value}" for one in self.http.cookies.jar)

    def call(self, method: str, path: str, **more: Any) -> httpx.Response:
        """Send what our own page would send."""
        headers = {"Origin": self.server.url, "X-CSRF-Token": self.csrf, **more.pop("headers", {})}
        return self.http.request(method, path, headers=headers, **more)

    def sign_in(self, person: Person, *, next_path: str = "/") -> httpx.Response:
        """Fill in the form; the answer is not followed."""
        form = {"email": person.email, "password": person.password, "next": next_path}
        answer = self.http.post("/auth/sign-in", data=form, headers={"Origin": self.server.url})
        if answer.status_code == 303:
            state = self.http.get("/api/v1/auth/session").json()
            self.csrf, self.session_id = state["csrfToken"], state["sessionId"]
        return answer

    def socket(self, path: str = "/ws/market", **headers: str) -> ClientConnection:
        """Open a websocket as this browser's page would."""
        sent = {"Origin": self.server.url, **({"Cookie": self.cookie} if self.cookie else {})}
        return connect(
            f"{self.server.ws}{path}",
            additional_headers={**sent, **headers},
            subprotocols=["streamlit"] if "_stcore" in path else None,  # type: ignore[list-item]
            compression=None,
            max_size=None,
        )

    def handshake(self, path: str = "/ws/market", **headers: str) -> int:
        """Return the status a websocket's handshake ends with; 101 when it is accepted."""
        try:
            with self.socket(path, **headers):
                return 101
        except InvalidStatus as refused:
            return refused.response.status_code


@dataclass
class Team:
    """The server, and the same database opened beside it."""

    server: Running
    services: Services
    _closing: ExitStack
    operator: Actor = OPERATOR

    def person(self, name: str, *, role: Role = Role.MEMBER) -> Person:
        """Make an account."""
        password = secrets.token_urlsafe(16)
        user = self.services.identity.create_user(
            OPERATOR,
            email=f"{name}-{secrets.token_hex(4)}@example.com",
            full_name=name.title(),
            password=password,
            role=role,
        )
        return Person(user, password)

    def browser(self, person: Person | None = None, *, server: Running | None = None) -> Browser:
        """Open a browser on an address of its own, signed in when a person is given."""
        found = server or self.server
        transport = httpx.HTTPTransport(local_address=an_address())
        http = self._closing.enter_context(
            httpx.Client(base_url=found.url, transport=transport, timeout=60)
        )
        browser = Browser(found, http)
        if person is not None:
            answer = browser.sign_in(person)
            assert answer.status_code == 303, answer.text
        return browser


@contextmanager
def a_team(server: Running, home: Path) -> Iterator[Team]:
    """Open the database of a running server beside it."""
    settings = load_settings(mode="multi", encryption_key=KEY, home=home)
    with ExitStack() as closing:
        services = closing.enter_context(open_services(settings))
        yield Team(server, services, closing)
