"""A fake identity provider on a loopback socket: discovery, keys, authorize, token, userinfo.

    with a_provider() as provider: … SPECTRA_OIDC_ISSUER=provider.issuer …

It behaves until told otherwise: every switch is an attribute of `provider.does`. Whoever comes to
/authorize is `provider.person` and is sent straight back, in a browser too.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote_plus, urlencode, urlsplit

import httpx
from joserfc.jwk import ECKey, Key, RSAKey
from joserfc.jws import JWSRegistry

from core.clock import Clock, SystemClock

CLIENT_ID = "spectra-of-this-test"
CLIENT_SECRET = "a-client-secret-of-this-test+/="

Json = dict[str, Any]


@dataclass
class Behaviour:
    """How the provider differs from an honest one; the defaults are honest."""

    claims: Json = field(default_factory=dict)
    """Put over the ID token's claims; None takes one away."""
    header: Json = field(default_factory=dict)
    """Put over the ID token's header; None takes one away."""
    signs_with: str = "rsa"
    """rsa, ec, stranger (not in the key set), public-as-secret (HS256), none."""
    garbles_token: Callable[[str], object] = lambda token: token
    metadata: Json = field(default_factory=dict)
    """Put over the discovery document; None takes one away."""
    returns: Json = field(default_factory=dict)
    """Put over what the browser brings back; None takes one away."""
    checks_pkce: bool = True
    checks_code: bool = True
    """Whether a code works only once, and only for the client and address it was made for."""
    extra_keys: list[Json] = field(default_factory=list)
    hides_keys: bool = False
    token_status: int = 200
    token_redirects: str = ""
    pads_with: int = 0
    """Bytes added to every JSON answer."""
    email_in_token: bool = True
    userinfo: Json = field(default_factory=dict)
    """Put over what /userinfo says."""


@dataclass
class Grant:
    """A code that has been given out."""

    client_id: str
    redirect_uri: str
    nonce: str | None
    challenge: str | None


class FakeProvider:
    """The provider; what it was asked is in `asked`, newest last."""

    def __init__(self, port: int, clock: Clock) -> None:
        self.issuer = f"http://127.0.0.1:{port}"
        self.does = Behaviour()
        self.person: Json = a_person("ada")
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.grants: dict[str, Grant] = {}
        self.access_tokens: dict[str, Json] = {}
        self.clock = clock
        self.keys = dict(_keys())
        self._lock = threading.Lock()

    def authorize(self, url: str) -> dict[str, str]:
        """Be a browser at the address Spectra sends it to; return what it brings back."""
        answer = httpx.get(url, trust_env=False)
        assert answer.status_code == 302, answer.text
        query = urlsplit(answer.headers["location"]).query
        return {name: values[0] for name, values in parse_qs(query).items()}

    def discovery(self) -> Json:
        document: Json = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256", "ES256"],
            "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": True,
        }
        return _over(document, self.does.metadata)

    def key_set(self) -> Json:
        shown: list[Any] = [key.as_dict(private=False) for key in self.keys.values()]
        return {"keys": self.does.extra_keys + ([] if self.does.hides_keys else shown)}

    def give_code(self, query: dict[str, str]) -> str:
        code = secrets.token_urlsafe(24)
        with self._lock:
            self.grants[code] = Grant(
                query["client_id"],
                query["redirect_uri"],
                query.get("nonce"),
                query.get("code_challenge"),
            )
        found: Json = {"code": code, "state": query.get("state"), "iss": self.issuer}
        back = _over(found, self.does.returns)
        return f"{query['redirect_uri']}?{urlencode(back)}"

    def give_token(self, form: dict[str, str], client: tuple[str, str] | None) -> tuple[int, Json]:
        with self._lock:
            grant = self.grants.get(form.get("code", ""))
            if self.does.checks_code:
                self.grants.pop(form.get("code", ""), None)
        client = client or (form.get("client_id", ""), form.get("client_secret", ""))
        if client != (CLIENT_ID, CLIENT_SECRET):
            return 401, {"error": "invalid_client"}
        if grant is None or form.get("grant_type") != "authorization_code":
            return 400, {"error": "invalid_grant"}
        if self.does.checks_code and grant.redirect_uri != form.get("redirect_uri"):
            return 400, {"error": "invalid_grant"}
        if self.does.checks_pkce and grant.challenge != _challenge(form.get("code_verifier", "")):
            return 400, {"error": "invalid_grant"}
        access_token = secrets.token_urlsafe(24)
        self.access_tokens[access_token] = dict(self.person)
        return self.does.token_status, {
            "access_token": access_token,
            "token_type": "Bearer",
            "expires_in": 300,
            "id_token": self.does.garbles_token(self._id_token(grant, access_token)),
        }

    def _id_token(self, grant: Grant, access_token: str) -> str:
        now = int(self.clock.now().timestamp())
        half = hashlib.sha256(access_token.encode()).digest()[:16]
        claims: Json = {
            "iss": self.issuer,
            "aud": grant.client_id,
            "iat": now,
            "exp": now + 300,
            "nonce": grant.nonce,
            "at_hash": _b64(half),
            **self.person,
        }
        if not self.does.email_in_token:
            claims = {name: claims[name] for name in claims if not name.startswith("email")}
        return self._sign(_over(claims, self.does.claims))

    def _sign(self, claims: Json) -> str:
        way = self.does.signs_with
        algorithm = {"none": "none", "public-as-secret": "HS256", "ec": "ES256"}.get(way, "RS256")
        key = self.keys["ec" if way == "ec" else "rsa"]
        if way == "stranger":
            key = _keys(of="stranger")["rsa"]
        header = _over({"alg": algorithm, "typ": "JWT", "kid": key.kid}, self.does.header)
        body = f"{_b64(json.dumps(header).encode())}.{_b64(json.dumps(claims).encode())}"
        if way == "none":
            return f"{body}."
        if way == "public-as-secret":
            public = self.keys["rsa"].as_pem(private=False)  # type: ignore[union-attr]
            return f"{body}.{_b64(hmac.digest(public, body.encode(), 'sha256'))}"
        # By hand, because the library would refuse to write what an attacker writes.
        return f"{body}.{_b64(JWSRegistry.algorithms[algorithm].sign(body.encode(), key))}"

    def tell_about(self, access_token: str) -> tuple[int, Json]:
        found = self.access_tokens.get(access_token)
        return (401, {}) if found is None else (200, _over(found, self.does.userinfo))


