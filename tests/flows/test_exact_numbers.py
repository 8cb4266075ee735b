"""From the venue's text to a browser's JSON no number changes, and what was absent stays absent."""

from __future__ import annotations

import json
import math
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect
from websockets.sync.server import ServerConnection, serve

from core.sandbox import start_sandbox
from tests.waiting import wait_for
from tests.web.conftest import Running, spawn

FIELDS = {
    "price": "price",
    "volume_24_h": "volume24h",
    "low_24_h": "low24h",
    "high_24_h": "high24h",
    "low_52_w": "low52w",
    "high_52_w": "high52w",
    "price_percent_chg_24_h": "change24hPercent",
    "best_bid": "bestBid",
    "best_bid_quantity": "bestBidSize",
    "best_ask": "bestAsk",
    "best_ask_quantity": "bestAskSize",
}
BASES = "BTC ETH SOL XRP DOGE ADA AVAX LINK DOT LTC SHIB UNI AAVE NEAR APT ARB OP ATOM FIL ICP"
PRODUCTS = [
    f"{base}-USD" for base in f"{BASES} HBAR SUI PEPE BONK RENDER INJ BCH GRT ALGO XLM".split()
]


class Recorder:
    """Passes frames on from the venue to the app and keeps every ticker as it was written."""

    def __init__(self, upstream: str) -> None:
        self._upstream = upstream
        self.sent: dict[str, list[dict[str, Any]]] = {}

    def __call__(self, app: ServerConnection) -> None:
        with connect(self._upstream, compression=None, max_size=None) as venue:
            back = threading.Thread(target=self._pass_back, args=(app, venue))
            back.start()
            try:
                for frame in venue:
                    self._keep(frame)
                    app.send(frame)
            except ConnectionClosed:
                venue.close()
            back.join()

    def _pass_back(self, app: ServerConnection, venue: Any) -> None:
        try:
            for frame in app:
                venue.send(frame)
        except ConnectionClosed:
            pass
        venue.close()

    def _keep(self, frame: str | bytes) -> None:
        message = json.loads(frame)
        if message.get("channel") == "ticker":
            for event in message["events"]:
                for ticker in event["tickers"]:
                    self.sent.setdefault(ticker["product_id"], []).append(ticker)


@contextmanager
def a_recorded_app(folder: Path) -> Iterator[tuple[Recorder, Running, str]]:
    with start_sandbox(seed=3, rate=8) as sandbox:
        coinbase = sandbox.urls["coinbase"]
        recorder = Recorder(coinbase["ws"])
        with serve(recorder, "127.0.0.1", 0, compression=None) as proxy:
            threading.Thread(target=proxy.serve_forever, daemon=True).start()
            env = {
                "SPECTRA_COINBASE_WS_URL": f"ws://127.0.0.1:{proxy.socket.getsockname()[1]}",
                "SPECTRA_COINBASE_REST_URL": coinbase["url"],
                "SPECTRA_PRODUCTS": ",".join(PRODUCTS),
            }
            running = spawn([sys.executable, "app.py", "--port", "0"], home=folder, env=env)
            try:
                wait_for(lambda: "ready: http" in "".join(running.said), "the app")
                running.port = int(
                    "".join(running.said).split("ready: http://127.0.0.1:")[1].split()[0]
                )
                yield recorder, running, str(sandbox.urls["control"])
            finally:
                running.stop()
            proxy.shutdown()


def number(text: Any) -> float | None:
    """What a careful reader makes of one field: a plain finite number, or nothing."""
    if not isinstance(text, str) or not text.isascii():
        return None
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def expected(ticker: dict[str, Any]) -> dict[str, float]:
    """The normalized form by the definition: absent where the venue's text is no number."""
    read = {ours: number(ticker.get(theirs)) for theirs, ours in FIELDS.items()}
    return {
        name: value
        for name, value in read.items()
        if value is not None and (value >= 0 or name == "change24hPercent")
    }


def shown(ticker: dict[str, Any]) -> dict[str, float]:
    return {name: ticker[name] for name in FIELDS.values() if name in ticker}


def test_every_number_a_browser_gets_is_one_the_venue_sent(tmp_path: Path, full: bool) -> None:
    with a_recorded_app(tmp_path) as (recorder, running, control):
        wait_for(lambda: len(recorder.sent) == len(PRODUCTS), "a ticker of every product")
        with connect(f"{running.ws}/ws/market", compression=None) as browser:
            checked: set[str] = set()
            count, spoiled, absent_seen = 0, False, False
            enough = 5_000 if full else 500
            while count < enough or len(checked) < len(PRODUCTS) or not absent_seen:
                message = json.loads(browser.recv(timeout=60))
                for ticker in message["tickers"]:
                    check(ticker, recorder)
                    checked.add(ticker["productId"])
                    absent_seen |= len(shown(ticker)) < len(FIELDS)
                    count += 1
                if count > 100 and not spoiled:
                    spoiled = True
                    fault = {"venue": "coinbase", "path": "ws", "kind": "bad_values", "count": 60}
                    httpx.post(f"{control}/_sandbox/faults", json=fault).raise_for_status()


def check(ticker: dict[str, Any], recorder: Recorder) -> None:
    """The ticker is, field by field, one of those the venue wrote for this product."""
    written = recorder.sent[ticker["productId"]]
    assert shown(ticker) in [expected(each) for each in reversed(written)]
    price, percent = ticker.get("price"), ticker.get("change24hPercent")
    if price is None or percent is None or percent <= -100:
        assert "open24h" not in ticker
        assert "change24h" not in ticker
    else:
        assert ticker["open24h"] == price / (1 + percent / 100)
        assert ticker["change24h"] == price - ticker["open24h"]
    assert ticker["symbol"] == ticker["productId"].partition("-")[0]
