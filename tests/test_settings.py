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
        ("mode", "multi"),
        ("log_level", "LOUD"),
        ("demo", "perhaps"),
    ],
)
def test_a_wrong_value_is_refused_by_name_with_a_cure(field: str, value: str) -> None:
    with pytest.raises(ConfigurationError) as refusal:
        load_settings(**{field: value})
    assert refusal.value.field == f"SPECTRA_{field.upper()}"
    assert refusal.value.cure in str(refusal.value)


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.10", "::", "example.invalid", ""])
def test_an_address_other_machines_reach_is_refused(host: str) -> None:
    with pytest.raises(ConfigurationError, match="--host"):
        check_bind(host)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1"])
def test_loopback_is_accepted(host: str) -> None:
    check_bind(host)
