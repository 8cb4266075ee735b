"""One exchange for browser.py: `browser_venue.py PRODUCTS PER_SECOND` prints its port.

Speaks just enough of the ticker protocol: a snapshot, then so many updates a second in all, each of
a random product, sent 100 times a second. Volumes fall off like a market's.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import time
from datetime import UTC, datetime
from itertools import count

from websockets.asyncio.server import ServerConnection, serve

TURNS = 100


def frame(channel: str, sequence: int, **content: object) -> str:
    """Return one message of the venue."""
    now = datetime.now(UTC).isoformat().replace("+00:00", "Z")
    message = {"channel": channel, "timestamp": now, "sequence_num": sequence, "events": [content]}
    return json.dumps(message)


class Venue:
    """Products named C0-USD, C1-USD …; what is asked for under another name is left out."""

    def __init__(self, products: int, per_second: float) -> None:
        self._random = random.Random(7)
        self._prices = {f"C{i}-USD": 1000.0 / (i + 1) for i in range(products)}
        self._opens = {
            product: price / (1 + self._random.gauss(0, 0.03))
            for product, price in self._prices.items()
        }
        self._per_turn = per_second / TURNS

    async def __call__(self, link: ServerConnection) -> None:
        """Answer subscriptions and send updates until the other side leaves."""
        sequence = count()
        granted: dict[str, list[str]] = {}
        pump: asyncio.Task[None] | None = None
        async for text in link:
            wish = json.loads(text)
            channel = wish["channel"]
            ids = [each for each in wish.get("product_ids", [channel]) if self._knows(each)]
            granted.setdefault(channel, []).extend(ids)
            if channel == "ticker":
                tickers = [self._ticker(each) for each in ids]
                await link.send(frame("ticker", next(sequence), type="snapshot", tickers=tickers))
            await link.send(frame("subscriptions", next(sequence), subscriptions=granted))
            pump = pump or asyncio.create_task(self._pump(link, sequence))
        if pump:
            pump.cancel()

    def _knows(self, name: str) -> bool:
        return name in self._prices or name == "heartbeats"

    async def _pump(self, link: ServerConnection, sequence: count[int]) -> None:
        due, owed, beats = time.monotonic(), 0.0, 0
        for turn in count():
            due += 1 / TURNS
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            owed += self._per_turn
            chosen = self._random.choices(list(self._prices), k=int(owed))
            owed -= len(chosen)
            if chosen:
                tickers = [self._ticker(each) for each in dict.fromkeys(chosen)]
                await link.send(frame("ticker", next(sequence), type="update", tickers=tickers))
            if turn % TURNS == 0:
                beats += 1
                await link.send(frame("heartbeats", next(sequence), heartbeat_counter=beats))

    def _ticker(self, product: str) -> dict[str, str]:
        self._prices[product] *= 1 + self._random.gauss(0, 0.0004)
        price, start = self._prices[product], self._opens[product]
        rank = int(product[1:].split("-")[0])
        return {
            "type": "ticker",
            "product_id": product,
            "price": f"{price:.6f}",
            "volume_24_h": f"{1e9 / (rank + 2) ** 1.1 / price:.4f}",
            "low_24_h": f"{min(price, start) * 0.99:.6f}",
            "high_24_h": f"{max(price, start) * 1.01:.6f}",
            "price_percent_chg_24_h": f"{(price / start - 1) * 100:.8f}",
            "best_bid": f"{price * 0.9999:.6f}",
            "best_ask": f"{price * 1.0001:.6f}",
        }


async def main() -> None:
    """Serve until terminated."""
    venue = Venue(int(sys.argv[1]), float(sys.argv[2]))
    async with serve(venue, "127.0.0.1", 0, compression=None) as server:
        print(next(iter(server.sockets)).getsockname()[1], flush=True)
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
