"""Flows through a provider, a network or a browser that does not behave: nobody gets in."""

from __future__ import annotations

import socket
from collections.abc import Callable

import pytest
from joserfc.jwk import OctKey, RSAKey

from core.domain import AuditAction
from core.errors import SourceUnavailable
from core.identity import Identity, OidcConfig, SignInRefused
from tests.identity.house import JWT_KEY, House
from tests.identity.provider import (
    CLIENT_ID,
    CLIENT_SECRET,
    Behaviour,
    FakeProvider,
    a_provider,
)
from tests.identity.test_oidc import ADDRESS, Town

town = pytest.fixture(name="town")(lambda provided: Town(*provided))

LIES = {
    "nonce of another sign-in": Behaviour(claims={"nonce": "another"}),
    "no nonce": Behaviour(claims={"nonce": None}),
    "nonce a list": Behaviour(claims={"nonce": ["x"]}),
    "another issuer": Behaviour(claims={"iss": "https://evil.example"}),
    "no issuer": Behaviour(claims={"iss": None}),
    "made for another client": Behaviour(claims={"aud": "another-client"}),
    "no audience": Behaviour(claims={"aud": None}),
    "audience of two without azp": Behaviour(claims={"aud": [CLIENT_ID, "another-client"]}),
    "authorised party another": Behaviour(claims={"azp": "another-client"}),
    "audience of two, azp another": Behaviour(
        claims={"aud": [CLIENT_ID, "another-client"], "azp": "another-client"}
    ),
    "expired": Behaviour(claims={"exp": 1}),
    "no end": Behaviour(claims={"exp": None}),
    "end as text": Behaviour(claims={"exp": "9999999999"}),
    "from the future": Behaviour(claims={"iat": 2**40}),
    "not yet valid": Behaviour(claims={"nbf": 2**40}),
    "no moment": Behaviour(claims={"iat": None}),
    "an old one": Behaviour(claims={"iat": 1_000_000_000}),
    "no subject": Behaviour(claims={"sub": None}),
    "subject empty": Behaviour(claims={"sub": ""}),
    "subject a number": Behaviour(claims={"sub": 7}),
    "subject with a NUL": Behaviour(claims={"sub": "a\0b"}),
    "subject too long": Behaviour(claims={"sub": "x" * 256}),
    "access token of another": Behaviour(claims={"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"}),
    "unsigned": Behaviour(signs_with="none"),
    "unsigned, in capitals": Behaviour(signs_with="none", header={"alg": "NONE"}),
    "public key as a secret": Behaviour(signs_with="public-as-secret"),
    "signed by a stranger": Behaviour(signs_with="stranger"),
    "key id of nobody": Behaviour(header={"kid": "no such"}),
    "no key id among two keys": Behaviour(header={"kid": None}),
    "unknown critical header": Behaviour(header={"crit": ["x"], "x": 1}),
    "token cut": Behaviour(garbles_token=lambda token: token[:-10]),
    "signature of another": Behaviour(garbles_token=lambda token: token[:-20] + "A" * 20),
    "token a list": Behaviour(garbles_token=lambda token: [token]),
    "no token": Behaviour(garbles_token=lambda token: None),
    "token far too long": Behaviour(garbles_token=lambda token: token + "A" * 100_000),
    "state of another": Behaviour(returns={"state": "A" * 43}),
    "no state": Behaviour(returns={"state": None}),
    "no code": Behaviour(returns={"code": None}),
    "code of nobody": Behaviour(returns={"code": "no such"}),
    "code far too long": Behaviour(returns={"code": "x" * 5000}),
    "another provider answers": Behaviour(returns={"iss": "https://evil.example"}),
    "does not name itself, as it promised": Behaviour(returns={"iss": None}),
    "it says no": Behaviour(returns={"code": None, "error": "access_denied"}),
    "a code beside an error": Behaviour(returns={"error": "access_denied"}),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_lie_lets_nobody_in(town: Town, lie: str) -> None:
    town.provider.does = LIES[lie]
    params, cookie = town.leave()
    with pytest.raises(SignInRefused):
        town.come_back(params, cookie)
    with town.house.store.read_system() as work:
        assert work.users.count() == 0
    assert town.house.acts() == [AuditAction.SIGN_IN_FAILED]
    town.provider.does = Behaviour()
    town.sign_in()


def test_a_way_back_works_once(town: Town) -> None:
    params, cookie = town.leave()
    town.come_back(params, cookie)
    asked = len(town.provider.asked)
    with pytest.raises(SignInRefused):
        town.come_back(params, cookie)
    assert len(town.provider.asked) == asked, "the code is not even shown to the provider"


def test_a_way_back_that_failed_is_used_up_too(town: Town) -> None:
    params, cookie = town.leave()
    with pytest.raises(SignInRefused):
        town.come_back({**params, "code": "no such"}, cookie)
    with pytest.raises(SignInRefused):
        town.come_back(params, cookie)


def test_a_code_is_worth_nothing_in_another_sign_in(town: Town) -> None:
    stolen, _ = town.leave()
    mine, cookie = town.leave()
    with pytest.raises(SignInRefused):
        town.come_back({**mine, "code": stolen["code"]}, cookie)


def test_a_stolen_code_fails_by_its_nonce_where_pkce_is_not_checked(town: Town) -> None:
    town.provider.does.checks_pkce = False
    stolen, _ = town.leave()
    mine, cookie = town.leave()
    with pytest.raises(SignInRefused):
        town.come_back({**mine, "code": stolen["code"]}, cookie)


def test_a_state_is_worth_nothing_in_another_browser(town: Town) -> None:
    params, cookie = town.leave()
    _, anothers = town.leave()
    ends, _, stamp = cookie.partition(".")
    for wrong in (
        anothers,
        "",
        ".",
        "x",
        ends,
        f"{int(ends) + 600}.{stamp}",
        f"{ends}.{stamp[:-1]}",
        f"{ends}.{'0' * 64}",
        f"{ends}.é",
    ):
        with pytest.raises(SignInRefused):
            town.come_back(params, wrong)
    town.come_back(params, cookie)


def test_a_way_back_to_another_address_is_refused(town: Town) -> None:
    params, cookie = town.leave()
    with pytest.raises(SignInRefused):
        town.come_back(params, cookie, redirect_uri="http://127.0.0.1:2/auth/oidc/callback")


def test_a_sign_in_takes_ten_minutes_at_most(town: Town) -> None:
    params, cookie = town.leave()
    town.house.clock.advance(599)
    town.come_back(params, cookie)
    params, cookie = town.leave()
    town.house.clock.advance(600)
    with pytest.raises(SignInRefused):
        town.come_back(params, cookie)


def test_a_cookie_of_an_installation_with_another_key_is_none(town: Town) -> None:
    params, _ = town.leave()
    elsewhere = Identity(
        town.house.store, clock=town.house.clock, jwt_key=b"x" * 32, oidc=town.house.oidc
    )
    start = elsewhere.oidc_begin(next_path="/", redirect_uri=ADDRESS)
    with pytest.raises(SignInRefused):
        town.come_back(params, start.state_cookie)


def test_no_more_is_kept_than_fits(town: Town) -> None:
    first, cookie = town.leave()
    for _ in range(5_000):
        town.house.identity.oidc_begin(next_path="/", redirect_uri=ADDRESS)
    with pytest.raises(SignInRefused):
        town.come_back(first, cookie)


@pytest.mark.parametrize(
    "metadata",
    [
        {"issuer": "https://evil.example"},
        {"issuer": None},
        {"token_endpoint": None},
        {"token_endpoint": "http://192.0.2.1/token"},
        {"token_endpoint": "ftp://127.0.0.1/token"},
        {"token_endpoint": "https://user:password@127.0.0.1/token"},
        {"token_endpoint": "https://[::1"},
        {"token_endpoint": "https://exa mple.com/"},
        {"token_endpoint": 7},
        {"jwks_uri": "file:///etc/passwd"},
        {"jwks_uri": "http://169.254.169.254/keys"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"userinfo_endpoint": "http://example.com/"},
    ],
)
def test_a_provider_that_points_elsewhere_is_not_followed(
    town: Town, metadata: dict[str, object]
) -> None:
    town.provider.does.metadata = metadata
    with pytest.raises(SourceUnavailable):
        town.leave()


KEY_SETS: dict[str, Callable[[], dict[str, object]]] = {
    "none": lambda: {},
    "a secret": lambda: OctKey.generate_key(256, {"kid": "rsa-1"}).as_dict(private=True),
    "for encryption": lambda: dict(
        RSAKey.generate_key(2048, {"kid": "rsa-1", "use": "enc"}).as_dict(private=False)
    ),
    "too short": lambda: {"kty": "RSA", "kid": "rsa-1", "e": "AQAB", "n": "A" * 172},
    "far too long": lambda: {"kty": "RSA", "kid": "rsa-1", "e": "AQAB", "n": "B" * 9000},
    "no numbers": lambda: {"kty": "RSA", "kid": "rsa-1", "e": "A!", "n": "!" * 342},
    "not on the curve": lambda: {"kty": "EC", "kid": "x", "crv": "P-256", "x": "AA", "y": "AA"},
    "of no known kind": lambda: {"kty": "PQ", "kid": "rsa-1"},
    "of numbers": lambda: {"kty": "RSA", "kid": 1, "e": 3, "n": 5},
}


@pytest.mark.parametrize("kind", KEY_SETS)
def test_keys_that_cannot_be_trusted_are_not_used(town: Town, kind: str) -> None:
    town.provider.does.hides_keys = True
    town.provider.does.extra_keys = [KEY_SETS[kind]()]
    with pytest.raises(SourceUnavailable):
        town.sign_in()
    town.provider.does.hides_keys = False


def test_a_key_of_no_known_kind_beside_good_ones_is_ignored(town: Town) -> None:
    town.provider.does.extra_keys = [{"kty": "PQ", "kid": "rsa-1"}, {"kty": "oct", "k": "AAAA"}]
    town.sign_in()


def test_the_provider_leads_nowhere(town: Town) -> None:
    with a_provider() as elsewhere:
        town.provider.does.token_redirects = f"{elsewhere.issuer}/token"
        with pytest.raises(SourceUnavailable):
            town.sign_in()
        assert elsewhere.asked == []


def test_an_endless_answer_is_not_read(town: Town) -> None:
    town.provider.does.pads_with = 2_000_000
    with pytest.raises(SourceUnavailable):
        town.leave()


@pytest.mark.parametrize("status", [500, 503, 301, 204])
def test_a_provider_in_trouble_is_said_to_be(town: Town, status: int) -> None:
    town.provider.does.token_status = status
    with pytest.raises(SourceUnavailable):
        town.sign_in()


def test_a_wrong_client_secret_is_refused_without_being_shown(
    provided: tuple[House, FakeProvider],
) -> None:
    house, provider = provided
    wrong = "a-wrong-secret-of-this-test"
    house.oidc = OidcConfig(provider.issuer, CLIENT_ID, wrong)
    house.identity = house.another_process()
    with pytest.raises(SignInRefused) as refused:
        Town(house, provider).sign_in()
    assert wrong not in str(refused.value) + repr(house.oidc)


def test_a_provider_that_is_not_there_is_said_to_be(house: House) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        issuer = f"http://127.0.0.1:{closed.getsockname()[1]}"
        identity = Identity(
            house.store,
            clock=house.clock,
            jwt_key=JWT_KEY,
            oidc=OidcConfig(issuer, CLIENT_ID, CLIENT_SECRET),
        )
        with pytest.raises(SourceUnavailable):
            identity.oidc_begin(next_path="/", redirect_uri=ADDRESS)


def test_nothing_of_a_sign_in_is_shown(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    start = town.house.identity.oidc_begin(next_path="/", redirect_uri=ADDRESS)
    params = town.provider.authorize(start.url)
    caplog.clear()
    finished = town.come_back(params, start.state_cookie)
    verifier = dict(town.provider.asked)["/token"]["code_verifier"]
    town.provider.does.claims = {"nonce": "another"}
    other = town.leave()
    with pytest.raises(SignInRefused) as refused:
        town.come_back(*other)
    shown = repr(start) + repr(finished) + repr(refused.value) + repr(town.house.entries())
    shown += "".join(
        record.getMessage() for record in caplog.records if record.name.startswith("core.")
    )
    for secret in (
        start.state_cookie,
        params["code"],
        params["state"],
        verifier,
        finished.cookie,
        CLIENT_SECRET,
        *other[0].values(),
        *town.provider.access_tokens,
    ):
        assert secret == town.provider.issuer or secret not in shown
