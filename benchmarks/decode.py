"""What one frame costs from text to cached ticker, beside json.loads and a bare typed decode.

    python benchmarks/decode.py [--products 30] [--frames 4000] [--rounds 9]

Rows are interleaved, so that a busy machine slows all of them; compare the ratios. The flush row
adds one publish per 13 frames, which is what 800 frames a second are at one publish per 16 ms.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.interleaved import interleave, print_table
from core.clock import SystemClock
from core.market.cache import TickerCache
from core.market.intake import Intake

FRAMES_PER_FLUSH = 13


class _Needed(msgspec.Struct, gc=False):
    product_id: str
    price: float
    volume_24_h: float
    low_24_h: float
    high_24_h: float
    price_percent_chg_24_h: float


class _NeededEvent(msgspec.Struct, gc=False):
    tickers: list[_Needed] = []


class _NeededFrame(msgspec.Struct, gc=False):
    channel: str
    timestamp: str
    sequence_num: int
    events: list[_NeededEvent] = []


def frames_of(products: list[str], count: int) -> list[bytes]:
    """Return seeded ticker frames with all twelve fields, as the venue writes them."""
    rng = random.Random(1)
    return [frame_of(rng, rng.choice(products), number) for number in range(count)]


def frame_of(rng: random.Random, product: str, number: int) -> bytes:
    """Return one ticker frame."""
    price = rng.uniform(1, 70_000)
    ticker = {"type": "ticker", "product_id": product, "price": f"{price:.2f}"}
    around = {"low_24_h": 0.98, "high_24_h": 1.02, "low_52_w": 0.4, "high_52_w": 2.2}
    ticker |= {name: f"{price * factor:.2f}" for name, factor in around.items()}
    ticker |= {"volume_24_h": f"{rng.uniform(1, 1e6):.8f}"}
    ticker |= {"price_percent_chg_24_h": f"{rng.uniform(-9, 9):.14f}"}
    ticker |= {"best_bid": f"{price - 0.01:.2f}", "best_bid_quantity": f"{rng.random():.8f}"}
    ticker |= {"best_ask": f"{price + 0.01:.2f}", "best_ask_quantity": f"{rng.random():.8f}"}
    frame = {
        "channel": "ticker",
        "client_id": "",
        "timestamp": f"2026-09-05T22:10:{number // 800 % 60:02d}.{number % 1000:03d}008293Z",
        "sequence_num": number,
        "events": [{"type": "update", "tickers": [ticker]}],
    }
    return json.dumps(frame, separators=(",", ":")).encode()


def keep_as_dicts(message: dict[str, Any], cache: dict[str, dict[str, object]]) -> None:
    """The plain way: float() and a dict per ticker of one decoded frame."""
    moment = datetime.fromisoformat(message["timestamp"].replace("Z", "+00:00"))
    for event in message["events"]:
        for ticker in event["tickers"]:
            price = float(ticker["price"])
            percent = float(ticker["price_percent_chg_24_h"])
            opened = price / (1 + percent / 100)
            cache[ticker["product_id"]] = {
                "type": "ticker",
                "productId": ticker["product_id"],
                "symbol": ticker["product_id"].split("-")[0],
                "price": price,
                "open24h": opened,
                "volume24h": float(ticker["volume_24_h"]),
                "low24h": float(ticker["low_24_h"]),
                "high24h": float(ticker["high_24_h"]),
                "change24h": price - opened,
                "change24hPercent": percent,
                "timestamp": int(moment.timestamp() * 1000),
            }


def json_and_dicts(frames: list[bytes]) -> Callable[[], int]:
    """json.loads, then dicts."""
    cache: dict[str, dict[str, object]] = {}
    texts = [frame.decode() for frame in frames]

    def run() -> int:
        for text in texts:
            keep_as_dicts(json.loads(text), cache)
        return len(texts)

    return run


def bare_decode(frames: list[bytes]) -> Callable[[], int]:
    """The limit: a typed decode of six fields, its result dropped."""
    decode = msgspec.json.Decoder(_NeededFrame, strict=False).decode

    def run() -> int:
        for frame in frames:
            decode(frame)
        return len(frames)

    return run


def spectra(frames: list[bytes], products: list[str], *, flush: bool) -> Callable[[], int]:
    """The feed's own path, all thirteen fields kept."""
    intake = Intake(TickerCache(products), clock=SystemClock())

    def run() -> int:
        intake.begin_link()
        for number, frame in enumerate(frames):
            intake.handle(frame)
            if flush and not number % FRAMES_PER_FLUSH:
                intake.flush()
        return len(frames)

    return run


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--products", type=int, default=30)
    parser.add_argument("--frames", type=int, default=4_000)
    parser.add_argument("--rounds", type=int, default=9)
    chosen = parser.parse_args()
    products = [f"T{number}-USD" for number in range(chosen.products)]
    frames = frames_of(products, chosen.frames)
    rows = {
        "json.loads + dict": json_and_dicts(frames),
        "Spectra, with publishing": spectra(frames, products, flush=True),
        "Spectra, frame to cache": spectra(frames, products, flush=False),
        "limit: bare typed decode": bare_decode(frames),
    }
    print(f"{chosen.frames} frames of {chosen.products} products, {chosen.rounds} rounds")
    print_table(interleave(rows, chosen.rounds), base="json.loads + dict", limit=list(rows)[-1])


if __name__ == "__main__":
    main()
