"""Fair comparison on a noisy machine: every row once per round, CPU time, ratios within a round."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Mapping

from benchmarks.harness import paired_ratio, spread, table


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
    """Print cost per row, how often faster than `base`, and how often slower than `limit`."""
    rows = [
        [
            name,
            spread(values, 3),
            paired_ratio(spent[base], values),
            paired_ratio(values, spent[limit]),
        ]
        for name, values in spent.items()
    ]
    print(table(["row", "CPU µs", f"x faster than {base}", f"x {limit}"], rows))
