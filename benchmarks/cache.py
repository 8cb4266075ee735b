"""What a page pays for one consistent picture of all tickers, beside a lock and copies.

python benchmarks/cache.py [--products 400] [--rounds 9]
"""

from __future__ import annotations

import argparse
import sys
import threading
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.interleaved import interleave, print_table
from core.market import Ticker
from core.market.cache import TickerCache

READS = 2_000


def lock_and_copies(products: list[str]) -> Callable[[], int]:
    """The plain way: mutable dicts behind a lock, copied for every reader."""
    lock = threading.Lock()
    tickers = {name: {"productId": name, "price": 1.0, "timestamp": 1} for name in products}

    def run() -> int:
        for _ in range(READS // 100):
            with lock:
                _ = {name: dict(ticker) for name, ticker in tickers.items()}
        return READS // 100

    return run


def spectra(products: list[str]) -> Callable[[], int]:
    """The cache's own snapshot."""
    cache = TickerCache(products)
    for name in products:
        cache.put(name, Ticker(name, name, 1, 1.0))
    cache.publish()

    def run() -> int:
        snapshot = cache.snapshot
        for _ in range(READS):
            snapshot()
        return READS

    return run


class _Attribute:
    def __init__(self) -> None:
        self.value: dict[str, float] = {}

    def read(self) -> dict[str, float]:
        return self.value


def attribute_read(products: list[str]) -> Callable[[], int]:
    """The limit: a method that returns an attribute."""
    holder = _Attribute()

    def run() -> int:
        read = holder.read
        for _ in range(READS):
            read()
        return READS

    return run


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--products", type=int, default=400)
    parser.add_argument("--rounds", type=int, default=9)
    chosen = parser.parse_args()
    products = [f"T{number}-USD" for number in range(chosen.products)]
    rows = {
        "lock + dict copies": lock_and_copies(products),
        "Spectra snapshot()": spectra(products),
        "limit: attribute read": attribute_read(products),
    }
    print(f"one picture of {chosen.products} tickers, {chosen.rounds} rounds")
    print_table(interleave(rows, chosen.rounds), base="lock + dict copies", limit=list(rows)[-1])


if __name__ == "__main__":
    main()
