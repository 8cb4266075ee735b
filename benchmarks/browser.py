"""The heatmap in one painting Chromium, with other viewers as sockets beside it.

    python benchmarks/browser.py [--products 30,100,400] [--viewers 1,10,50] [--secs 8]

The whole app runs against browser_venue.py. Frames are those the page painted (and, beside it, how
many the browser's own clock offered); latency is from the relay's `sentAt` to the end of painting,
one machine, one clock. CPU is of one core: of the server, and of the browser's page process.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from playwright.sync_api import Page, sync_playwright

from benchmarks.harness import cpu_of, table
from benchmarks.relay_ws import Listener, listen

ROOT = Path(__file__).resolve().parents[1]
VENUE = Path(__file__).with_name("browser_venue.py")
STATS = 'globalThis[Symbol.for("spectra.heatmap")]'
HUB = 'globalThis[Symbol.for("spectra.market")]'
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]
OFFERED = """() => {
  globalThis.offered = 0;
  const count = () => { globalThis.offered += 1; requestAnimationFrame(count); };
  requestAnimationFrame(count);
}"""


@contextmanager
def running(products: int, per_second: float) -> Iterator[tuple[int, int]]:
    """Run venue and app; yield the app's port and process id."""
    with tempfile.TemporaryDirectory() as home:
        venue = _start([sys.executable, VENUE, str(products), str(per_second)], {})
        assert venue.stdout
        port = int(venue.stdout.readline())
        env = {
            "SPECTRA_HOME": home,
            "SPECTRA_COINBASE_WS_URL": f"ws://127.0.0.1:{port}",
            "SPECTRA_COINBASE_REST_URL": f"http://127.0.0.1:{port}",
            "SPECTRA_PRODUCTS": ",".join(f"C{i}-USD" for i in range(products)),
            "SPECTRA_LOG_LEVEL": "ERROR",
        }
        app = _start([sys.executable, "app.py", "--port", "0"], env)
        assert app.stdout
        try:
            ready = next(line for line in app.stdout if "is ready" in line)
            yield int(ready.rsplit(":", 1)[1]), app.pid
        finally:
            for process in (app, venue):
                process.terminate()
                process.communicate(timeout=30)


def _start(command: list[str | Path], env: dict[str, str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        command,
        cwd=ROOT,
        env=os.environ | env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )


def page_process() -> int:
    """Return our own browser's busiest page process; others may run on this machine too."""
    parents = {pid: parent for pid, parent in map(_family, Path("/proc").glob("[0-9]*")) if pid}

    def is_ours(pid: int) -> bool:
        while pid in parents and pid != os.getpid():
            pid = parents[pid]
        return pid == os.getpid()

    return max((pid for pid in parents if is_ours(pid) and _is_renderer(pid)), key=cpu_of)


def _family(process: Path) -> tuple[int, int]:
    try:
        parent = (process / "stat").read_text().rsplit(")", 1)[1].split()[1]
    except OSError:
        return 0, 0
    return int(process.name), int(parent)


def _is_renderer(pid: int) -> bool:
    try:
        return b"--type=renderer" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


def measure(page: Page, *, port: int, app: int, viewers: int, secs: float) -> list[object]:
    """Return one row: what was painted while that many looked on."""
    others = [Listener(port) for _ in range(viewers - 1)]
    reader = threading.Thread(target=listen, args=(others, secs + 1))
    reader.start()
    renderer = page_process()
    page.evaluate(f"() => {{ {STATS}.latencies.length = 0; globalThis.offered = 0; }}")
    counters = f"[{STATS}.frames, {HUB}.messages, globalThis.offered, {STATS}.tiles]"
    before, start = page.evaluate(counters), time.monotonic()
    cpu = [cpu_of(app), cpu_of(renderer)]
    time.sleep(secs)
    used = time.monotonic() - start
    after = page.evaluate(counters)
    server, browser = (
        100 * (cpu_of(pid) - was) / used for pid, was in zip((app, renderer), cpu, strict=True)
    )
    latencies = sorted(page.evaluate(f"{STATS}.latencies"))
    frames, messages, offered, tiles = ((b - a) / used for a, b in zip(before, after, strict=True))
    reader.join()
    for other in others:
        other.socket.close()
    p99 = latencies[int(len(latencies) * 0.99)]
    return [
        viewers,
        f"{messages:.0f}",
        f"{offered:.0f}",
        f"{frames:.1f}",
        f"{tiles:.0f}",
        f"{statistics.median(latencies):.1f}",
        f"{p99:.1f}",
        f"{server:.1f}",
        f"{browser:.1f}",
        page.evaluate(f"{HUB}.socketsOpened"),
    ]


def main() -> None:
    """Measure every combination and print one table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--products", default="30,100,400")
    parser.add_argument("--viewers", default="1,10,50")
    parser.add_argument("--secs", type=float, default=8)
    parser.add_argument("--per-second", type=float, default=300, help="ticker updates in all")
    arguments = parser.parse_args()
    rows: list[list[object]] = []
    for products in map(int, arguments.products.split(",")):
        with (
            running(products, arguments.per_second) as (port, app),
            sync_playwright() as playwright,
        ):
            path = shutil.which("chromium")
            browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
            page = browser.new_page(viewport={"width": 1440, "height": 900})
            page.goto(f"http://127.0.0.1:{port}/heatmap")
            while not page.evaluate(f"{STATS}?.frames > 100"):
                time.sleep(0.05)
            page.evaluate(OFFERED)
            for viewers in map(int, arguments.viewers.split(",")):
                row = measure(page, port=port, app=app, viewers=viewers, secs=arguments.secs)
                rows.append([products, *row])
            browser.close()
    header = ["products", "viewers", "messages/s", "offered fps", "painted fps", "tiles/s"]
    header += ["p50 ms", "p99 ms", "server %", "page %", "sockets"]
    print(table(header, rows))


if __name__ == "__main__":
    main()
