"""What every benchmark shares: interleaved rounds, spread and ratios, one plain table.

Machines are noisy: compare CPU time within one run, as ratios. Nothing here asserts a time.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence


def spread(values: Sequence[float], digits: int = 2) -> str:
    """Return `median (min-max)`."""
    middle, least, most = statistics.median(values), min(values), max(values)
    return f"{middle:.{digits}f} ({least:.{digits}f}-{most:.{digits}f})"


def paired_ratio(values: Sequence[float], base: Sequence[float]) -> str:
    """Return the median of round-by-round ratios, with their range."""
    return spread([value / other for value, other in zip(values, base, strict=True)])


def table(header: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Return rows as aligned text."""
    cells = [[str(cell) for cell in row] for row in (header, *rows)]
    widths = [max(len(row[i]) for row in cells) for i in range(len(header))]
    lines = ["  ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)) for row in cells]
    return "\n".join([lines[0], "  ".join("-" * w for w in widths), *lines[1:]])


def cpu_seconds(pid: int) -> float:
    """Return the CPU time a process has used, from the kernel's table."""
    with open(f"/proc/{pid}/schedstat") as own:
        nanoseconds = int(own.read().split()[0])
    return nanoseconds / 1e9


def rss_mib(pid: int) -> float:
    """Return the resident memory of a process."""
    with open(f"/proc/{pid}/statm") as statm:
        return int(statm.read().split()[1]) * 4096 / 2**20
