"""Builds every service from the settings and takes them down again in reverse order.

    settings → data folder → market feed (started) → Spectra → close()

It never reads the environment and never decides anything: rooms do, it only introduces them.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Self

from core.clock import Clock, SystemClock
from core.errors import ConfigurationError
from core.market import Market
from core.settings import Settings

VERSION = "0.1.0"


@dataclass(frozen=True, slots=True)
class Spectra:
    """Everything that is running, by name; safe to read from any thread."""

    settings: Settings
    clock: Clock
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

    Raises ConfigurationError when the data folder cannot be used.
    """
    clock = clock or SystemClock()
    with ExitStack() as opened:
        home = prepare_home(settings.home)
        market = Market(
            ws_url=settings.coinbase_ws_url,
            rest_url=settings.coinbase_rest_url,
            products=settings.products,
            cache_dir=home / "cache",
            clock=clock,
        )
        opened.callback(market.stop)
        market.start()
        return Spectra(
            settings=settings,
            clock=clock,
            market=market,
            started_at=clock.now(),
            _close=opened.pop_all().close,
        )


def prepare_home(home: Path) -> Path:
    """Make the data folder, closed to other users; ConfigurationError when it cannot be used."""
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        (home / "cache").mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise ConfigurationError(
            "SPECTRA_HOME",
            f"the folder {home} cannot be used: {error.strerror}.",
            cure="Name a folder this user may write to.",
        ) from error
    return home
