"""The verbs of a sandbox test: speak to it over real sockets, with a client that is not ours.

Never imports the market room: what the sandbox says is read here as plain JSON.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
from websockets.sync.client import ClientConnection, connect

PATIENCE = 20.0
PRODUCTS = "/api/v3/brokerage/market/products"


class Venue:
    """One running sandbox, seen from outside."""

    def __init__(self, urls: dict[str, Any]) -> None:
        self.ws: str = urls["coinbase"]["ws"]
        self.rest: str = urls["coinbase"]["url"]
        self.control: str = urls["control"]
        self._http = httpx.Client(timeout=PATIENCE, trust_env=False)

    @contextmanager
    def connect(self) -> Iterator[ClientConnection]:
        with connect(
            self.ws, max_size=None, compression=None, close_timeout=1, proxy=None
        ) as socket:
            yield socket

    @contextmanager
    def subscribed(self, *products: str, channel: str = "ticker") -> Iterator[ClientConnection]:
        with self.connect() as socket:
            ask(socket, channel, *products)
            yield socket

    def get(self, path: str, **query: Any) -> httpx.Response:
        return self._http.get(self.rest + path, params=query)

    def control_get(self, name: str, **query: Any) -> Any:
        url = f"{self.control}/_sandbox/{name}"
        return self._http.get(url, params=query).json()

    def control_post(self, name: str, body: Any) -> httpx.Response:
        url = f"{self.control}/_sandbox/{name}"
        return self._http.post(url, json=body)

    def arm(self, kind: str, *, path: str = "ws", **more: Any) -> None:
        answer = self.control_post(
            "faults", {"venue": "coinbase", "path": path, "kind": kind, **more}
        )
        assert answer.status_code == 200, answer.text

    def act(self, action: str) -> dict[str, Any]:
        answer = self.control_post("connections", {"venue": "coinbase", "action": action})
        assert answer.status_code == 200, answer.text
        return answer.json()["coinbase"]

    def recover(self) -> None:
        self._http.delete(f"{self.control}/_sandbox/faults")
        self.act("up")
        self.act("drop")

    def close(self) -> None:
        self._http.close()

    def log(self, event: str) -> list[dict[str, Any]]:
        return [entry for entry in self.control_get("log")["entries"] if entry["event"] == event]


def ask(socket: ClientConnection, channel: str, *products: str, kind: str = "subscribe") -> None:
    socket.send(json.dumps({"type": kind, "channel": channel, "product_ids": list(products)}))


def frames(socket: ClientConnection) -> Iterator[dict[str, Any]]:
    """Yield what arrives, until nothing has for a long time (an error) or the link ends."""
    while True:
        yield json.loads(socket.recv(timeout=PATIENCE))


def first(socket: ClientConnection, channel: str, kind: str | None = None) -> dict[str, Any]:
    """Return the first frame of a channel, and of an event type if one is named."""
    for frame in frames(socket):
        if frame.get("channel") == channel and kind in (None, frame["events"][0].get("type")):
            return frame
    raise AssertionError("unreachable")


def first_ack(socket: ClientConnection) -> dict[str, list[str]]:
    subscriptions: dict[str, list[str]] = first(socket, "subscriptions")["events"][0][
        "subscriptions"
    ]
    return subscriptions
