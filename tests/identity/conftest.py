"""A new house for each test, and one with an identity provider."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.identity import OidcConfig
from tests.identity.house import House, open_house
from tests.identity.provider import CLIENT_ID, CLIENT_SECRET, FakeProvider, a_provider


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    opened = open_house(f"sqlite:///{tmp_path / 'spectra.db'}")
    yield opened
    opened.store.close()


@pytest.fixture
def provided(tmp_path: Path) -> Iterator[tuple[House, FakeProvider]]:
    """A house whose people may also come through a provider, and the provider."""
    with a_provider() as provider:
        config = OidcConfig(provider.issuer, CLIENT_ID, CLIENT_SECRET, ("example.com",))
        opened = open_house(f"sqlite:///{tmp_path / 'spectra.db'}", oidc=config)
        provider.clock = opened.clock
        yield opened, provider
        opened.store.close()
