"""Builds every service from the settings and takes them down again in reverse order.

    settings → services (vault, store, identity) → market feed (started) → Spectra → close()

It never reads the environment and never decides anything: rooms do, it only introduces them.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from core.bootstrap.services import open_services
from core.clock import Clock, SystemClock
from core.identity import Identity
from core.market import Market
from core.settings import Settings
from core.storage import Store
from core.vault import Vault

VERSION = "0.1.0"


@dataclass(frozen=True, slots=True)
class Spectra:
    """Everything that is running, by name; safe to read from any thread."""

    settings: Settings
    clock: Clock
    vault: Vault
    store: Store
    identity: Identity
    market: Market
    started_at: datetime
    _close: Callable[[], None]

    def close(self) -> None:
        """Stop every service, the last started first; calling it again does nothing."""
        self._close()

    def __enter__(self) -> Self:
        """Return itself, already running."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close, whatever happened inside."""
        self.close()


def open_spectra(settings: Settings, *, clock: Clock | None = None) -> Spectra:
    """Build and start every service; what was already started is stopped when a later one fails.

    Raises ConfigurationError and StorageUnavailable as `open_services` does.
    """
    clock = clock or SystemClock()
    with ExitStack() as opened:
        kept = opened.enter_context(open_services(settings, clock=clock))
        market = Market(
            ws_url=settings.coinbase_ws_url,
            rest_url=settings.coinbase_rest_url,
            products=settings.products,
            cache_dir=settings.home / "cache",
            clock=clock,
        )
        opened.callback(market.stop)
        market.start()
        return Spectra(
            settings=settings,
            clock=clock,
            vault=kept.vault,
            store=kept.store,
            identity=kept.identity,
            market=market,
            started_at=clock.now(),
            _close=opened.pop_all().close,
        )
