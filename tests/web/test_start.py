"""Starting and stopping: three commands, one feed, one clear line when it cannot be."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from core.web import bind
from tests.waiting import wait_for
from tests.web.conftest import ROOT, Running

Starter = Callable[..., Running]
NOWHERE = {
    "SPECTRA_COINBASE_WS_URL": "ws://127.0.0.1:9",
    "SPECTRA_COINBASE_REST_URL": "http://127.0.0.1:9",
}


def feed_of(running: Running) -> dict[str, object]:
    return httpx.get(f"{running.url}/health").json()["feed"]


def children(pid: int) -> set[int]:
    """Return every descendant of a process, from the kernel's own table."""
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    found = {int(child) for child in listed}
    return found.union(*(children(child) for child in found)) if found else found


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split(")")[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.parametrize("signal_number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_the_app_and_everything_it_started(
    start: Starter, signal_number: int
) -> None:
    running = start("app.py", "--demo", "--port", "0")
    started = children(running.process.pid)
    assert started, "the sandbox is a child process"
    assert running.stop(signal_number) == 0
    wait_for(lambda: not any(map(alive, started)), "the sandbox to be gone")
    assert "Traceback" not in "".join(running.said)


def test_the_sandbox_does_not_outlive_a_killed_app(start: Starter) -> None:
    running = start("app.py", "--demo", "--port", "0")
    started = children(running.process.pid)
    running.stop(signal.SIGKILL)
    wait_for(lambda: not any(map(alive, started)), "the sandbox to be gone")


def test_it_prints_one_line_with_its_address(start: Starter) -> None:
    running = start("app.py", "--port", "0", **NOWHERE)
    printed = [line for line in running.said if "core." not in line]
    assert len(printed) == 1
    assert re.fullmatch(r"Spectra \S+ is ready: http://127\.0\.0\.1:\d+\n", printed[0])


def test_without_its_source_it_serves_and_says_so(start: Starter) -> None:
    running = start("app.py", "--port", "0", "--host", "localhost", **NOWHERE)
    running.wait_for(lambda: "reason" in feed_of(running), "the reason")
    assert httpx.get(f"{running.url}/health").json()["status"] == "degraded"
    assert httpx.get(running.url).status_code == 200


def test_streamlit_run_serves_the_same_app(start: Starter) -> None:
    arguments = ("-m", "streamlit", "run", "app.py", "--server.port", "0", "--", "--demo")
    running = start(*arguments)
    running.wait_for(lambda: feed_of(running)["state"] == "connected", "a connected feed")
    assert "<title>Spectra</title>" in httpx.get(running.url).text
    assert running.stop() in (0, -signal.SIGTERM)


def test_uvicorn_serves_the_same_app_from_any_folder(start: Starter, tmp_path: Path) -> None:
    arguments = ("-m", "uvicorn", "--app-dir", str(ROOT), "app:app", "--port", "0")
    running = start(*arguments, cwd=tmp_path, SPECTRA_DEMO="1")
    running.wait_for(lambda: feed_of(running)["state"] == "connected", "a connected feed")
    assert httpx.get(running.url, headers={"Host": "evil.example"}).status_code == 421
    assert running.stop() in (0, -signal.SIGTERM)


def test_starting_twice_in_one_process_runs_one_feed(tmp_path: Path) -> None:
    script = """
import asyncio, threading
import app
from core.bootstrap import is_running, running

async def main():
    async with app.lifespan(None):
        market, threads = running().market, threading.active_count()
        async with app.lifespan(None):
            assert running().market is market
            assert threading.active_count() == threads
        assert running().market is market
    assert not is_running()

before = threading.active_count()
asyncio.run(main())
assert threading.active_count() == before, threading.enumerate()
"""
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env={"SPECTRA_HOME": str(tmp_path), "HOME": str(tmp_path), **NOWHERE},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_importing_the_app_starts_nothing(tmp_path: Path) -> None:
    script = """
import threading, app
from core.bootstrap import is_running
assert not is_running()
assert threading.active_count() == 1, threading.enumerate()
"""
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env={"SPECTRA_HOME": str(tmp_path / "none"), "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize(
    ("arguments", "env", "field"),
    [
        (("--host", "0.0.0.0"), {}, "--host"),
        (("--host", "::"), {}, "--host"),
        (("--port", "99999"), {}, "--port"),
        (("--prot", "1"), {}, "--prot"),
        ((), {"SPECTRA_PRODUCTS": "BTC"}, "SPECTRA_PRODUCTS"),
        ((), {"SPECTRA_MODE": "multi"}, "ENCRYPTION_KEY"),
        ((), {"SPECTRA_HOME": "/proc/nowhere"}, "SPECTRA_HOME"),
    ],
)
def test_a_wrong_choice_is_one_line_that_names_it(
    start: Starter, arguments: tuple[str, ...], env: dict[str, str], field: str
) -> None:
    running = start("app.py", *arguments, ready=False, **env)
    assert running.process.wait(timeout=60) == 2
    wait_for(lambda: running.said, "the reason")
    (line,) = running.said
    assert line.startswith("Spectra cannot start. ")
    assert field in line


def test_a_port_in_use_is_one_line_that_names_it(start: Starter) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        running = start("app.py", "--port", str(port), ready=False, **NOWHERE)
        assert running.process.wait(timeout=60) == 2
    wait_for(lambda: running.said, "the reason")
    assert running.said[0].startswith(f"Spectra cannot start. --port: {port} is already in use.")


def test_small_answers_are_sent_at_once() -> None:
    with bind("127.0.0.1", 0) as listener:
        assert listener.proto == socket.IPPROTO_TCP  # what asyncio looks at before TCP_NODELAY


def test_the_demo_touches_nothing_that_was_there(start: Starter, tmp_path: Path) -> None:
    mine = tmp_path / "demo" / "thesis.txt"
    mine.parent.mkdir()
    mine.write_text("months of work")
    start("app.py", "--demo", "--port", "0", SPECTRA_HOME=str(tmp_path))
    assert mine.read_text() == "months of work"
