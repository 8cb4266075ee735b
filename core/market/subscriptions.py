"""What is asked of the venue, and what it granted: it leaves unknown products out in silence.

    asked → messages, one channel each → acks, in order, each listing everything granted so far

Never sends anything itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import msgspec

PRODUCTS_PER_MESSAGE = 100


@dataclass(frozen=True, slots=True)
class Request:
    """One subscribe or unsubscribe message; `products` is empty for channels without any."""

    channel: str
    products: tuple[str, ...] = ()
    subscribe: bool = True

    def encode(self) -> str:
        """Return the message as the venue wants it: one channel per message."""
        message: dict[str, object] = {
            "type": "subscribe" if self.subscribe else "unsubscribe",
            "channel": self.channel,
        }
        if self.products:
            message["product_ids"] = self.products
        return msgspec.json.encode(message).decode()


def price_requests(products: Sequence[str]) -> list[Request]:
    """Return what the price feed asks for, heartbeats first so that a dead link shows early."""
    chunks = (
        tuple(products[start : start + PRODUCTS_PER_MESSAGE])
        for start in range(0, len(products), PRODUCTS_PER_MESSAGE)
    )
    return [Request("heartbeats"), *(Request("ticker", chunk) for chunk in chunks)]


class SubscriptionLedger:
    """Compares one connection's requests with its acks; not thread-safe."""

    def __init__(self, requests: Iterable[Request]) -> None:
        self._unanswered = list(requests)
        self._answered: list[Request] = []
        self._granted: Mapping[str, frozenset[str]] = {}

    def acknowledge(self, channels: Mapping[str, frozenset[str]]) -> None:
        """Take the next ack: it answers the oldest open request and lists all that is granted."""
        if self._unanswered:
            self._answered.append(self._unanswered.pop(0))
        self._granted = channels

    @property
    def missing(self) -> tuple[str, ...]:
        """Products that were asked for and answered, but not granted."""
        return tuple(
            product
            for request in self._answered
            for product in request.products
            if product not in self._granted.get(request.channel, frozenset())
        )

    @property
    def all_refused(self) -> bool:
        """True once every request is answered and not one product was granted."""
        asked = sum(len(request.products) for request in self._answered)
        return not self._unanswered and asked > 0 and len(self.missing) == asked
