"""From the command to a finished first page, on loopback.

    python benchmarks/startup.py [--rounds 5]

"plain" has no network (its venue is a closed port); "demo" starts the sandbox first. "page" is the
HTML and one whole run of the entry script over the page socket, as a browser would ask for them.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.harness import cpu_of, rss_mib, spread, table
from tests.web.streamlit_client import open_page

ROOT = Path(__file__).resolve().parents[1]
KINDS = {
    "plain": ([], {"SPECTRA_COINBASE_WS_URL": "ws://127.0.0.1:9"}),
    "demo": (["--demo"], {}),
}
NOWHERE = {"SPECTRA_COINBASE_REST_URL": "http://127.0.0.1:9"}


def measure(kind: str) -> dict[str, float]:
    """Start once, open one page, stop."""
    arguments, env = KINDS[kind]
    with tempfile.TemporaryDirectory() as home:
        began = time.perf_counter()
        with subprocess.Popen(
            [sys.executable, "app.py", "--port", "0", *arguments],
            cwd=ROOT,
            env={**os.environ, **NOWHERE, **env, "SPECTRA_HOME": home},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        ) as server:
            assert server.stdout is not None
            url = server.stdout.readline().split()[-1]
            ready = time.perf_counter() - began
            with urllib.request.urlopen(url) as page:
                page.read()
            open_page(url.replace("http", "ws"))
            first = time.perf_counter() - began
            used = {"cpu": cpu_of(server.pid), "rss": rss_mib(server.pid)}
            server.terminate()
            server.wait()
            stopped = time.perf_counter() - began - first
    return {"ready": ready, "page": first, "stop": stopped, **used}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    args = parser.parse_args()
    rounds = [{kind: measure(kind) for kind in KINDS} for _ in range(args.rounds)]
    columns = ("ready", "page", "stop", "cpu", "rss")
    rows = [
        [kind, *(spread([one[kind][column] for one in rounds]) for column in columns)]
        for kind in KINDS
    ]
    print(table(["start", "ready s", "page s", "stop s", "CPU s", "RSS MiB"], rows))


if __name__ == "__main__":
    main()
