"""What one connection has asked for: reading its requests, and keeping the list of channels.

    {"type":"subscribe","product_ids":["BTC-USD"],"channel":"ticker"}

Exactly one channel per message. A product the venue does not list is left out without a word.
Never sends anything.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from core.errors import InvalidMessage
from core.sandbox.catalogue import LISTINGS, PRODUCTS

PUBLIC_CHANNELS = (
    "ticker",
    "ticker_batch",
    "heartbeats",
    "level2",
    "market_trades",
    "candles",
    "status",
)
MAX_BOOKS = 30
_WITHOUT_PRODUCTS = ("heartbeats",)
_ALL_BY_DEFAULT = ("ticker", "ticker_batch", "status")


class UnknownChannel(InvalidMessage):
    """No such channel, or one that needs a signature; the venue says the same for both."""


class TooManyBooks(InvalidMessage):
    """More level2 products on one connection than the venue serves."""


@dataclass(frozen=True, slots=True)
class Request:
    """One subscribe or unsubscribe; `products` is None when the client named none."""

    kind: str
    channel: str
    products: tuple[str, ...] | None


def parse_request(text: str | bytes) -> Request:
    """Return what a client's message asks for, or raise InvalidMessage."""
    try:
        body = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InvalidMessage("not JSON") from error
    if not isinstance(body, dict) or body.get("type") not in ("subscribe", "unsubscribe"):
        raise InvalidMessage("neither subscribe nor unsubscribe")
    channel, products = body.get("channel"), body.get("product_ids")
    if channel not in PUBLIC_CHANNELS:
        raise UnknownChannel(f"channel {channel!r:.40}")
    if products is None or products == []:
        return Request(body["type"], channel, None)
    if not isinstance(products, list) or not all(isinstance(each, str) for each in products):
        raise InvalidMessage("product_ids is not a list of texts")
    return Request(body["type"], channel, tuple(products))


class Subscriptions:
    """The channels of one connection with their products, in the order asked for."""

    def __init__(self) -> None:
        self._channels: dict[str, dict[str, None]] = {}

    def add(self, request: Request, *, without: frozenset[str] = frozenset()) -> list[str]:
        """Apply a subscribe and return the products that are new on its channel.

        Products in `without` are treated as unknown. Raises TooManyBooks, changing nothing.
        """
        wanted = [name for name in _listed(request) if name not in without]
        have = self._channels.get(request.channel, {})
        new = [name for name in dict.fromkeys(wanted) if name not in have]
        if request.channel == "level2" and len(have) + len(new) > MAX_BOOKS:
            raise TooManyBooks(f"{len(have) + len(new)} books")
        if new:
            self._channels[request.channel] = {**have, **dict.fromkeys(new)}
        return new

    def remove(self, request: Request) -> None:
        """Apply an unsubscribe; without products the whole channel goes."""
        if request.products is None or request.channel in _WITHOUT_PRODUCTS:
            self._channels.pop(request.channel, None)
            return
        left = self._channels.get(request.channel, {})
        for name in _listed(request):
            left.pop(name, None)
        if not left:
            self._channels.pop(request.channel, None)

    def has(self, channel: str, product: str) -> bool:
        """Tell whether a product of a channel goes to this connection."""
        return product in self._channels.get(channel, ())

    def products(self, channel: str) -> tuple[str, ...]:
        """Return the products of a channel, none if it is not subscribed."""
        return tuple(self._channels.get(channel, ()))

    def listing(self) -> dict[str, list[str]]:
        """Return everything on the connection, as the acknowledgement lists it."""
        return {channel: list(products) for channel, products in self._channels.items()}


def _listed(request: Request) -> list[str]:
    if request.channel in _WITHOUT_PRODUCTS:
        return ["heartbeats"]
    if request.products is None:
        return list(PRODUCTS) if request.channel in _ALL_BY_DEFAULT else []
    return [name for name in map(_unified, request.products) if name in LISTINGS]


def _unified(product: str) -> str:
    """Return the product whose data is sent: USDC books are the USD ones."""
    return f"{product.removesuffix('-USDC')}-USD" if product.endswith("-USDC") else product
