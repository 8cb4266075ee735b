"""An installation whose every secret is a canary, and everything that can be done to it.

commands → rooms that refuse → server → browsers and programs; all that comes out is kept
"""

from __future__ import annotations

import secrets
import subprocess
import sys
import traceback
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from websockets.exceptions import InvalidStatus

from core.bootstrap import Services, open_services
from core.domain import Actor
from core.errors import SpectraError
from core.settings import load_settings
from core.vault import SealContext, check_keys, decrypt_v1, encrypt_v1, open_vault
from tests.flows.canaries import Canaries
from tests.web.conftest import ROOT, Running
from tests.web.people import NOWHERE, Browser

PEOPLE = ("ada", "bob")
FIELDS = ("api_key", "api_secret", "passphrase")
PAGES = ("/", "/heatmap", "/security", "/settings")


@dataclass
class Trial:
    """An installation whose every secret is a canary, and all that ever came out of it."""

    home: Path
    canaries: Canaries = field(default_factory=Canaries)
    output: list[str] = field(default_factory=list)
    answers: list[bytes] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    passwords: dict[str, str] = field(default_factory=dict)
    server: Running | None = None
    closing: ExitStack = field(default_factory=ExitStack)
    environment: dict[str, str] = field(default_factory=dict)

    def draw_keys(self) -> None:
        secret = self.canaries.draw
        self.environment = {
            "SPECTRA_MODE": "multi",
            "SPECTRA_LOG_LEVEL": "DEBUG",
            "SPECTRA_HOME": str(self.home),
            "ENCRYPTION_KEY": secret("encryption key", prefix="long-enough-"),
            "JWT_SECRET": secret("jwt secret", prefix="long-enough-"),
            "SPECTRA_OIDC_ISSUER": "http://127.0.0.1:9/issuer",
            "SPECTRA_OIDC_CLIENT_ID": "spectra",
            "SPECTRA_OIDC_CLIENT_SECRET": secret("oidc secret"),
            **NOWHERE,
        }

    def command(self, *arguments: str, stdin: str = "") -> int:
        """Run a command of core.admin in a process of its own; return its status."""
        run = subprocess.run(
            [sys.executable, "-m", "core.admin", *arguments],
            cwd=ROOT,
            env={"PATH": "/usr/bin:/bin", **self.environment},
            input=stdin,
            capture_output=True,
            text=True,
            timeout=120,
        )
        self.output += [run.stdout, run.stderr]
        return run.returncode

    def refused(self, act: Callable[[], object]) -> None:
        """Keep everything an error could tell, of an act that must fail."""
        try:
            act()
        except (SpectraError, ValueError, KeyError) as error:
            self.errors += ["".join(traceback.format_exception(error)), repr(error), str(error)]
            self.errors += [repr(vars(error)), repr(error.args)]
        else:
            raise AssertionError("that should have been refused")

    def keep(self, answer: httpx.Response) -> None:
        """Keep an answer whole, but for the header that hands a cookie to its owner."""
        answer.read()
        headers = [(k, v) for k, v in answer.headers.multi_items() if k != "set-cookie"]
        self.answers.append(f"{headers}".encode() + answer.content)


def services_of(trial: Trial) -> AbstractContextManager[Services]:
    return open_services(
        load_settings(
            mode="multi",
            home=trial.home,
            encryption_key=trial.environment["ENCRYPTION_KEY"],
            jwt_secret=trial.environment["JWT_SECRET"],
        )
    )


def make_accounts(trial: Trial) -> None:
    for person in PEOPLE:
        password = trial.canaries.draw(f"password of {person}")
        trial.passwords[person] = password
        arguments = ("create-user", f"{person}@example.com", "--password-stdin")
        assert trial.command(*arguments, stdin=password + "\n") == 0
        assert trial.command(*arguments, stdin=password + "\n") == 1
    weak = trial.canaries.watch("weak password", secrets.token_urlsafe(7))
    assert trial.command("create-user", "eve@example.com", "--password-stdin", stdin=weak) == 1


