"""The sandbox as a process: starts, says where it is, and never outlives who started it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from core.errors import SourceUnavailable
from core.sandbox import PRODUCTS, start_sandbox
from tests.waiting import wait_for

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-m", "core.sandbox"]
PARENT = """
import sys
from core.sandbox import start_sandbox
from tests.waiting import wait_for
from tests.waiting import wait_for
process = start_sandbox()
print(process.pid, flush=True)
sys.stdin.read()
"""


def is_gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"


def test_the_first_line_says_where_everything_is() -> None:
    with subprocess.Popen(
        [*COMMAND, "--seed", "12"], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as child:
        assert child.stdout is not None
        urls = json.loads(child.stdout.readline())
        assert urls["seed"] == 12
        assert urls["coinbase"]["ws"].startswith("ws://127.0.0.1:")
        assert httpx.get(urls["coinbase"]["url"] + "/v2/time", trust_env=False).status_code == 200
        child.send_signal(signal.SIGTERM)
        assert child.wait(20) == 0
        assert child.stdout.read() == b"", "nothing but the one line"


def test_it_ends_when_standard_input_ends() -> None:
    with subprocess.Popen(
        COMMAND, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as child:
        assert child.stdout is not None and child.stdin is not None
        child.stdout.readline()
        child.stdin.close()
        assert child.wait(20) == 0


def test_it_goes_on_without_a_standard_input() -> None:
    with subprocess.Popen(
        COMMAND, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE
    ) as child:
        assert child.stdout is not None
        urls = json.loads(child.stdout.readline())
        assert httpx.get(urls["coinbase"]["url"] + "/v2/time", trust_env=False).status_code == 200
        child.terminate()
        assert child.wait(20) == 0


def test_it_dies_with_a_parent_that_was_killed() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PARENT], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        assert not is_gone(pid)
        parent.kill()
    wait_for(lambda: is_gone(pid), "the sandbox is gone")


def test_a_terminal_that_interrupts_its_parent_passes_it_by() -> None:
    with start_sandbox() as process:
        assert os.getsid(process.pid) == os.getpgid(process.pid) == process.pid
        assert os.getsid(0) != process.pid
    assert is_gone(process.pid)


def test_closing_twice_is_harmless() -> None:
    process = start_sandbox()
    process.close()
    process.close()
    assert is_gone(process.pid)


def test_it_stops_while_a_request_is_held() -> None:
    with start_sandbox() as process:
        fault = {"venue": "coinbase", "path": "/v2/", "kind": "timeout", "seconds": 3_000}
        httpx.post(f"{process.urls['control']}/_sandbox/faults", json=fault, trust_env=False)
        with pytest.raises(httpx.ReadTimeout):
            httpx.get(process.urls["coinbase"]["url"] + "/v2/time", timeout=0.3, trust_env=False)
    assert is_gone(process.pid)


def test_ports_follow_one_another_from_the_base_and_cannot_be_had_twice() -> None:
    with start_sandbox() as first:
        taken = int(first.urls["control"].rsplit(":", 1)[1])
        with pytest.raises(SourceUnavailable):
            start_sandbox(port_base=taken)


def test_the_same_seed_and_time_give_the_same_bytes_in_two_processes() -> None:
    path = "/api/v3/brokerage/market/products/SOL-USD/candles"
    query = {"start": 1_773_300_000, "end": 1_773_318_000, "granularity": "FIVE_MINUTE"}
    with start_sandbox(seed=5) as one, start_sandbox(seed=5) as two, start_sandbox(seed=6) as other:
        bodies = [
            httpx.get(each.urls["coinbase"]["url"] + path, params=query, trust_env=False).content
            for each in (one, two, other)
        ]
    assert bodies[0] == bodies[1] != bodies[2]


@pytest.mark.parametrize(
    "wrong", ["--rate=-1", "--rate=x", "--port-base=80", "--now=soon", "--now=2026-01-01", "--x"]
)
def test_a_wrong_option_is_refused_by_name(wrong: str) -> None:
    run = subprocess.run(
        [*COMMAND, wrong], cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, timeout=60
    )
    assert run.returncode == 2
    assert wrong.split("=")[0] in run.stderr.decode()


def test_naming_the_products_costs_no_server() -> None:
    code = (
        "import sys, core.sandbox;"
        "print([m for m in ('websockets', 'uvicorn', 'starlette', 'asyncio') if m in sys.modules])"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == "[]"
    assert "BTC-USD" in PRODUCTS
