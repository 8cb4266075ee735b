"""Services running against the sandbox, installed for a page under AppTest."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from core.bootstrap import Spectra, install, open_spectra
from core.sandbox import start_sandbox
from core.settings import load_settings
from tests.waiting import wait_for


@contextmanager
def installed_spectra(
    home: Path, *, products: Sequence[str], ready: Callable[[Spectra], object]
) -> Iterator[Spectra]:
    """Open Spectra on a sandbox of its own, wait until it is `ready`, and install it."""
    with start_sandbox(seed=1) as sandbox:
        coinbase = sandbox.urls["coinbase"]
        settings = load_settings(
            demo=True,
            home=home,
            products=tuple(products),
            coinbase_ws_url=coinbase["ws"],
            coinbase_rest_url=coinbase["url"],
        )
        with open_spectra(settings) as opened:
            wait_for(lambda: ready(opened), "the market")
            install(opened)
            yield opened
            install(None)
