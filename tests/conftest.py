"""What every test may ask for: the size of a run, and one Chromium for all that look at pages."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--full",
        action="store_true",
        help="run the full figures (50,000 frames, 200 restarts …) instead of CI's tenth",
    )


def pytest_collection_modifyitems(items: list[pytest.Function]) -> None:
    # Playwright keeps an event loop running in this thread once it has started, and then no other
    # test can start one: what needs a browser comes last.
    items.sort(key=lambda item: "chromium" in item.fixturenames)


@pytest.fixture(scope="session")
def full(request: pytest.FixtureRequest) -> bool:
    """True for the full figures, False for the tenth that CI runs."""
    return bool(request.config.getoption("--full"))


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium; without one the tests are skipped, but never in CI."""
    path = shutil.which("chromium")
    if path is None and os.environ.get("CI") != "true":
        pytest.skip("no chromium on this machine: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=_FLAGS)
        yield browser
        browser.close()
