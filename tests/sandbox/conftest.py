"""One sandbox per test file, with nothing armed and its door open when a test begins."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from core.sandbox import start_sandbox
from tests.sandbox.venue import Venue


@pytest.fixture(scope="module")
def _process() -> Iterator[Venue]:
    with start_sandbox(seed=7, now="2026-03-14T09:26:53Z", rate=3.0) as process:
        seen = Venue(process.urls)
        yield seen
        seen.close()


@pytest.fixture
def venue(_process: Venue) -> Iterator[Venue]:
    yield _process
    _process.recover()