def a_person(who: str, /, **changed: Any) -> Json:
    """Return what a provider knows about somebody."""
    known = {
        "sub": f"subject-of-{who}",
        "email": f"{who}@example.com",
        "email_verified": True,
        "name": who.title(),
    }
    return _over(known, changed)


@contextmanager
def a_provider(clock: Clock | None = None) -> Iterator[FakeProvider]:
    """Run a provider for the time of the block."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Door)
    server.daemon_threads = False
    provider = FakeProvider(server.server_port, clock or SystemClock())
    server.provider = provider  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), name="fake-provider")
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@cache
def _keys(of: str = "provider") -> dict[str, Key]:
    """Return the keys of this test run; making them takes longer than using them."""
    return {
        "rsa": RSAKey.generate_key(2048, {"kid": "rsa-1", "use": "sig"}),
        "ec": ECKey.generate_key("P-256", {"kid": "ec-1", "use": "sig"}),
    }


class _Door(BaseHTTPRequestHandler):
    # One request a connection: nothing stays open at the end of a test.
    protocol_version = "HTTP/1.0"

    @property
    def _provider(self) -> FakeProvider:
        found: FakeProvider = self.server.provider  # type: ignore[attr-defined]
        return found

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        self._provider.asked.append((parts.path, query))
        if parts.path == "/.well-known/openid-configuration":
            self._say(200, self._provider.discovery())
        elif parts.path == "/keys":
            self._say(200, self._provider.key_set())
        elif parts.path == "/authorize":
            self._lead(self._provider.give_code(query))
        elif parts.path == "/userinfo":
            bearer = self.headers.get("authorization", "").removeprefix("Bearer ")
            self._say(*self._provider.tell_about(bearer))
        else:
            self._say(404, {})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", "0"))).decode()
        form = {name: values[0] for name, values in parse_qs(body).items()}
        self._provider.asked.append((self.path, form))
        if self._provider.does.token_redirects:
            self._lead(self._provider.does.token_redirects)
        else:
            self._say(*self._provider.give_token(form, self._client()))

    def _client(self) -> tuple[str, str] | None:
        kind, _, text = self.headers.get("authorization", "").partition(" ")
        if kind.lower() != "basic":
            return None
        name, _, secret = base64.b64decode(text).decode().partition(":")
        return unquote_plus(name), unquote_plus(secret)

    def _say(self, status: int, answer: Json) -> None:
        padding = self._provider.does.pads_with
        body = json.dumps({**answer, "padding": "x" * padding} if padding else answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _lead(self, location: str) -> None:
        self.send_response(302)
        self.send_header("Location", location)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


def _over(known: Json, changes: Json) -> Json:
    return {name: value for name, value in {**known, **changes}.items() if value is not None}


def _challenge(verifier: str) -> str:
    return _b64(hashlib.sha256(verifier.encode()).digest())


def _b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
