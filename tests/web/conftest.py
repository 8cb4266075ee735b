"""Starts the real app in its own process, on a free port, against the sandbox or a tiny page."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tests.waiting import DEADLINE, wait_for
from tests.web.people import MULTI, Team, a_team

ROOT = Path(__file__).resolve().parents[2]
_ADDRESS = re.compile(r"http://(127\.0\.0\.1|localhost):(\d+)")


@dataclass
class Running:
    """A server process; `said` grows with every line it prints."""

    process: subprocess.Popen[str]
    said: list[str]
    home: Path
    port: int = 0

    @property
    def authority(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        return f"http://{self.authority}"

    @property
    def ws(self) -> str:
        return f"ws://{self.authority}"

    def wait_for(self, done: Callable[[], object], what: str) -> None:
        wait_for(done, f"{what}; it said {''.join(self.said)}")

    def stop(self, signal_number: int = signal.SIGTERM) -> int:
        if self.process.poll() is None:
            self.process.send_signal(signal_number)
        return self.process.wait(timeout=DEADLINE)


def spawn(command: list[str], *, home: Path, env: dict[str, str], cwd: Path = ROOT) -> Running:
    """Start `command` with a clean environment and collect what it prints."""
    process = subprocess.Popen(
        command,
        cwd=cwd,
        env={
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "SPECTRA_HOME": str(home / "spectra"),
            "PYTHONPATH": str(ROOT),
            **env,
        },
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    running = Running(process, [], home / "spectra")
    threading.Thread(target=_collect, args=(process, running.said), daemon=True).start()
    return running


def _collect(process: subprocess.Popen[str], said: list[str]) -> None:
    assert process.stdout is not None
    with process.stdout as lines:
        said.extend(lines)


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Running]]:
    """Start a server and wait until it answers; all of them are stopped at the end."""
    started: list[Running] = []

    def starter(
        *command: str, ready: bool = True, health: str = "/health", cwd: Path = ROOT, **env: str
    ) -> Running:
        home = tmp_path_factory.mktemp("home")
        running = spawn([sys.executable, *command], home=home, env=env, cwd=cwd)
        started.append(running)
        if ready:
            _wait_until_ready(running, health)
        return running

    yield starter
    for running in started:
        if running.process.poll() is None:
            running.stop()


def _wait_until_ready(running: Running, health: str) -> None:
    def announced() -> bool:
        found = _ADDRESS.search("".join(running.said))
        running.port = int(found[2]) if found else 0
        return bool(found) or running.process.poll() is not None

    def healthy() -> bool:
        try:
            return httpx.get(running.url + health).status_code == 200
        except httpx.TransportError:
            assert running.process.poll() is None, "".join(running.said)
            return False

    running.wait_for(announced, "the address")
    assert running.port, "".join(running.said)
    running.wait_for(healthy, health)


@pytest.fixture(scope="session")
def spectra(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The app in demo mode, with its feed connected to the sandbox; one for all these tests."""
    home = tmp_path_factory.mktemp("home")
    running = spawn([sys.executable, "app.py", "--demo", "--port", "0"], home=home, env={})
    try:
        _wait_until_ready(running, "/health")
        running.wait_for(
            lambda: httpx.get(f"{running.url}/health").json()["status"] == "ok", "a connected feed"
        )
        yield running
    finally:
        running.stop()


@pytest.fixture(scope="session")
def team(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Team]:
    """A multi-user server without a market, and its database beside it; one for all tests."""
    home = tmp_path_factory.mktemp("home")
    running = spawn([sys.executable, "app.py", "--port", "0"], home=home, env=MULTI)
    try:
        _wait_until_ready(running, "/health")
        with a_team(running, running.home) as found:
            yield found
    finally:
        running.stop()
