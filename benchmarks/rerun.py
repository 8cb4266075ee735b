"""One rerun of a page with 200 rows and a plotly chart, with and without gc.freeze.

    python benchmarks/rerun.py [--rounds 5] [--runs 60]

After every run Streamlit collects garbage; with pandas and plotly loaded that looks at a million
objects that will never be garbage, unless they are frozen once at start-up.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.harness import cpu_of, paired_ratio, spread, table
from tests.web.streamlit_client import Page

SERVER = Path(__file__).with_name("rerun_server.py")


def measure(kind: str, runs: int) -> dict[str, float]:
    """Rerun one page `runs` times; the first ten are not counted."""
    with subprocess.Popen(
        [sys.executable, str(SERVER), kind],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as server:
        assert server.stdout is not None
        port = int(server.stdout.readline())
        took = []
        with Page(f"ws://127.0.0.1:{port}") as page:
            for _ in range(10):
                page.run()
            cpu = cpu_of(server.pid)
            for _ in range(runs):
                began = time.perf_counter()
                page.run()
                took.append(time.perf_counter() - began)
                # Streamlit collects after it has said that the run is finished.
                time.sleep(0.05)
            cpu = cpu_of(server.pid) - cpu
        server.terminate()
    return {"p50": statistics.median(took) * 1e3, "cpu": cpu / runs * 1e3}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--runs", type=int, default=60)
    args = parser.parse_args()
    kinds = ("plain", "freeze")
    rounds = [{kind: measure(kind, args.runs) for kind in kinds} for _ in range(args.rounds)]
    rows = []
    for kind in kinds:
        cpu = [one[kind]["cpu"] for one in rounds]
        ratio = paired_ratio([one["plain"]["cpu"] for one in rounds], cpu)
        rows.append([kind, spread([one[kind]["p50"] for one in rounds]), spread(cpu), ratio])
    print(table(["server", "p50 ms", "CPU ms/rerun", "plain / this (CPU)"], rows))


if __name__ == "__main__":
    main()