def store_credentials(trial: Trial, services: Services) -> None:
    with services.store.read_system() as work:
        ids = {user.email.split("@")[0]: user.id for user in work.users.list()}
        sealed = work.secrets.load("audit-key")
    assert sealed is not None
    audit_key = services.vault.open(sealed, context=SealContext("system", "-", "audit-key"))
    trial.canaries.watch("audit key", audit_key.reveal())
    trial.canaries.watch("jwt key", services.vault.derive("spectra/jwt/v1").decode("latin-1"))
    for person in PEOPLE:
        with services.store.as_user(ids[person]) as work:
            for number in range(4):
                work.connections.add(a_connection(trial, services, ids[person], f"c{number}"))


def a_connection(
    trial: Trial, services: Services, user_id: str, connection_id: str
) -> dict[str, object]:
    values: dict[str, object] = {"id": connection_id, "exchange": "kraken", "label": "mine"}
    values["created_at"] = values["keys_changed_at"] = services.clock.now()
    for name in FIELDS:
        secret = trial.canaries.draw(f"{name} of {user_id}/{connection_id}")
        context = SealContext(user_id, connection_id, name)
        values[name] = services.vault.seal(secret, context=context)
        values[f"{name}_key_id"] = services.vault.current_key_id
    return values


def fail_in_every_way(trial: Trial, services: Services) -> None:
    """Make every room refuse something secret, and keep what it says."""
    secret, people, vault = trial.canaries.draw, services.identity, services.vault
    actor, here = Actor(None, ip="127.0.0.1"), SealContext("a", "b", "c")
    token = vault.seal(secret("sealed elsewhere"), context=here)
    key = secret("another key", prefix="long-enough-")
    for act in (
        lambda: vault.open(token, context=SealContext("a", "b", "d")),
        lambda: vault.open(secret("not a token"), context=here),
        lambda: vault.seal(secret("too long") * 5000, context=here),
        lambda: vault.seal(secret("not text") + "\ud800", context=here),
        lambda: decrypt_v1(encrypt_v1(secret("v1 plaintext"), key), key[::-1]),
        lambda: open_vault(secret("weak key")[:28]),
        lambda: open_vault(key, previous=key),
        lambda: check_keys(open_vault(key), {vault.current_key_id: "0"}),
        lambda: load_settings(encryption_key=secret("in bad settings"), mode="neither"),
        lambda: load_settings(database_url=12, jwt_secret=secret("in worse settings")),
        lambda: people.sign_in("ada@example.com", secret("wrong password"), actor=actor),
        lambda: people.sign_in("nobody@example.com", secret("nobody's password"), actor=actor),
        lambda: people.issue_jwt("bob@example.com", secret("wrong again"), actor=actor),
    ):
        trial.refused(act)
    assert people.authenticate_bearer("spx_" + secret("forged token")) is None
    assert people.authenticate_bearer("eyJ" + secret("forged jwt")) is None
    assert people.resolve(secret("forged cookie")) is None


def use_everything(trial: Trial, server: Running, person: str) -> None:
    """Do as a browser and as a program all that the doors offer."""
    password = trial.passwords[person]
    stranger = a_browser(trial, server)
    misbehave(trial, stranger, person)
    browser = a_browser(trial, server)
    sign_in(trial, browser, person, f"first cookie of {person}")
    tokens = make_tokens(trial, browser, person, password)
    read_everything(trial, browser)
    for name, token in tokens.items():
        program = a_browser(trial, server)
        program.http.headers["Authorization"] = f"Bearer {token}"
        assert program.http.get("/api/v1/users/me").status_code == 200, name
        read_everything(trial, program)
    changed = trial.canaries.draw(f"new password of {person}")
    wrong = trial.canaries.draw(f"wrong current of {person}")
    for current, status in ((wrong, 403), (password, 204)):
        body = {"currentPassword": current, "newPassword": changed}
        answer = browser.call("POST", "/api/v1/users/me/password", json=body)
        assert answer.status_code == status, answer.text
    assert browser.call("POST", "/auth/sign-out").status_code == 303
    trial.passwords[person] = changed
    sign_in(trial, browser, person, f"second cookie of {person}")


def a_browser(trial: Trial, server: Running) -> Browser:
    client = httpx.Client(base_url=server.url, timeout=60, event_hooks={"response": [trial.keep]})
    return Browser(server, trial.closing.enter_context(client))


