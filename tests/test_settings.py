"""Settings: read once, checked before anything starts, refused by name with a cure."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from core.errors import ConfigurationError
from core.settings import DEFAULT_PRODUCTS, check_bind, load_settings


def settings_of(**environment: str) -> subprocess.CompletedProcess[str]:
    """Read the settings in a process of their own, as the operator's shell would set them."""
    program = "from core.settings import load_settings; print(load_settings().model_dump_json())"
    bare = {k: v for k, v in os.environ.items() if not k.startswith("SPECTRA_")}
    return subprocess.run(
        [sys.executable, "-c", program],
        env=bare | environment,
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_without_any_variable_thirty_usd_products_of_the_real_exchange_are_followed() -> None:
    assert len(DEFAULT_PRODUCTS) == len(set(DEFAULT_PRODUCTS)) == 30
    assert all(product.endswith("-USD") for product in DEFAULT_PRODUCTS)
    assert '"coinbase_ws_url":"wss://advanced-trade-ws.coinbase.com"' in settings_of().stdout


def test_products_come_comma_separated_in_any_case_and_once_each() -> None:
    run = settings_of(SPECTRA_PRODUCTS=" btc-usd, ETH-USD,,btc-usd ")
    assert '"products":["BTC-USD","ETH-USD"]' in run.stdout


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("products", "BTC"),
        ("products", "BTC-USD,<script>-USD"),
        ("products", ""),
        ("products", ",".join(f"T{i}-USD" for i in range(401))),
        ("coinbase_ws_url", "ftp://example.invalid"),
        ("coinbase_rest_url", "api.coinbase.com"),
        ("mode", "several"),
        ("public_url", "spectra.example.invalid"),
        ("public_url", "http://spectra.example.invalid"),
        ("oidc_issuer", "http://login.example.invalid"),
        ("log_level", "LOUD"),
        ("demo", "perhaps"),
    ],
)
def test_a_wrong_value_is_refused_by_name_with_a_cure(field: str, value: str) -> None:
    with pytest.raises(ConfigurationError) as refusal:
        load_settings(**{field: value})
    assert refusal.value.field == f"SPECTRA_{field.upper()}"
    assert refusal.value.cure in str(refusal.value)


def test_a_variable_without_our_prefix_is_named_as_the_operator_knows_it() -> None:
    with pytest.raises(ConfigurationError) as refusal:
        load_settings(cors_origins="example.invalid")
    assert refusal.value.field == "CORS_ORIGINS"


@pytest.mark.parametrize(
    ("field", "together"),
    [
        ("SPECTRA_MODE", {"demo": True, "mode": "multi"}),
        ("SPECTRA_PUBLIC_URL", {"public_url": "https://spectra.example.invalid"}),
        ("SPECTRA_BEHIND_TLS_PROXY", {"behind_tls_proxy": True}),
        ("SPECTRA_PUBLIC_URL", {"mode": "multi", "behind_tls_proxy": True}),
        ("SPECTRA_OIDC_ISSUER", {"mode": "multi", "oidc_issuer": "https://login.invalid"}),
        ("SPECTRA_OIDC_ISSUER", {"oidc_issuer": "https://login.invalid", "oidc_client_id": "x"}),
    ],
)
def test_choices_that_contradict_each_other_are_refused(
    field: str, together: dict[str, object]
) -> None:
    with pytest.raises(ConfigurationError) as refusal:
        load_settings(**together)
    assert refusal.value.field == field


def test_secrets_are_read_without_the_prefix_and_never_printed() -> None:
    run = settings_of(
        ENCRYPTION_KEY="canary-1" * 6,
        JWT_SECRET="canary-2" * 6,
        SPECTRA_OIDC_CLIENT_SECRET="canary-3",
    )
    assert '"encryption_key":"**********"' in run.stdout
    assert "canary" not in run.stdout + run.stderr


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.10", "::", "example.invalid", ""])
def test_an_address_other_machines_reach_is_refused(host: str) -> None:
    with pytest.raises(ConfigurationError, match="--host"):
        check_bind(host, load_settings())
    with pytest.raises(ConfigurationError, match="TLS"):
        check_bind(host, load_settings(mode="multi"))


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1"])
def test_loopback_is_accepted(host: str) -> None:
    check_bind(host, load_settings())


def test_behind_a_tls_proxy_people_who_sign_in_may_come_from_anywhere() -> None:
    public = "https://spectra.example.invalid"
    check_bind("0.0.0.0", load_settings(mode="multi", behind_tls_proxy=True, public_url=public))
