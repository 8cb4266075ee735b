"""From the venue's socket to the cache: CPU per frame in a flood, and delay while pages rerun.

    python benchmarks/feed.py [--frames 40000] [--rounds 5] [--secs 4]

Every run is a fresh process reading from another one. "plain" is `websockets` with json.loads and
dicts at Python's default switch interval; "spectra" is the feed's connection and intake, flushed
every 16 ms, at the interval app.py sets. Four threads burn 50 ms of Python, rest 150 ms, again and
again: what reruns of pages do to a feed in the same process.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from websockets.asyncio.client import connect

from benchmarks.decode import keep_as_dicts
from benchmarks.feed_venue import PRODUCTS, STAMP
from benchmarks.harness import paired_ratio, spread, table
from core.clock import SystemClock
from core.market.cache import TickerCache
from core.market.connection import FeedTiming, open_connection
from core.market.intake import Intake
from core.market.subscriptions import Request

FLUSH_EVERY = 0.016
RATE = 1_000.0
SWITCH = {"plain": 0.005, "spectra": 0.0005}


class Enough(Exception):
    """All frames of this run have come."""


class Count:
    """Notes the delay of each frame, and ends the run after the last."""

    def __init__(self, frames: int, *, paced: bool) -> None:
        self._left = frames
        self._paced = paced
        self.delays: list[float] = []

    def __call__(self, frame: bytes | str) -> None:
        """Take one frame that has just been cached."""
        if self._paced:
            raw = frame if isinstance(frame, bytes) else frame.encode()
            sent = raw[raw.find(STAMP) + len(STAMP) :].split(b'"', 1)[0]
            self.delays.append((time.monotonic_ns() - int(sent)) / 1e6)
        self._left -= 1
        if not self._left:
            raise Enough


async def plain(url: str, done: Callable[[bytes | str], None]) -> None:
    """Read with websockets as its documentation shows, json and dicts."""
    cache: dict[str, dict[str, object]] = {}
    async with connect(url, compression=None, max_size=None, ping_interval=None) as link:
        await link.send("{}")
        async for text in link:
            keep_as_dicts(json.loads(text), cache)
            done(text)


async def spectra(url: str, done: Callable[[bytes | str], None]) -> None:
    """Read as the feed does."""
    intake = Intake(TickerCache(PRODUCTS), clock=SystemClock())
    connection = await open_connection(url, timing=FeedTiming())
    loop = asyncio.get_running_loop()

    def flush() -> None:
        intake.flush()
        loop.call_later(FLUSH_EVERY, flush)

    def on_frame(frame: bytes) -> None:
        intake.handle(frame)
        done(frame)

    try:
        await connection.send([Request("ticker", tuple(PRODUCTS))])
        flush()
        await connection.read(on_frame, life=lambda: intake.accepted)
    finally:
        await connection.close()


def rerun_pages(stop: threading.Event) -> None:
    """Burn and rest, as one session with a page open does."""
    while not stop.wait(0.15):
        until = time.monotonic() + 0.05
        while time.monotonic() < until:
            sum(number * number for number in range(200))


def child(client: str, url: str, frames: int, readers: int) -> None:
    """One run; prints CPU µs per frame and the delays' p50 and p99 in ms as JSON."""
    sys.setswitchinterval(SWITCH[client])
    stop = threading.Event()
    threads = [threading.Thread(target=rerun_pages, args=(stop,)) for _ in range(readers)]
    for thread in threads:
        thread.start()
    done = Count(frames, paced="/paced" in url)
    began = time.process_time()
    try:
        asyncio.run({"plain": plain, "spectra": spectra}[client](url, done))
    except Enough:
        pass
    finally:
        cpu = time.process_time() - began
        stop.set()
        for thread in threads:
            thread.join()
    delays = statistics.quantiles(done.delays, n=100) if done.delays else [0.0] * 99
    print(json.dumps({"cpu": cpu / frames * 1e6, "p50": delays[49], "p99": delays[98]}))


def run(client: str, url: str, frames: int, readers: int) -> dict[str, float]:
    """Measure in a process of its own."""
    command = [sys.executable, __file__, "--child", client, url, str(frames), str(readers)]
    output = subprocess.run(command, capture_output=True, text=True, check=True, timeout=300)
    return dict(json.loads(output.stdout))


def compare(
    title: str, url: str, frames: int, *, readers: int, rounds: int, columns: tuple[str, ...]
) -> None:
    """Interleave both clients and print one table."""
    seen: dict[str, list[dict[str, float]]] = {client: [] for client in SWITCH}
    for _ in range(rounds):
        for client in SWITCH:
            seen[client].append(run(client, url, frames, readers))
    rows = []
    for client, results in seen.items():
        row = [client]
        for column in columns:
            values = [result[column] for result in results]
            base = [result[column] for result in seen["plain"]]
            row += [spread(values), paired_ratio(base, values)]
        rows.append(row)
    header = [text for column in columns for text in (column, f"x better, {column}")]
    print(f"\n{title}")
    print(table(["client", *header], rows))


def main() -> None:
    """Measure and print."""
    if sys.argv[1:2] == ["--child"]:
        client, url, frames, readers = sys.argv[2:]
        child(client, url, int(frames), int(readers))
        return
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--frames", type=int, default=40_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--secs", type=float, default=4.0)
    chosen = parser.parse_args()
    command = [sys.executable, str(Path(__file__).with_name("feed_venue.py"))]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as venue:
        try:
            assert venue.stdout
            url = f"ws://127.0.0.1:{int(venue.stdout.readline())}"
            flood = f"{url}/flood?n={chosen.frames}"
            compare(
                "Flood, CPU µs per frame from socket to cache",
                flood, chosen.frames, readers=0, rounds=chosen.rounds, columns=("cpu",),
            )  # fmt: skip
            paced = int(RATE * chosen.secs)
            compare(
                f"{RATE:g} frames/s with 4 pages rerunning, delay in ms from sent to cached",
                f"{url}/paced?n={paced}&rate={RATE}", paced,
                readers=4, rounds=chosen.rounds, columns=("p50", "p99"),
            )  # fmt: skip
        finally:
            venue.terminate()


if __name__ == "__main__":
    main()
