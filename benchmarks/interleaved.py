"""Fair comparison on a noisy machine: every row once per round, CPU time, ratios within a round."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Mapping
from statistics import median


def interleave(rows: Mapping[str, Callable[[], int]], rounds: int) -> dict[str, list[float]]:
    """Return CPU microseconds per operation by row and round; each callable returns its count."""
    spent: dict[str, list[float]] = {name: [] for name in rows}
    for number in range(rounds + 1):
        for name, run in rows.items():
            gc.collect()
            gc.disable()
            began = time.thread_time_ns()
            count = run()
            used = time.thread_time_ns() - began
            gc.enable()
            if number:  # the first round warms up
                spent[name].append(used / count / 1_000)
    return spent


def print_table(spent: Mapping[str, list[float]], *, base: str, limit: str) -> None:
    """Print min, median and max, how often faster than `base`, how often slower than `limit`."""
    print(
        f"{'':28} {'min':>9} {'median':>9} {'max':>9}   {'x faster':>9} {'x limit':>9}   (CPU µs)"
    )
    for name, values in spent.items():
        faster = median(a / b for a, b in zip(spent[base], values, strict=True))
        slower = median(a / b for a, b in zip(values, spent[limit], strict=True))
        print(
            f"{name:28} {min(values):9.3f} {median(values):9.3f} {max(values):9.3f}   "
            f"{faster:9.2f} {slower:9.2f}"
        )
