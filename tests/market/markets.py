"""Builders of markets for tests: quick waits, and never a connection beyond this machine."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from core.clock import SystemClock
from core.market import FeedTiming, Market

QUICK = FeedTiming(
    silence=5.0,
    open_timeout=5.0,
    close_timeout=0.2,
    first_retry=0.02,
    longest_retry=0.05,
)
NOBODY = "127.0.0.1:9"
"""The discard port: nobody listens there."""


@contextmanager
def a_running_market(
    ws_url: str = f"ws://{NOBODY}",
    *,
    folder: Path,
    products: Sequence[str] = ("BTC-USD", "ETH-USD"),
    rest_url: str = f"http://{NOBODY}",
    **timing: Any,
) -> Iterator[Market]:
    market = Market(
        ws_url=ws_url,
        rest_url=rest_url,
        products=products,
        cache_dir=folder,
        clock=SystemClock(),
        timing=replace(QUICK, **timing),
        rng=random.Random(1),
    )
    market.start()
    try:
        yield market
    finally:
        market.stop()