def sign_in(trial: Trial, browser: Browser, person: str, name: str) -> None:
    form = {"email": f"{person}@example.com", "password": trial.passwords[person], "next": "/"}
    answer = browser.http.post("/auth/sign-in", data=form, headers={"Origin": browser.server.url})
    assert answer.status_code == 303, answer.text
    (cookie,) = browser.http.cookies.jar
    trial.canaries.watch(name, cookie.value or "")
    browser.csrf = browser.http.get("/api/v1/auth/session").json()["csrfToken"]


def make_tokens(trial: Trial, browser: Browser, person: str, password: str) -> dict[str, str]:
    """Make what is shown once; those two answers alone are not searched."""
    wrong = {"password": trial.canaries.draw(f"wrong confirmation of {person}")}
    assert browser.call("POST", "/api/v1/auth/confirm", json=wrong).status_code >= 400
    confirmed = browser.call("POST", "/api/v1/auth/confirm", json={"password": password})
    assert confirmed.status_code == 200, confirmed.text
    made = browser.call("POST", "/api/v1/users/me/tokens", json={"label": "bot", "days": 30})
    trial.answers.pop()
    jwt = browser.http.post(
        "/api/v1/auth/token",
        json={"email": f"{person}@example.com", "password": password},
        headers={"Origin": browser.server.url},
    )
    trial.answers.pop()
    tokens = {"token": made.json()["token"], "jwt": jwt.json()["accessToken"]}
    trial.canaries.watch(f"token of {person}", tokens["token"].removeprefix("spx_"))
    trial.canaries.watch(f"jwt of {person}", tokens["jwt"].rpartition(".")[2])
    return tokens


def read_everything(trial: Trial, browser: Browser) -> None:
    for path in (
        "/health",
        "/sign-in",
        "/api/v1/auth/session",
        "/api/v1/users/me",
        "/api/v1/users/me/preferences",
        "/api/v1/users/me/sessions",
        "/api/v1/users/me/tokens",
        "/api/v1/audit",
        "/api/v1/nothing",
        "/api/v1/openapi.json",
        "/metrics",
        *PAGES,
    ):
        browser.http.get(path)
    browser.call("POST", "/api/v1/audit/verify")
    for kind in ("csv", "json"):
        ordered = browser.call("POST", "/api/v1/exports", json={"kind": "audit", "format": kind})
        if ordered.status_code == 201:
            assert browser.http.get(ordered.json()["url"]).status_code == 200


def misbehave(trial: Trial, browser: Browser, person: str) -> None:
    """Put secrets where they do not belong; no answer or log line may repeat them."""
    secret, origin = trial.canaries.draw, {"Origin": browser.server.url}
    email = f"{person}@example.com"
    bodies: list[dict[str, Any]] = [
        {"email": email, "password": secret(f"refused password of {person}")},
        {"email": email, "password": secret(f"password far too long of {person}") * 50},
        {"email": email, "password": {"nested": secret(f"nested of {person}")}},
        {"email": 1, "password": secret(f"password beside a bad e-mail of {person}")},
        {"email": email, "password": "x" * 12, "apiSecret": secret(f"extra of {person}")},
    ]
    for body in bodies:
        answer = browser.http.post("/api/v1/auth/token", json=body, headers=origin)
        assert answer.status_code >= 400
    cut = '{"email": "x", "password": "' + secret(f"cut of {person}")
    browser.http.post("/api/v1/auth/token", content=cut, headers=origin)
    form = {"email": email, "password": secret(f"form password of {person}")}
    assert browser.http.post("/auth/sign-in", data=form, headers=origin).status_code != 303
    browser.http.post("/auth/oidc/sign-in", data={"next": "/"}, headers=origin)
    code = secret(f"oidc code of {person}")
    browser.http.get("/auth/oidc/callback", params={"code": code, "state": code})
    for name, before in (
        ("Authorization", "Bearer spx_"),
        ("Authorization", "Bearer eyJ"),
        ("Authorization", "Basic "),
        ("Cookie", f"spectra_{browser.server.port}="),
        ("X-CSRF-Token", ""),
    ):
        value = before + trial.canaries.draw(f"bad {name} {before} of {person}", plain=True)
        browser.http.get("/api/v1/users/me", headers={name: value})
        browser.http.post("/api/v1/exports", headers={name: value, **origin}, json={})
        with suppress(InvalidStatus):
            browser.socket("/ws/market", **{name: value}).close()
