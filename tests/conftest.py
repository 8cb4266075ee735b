"""What every test may ask for: the size of a run, and a way to wait without sleeping blindly."""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--full",
        action="store_true",
        help="run the full figures (50,000 frames, 200 restarts …) instead of CI's tenth",
    )


@pytest.fixture(scope="session")
def full(request: pytest.FixtureRequest) -> bool:
    """True for the full figures, False for the tenth that CI runs."""
    return bool(request.config.getoption("--full"))
