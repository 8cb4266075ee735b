"""Advanced Trade WebSocket messages, written from the world in the live venue's shapes.

    {"channel":"ticker","timestamp":"…Z","sequence_num":0,"events":[{"type":"snapshot",
     "tickers":[{"type":"ticker","product_id":"BTC-USD","price":"64281.7",…}]}]}

Every number inside an event is a string, but for the heartbeat counter. Never knows a connection:
a `Message` becomes a frame when its connection gives it a sequence number.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from core.sandbox.catalogue import LISTINGS
from core.sandbox.world import Bar, Book, LevelChange, Trade, World
from core.sandbox.world.figures import decimal_text, go_time, increment_text, rfc3339

AUTHENTICATION_FAILURE = '{"type":"error","message":"authentication failure"}'
SUBSCRIBE_FAILURE = '{"type":"error","message":"failure to subscribe"}'
TOO_MANY_BOOKS = '{"type":"error","message":"too many L2 streams requested in a single session"}'
CANDLE_SECONDS = 300


@dataclass(frozen=True, slots=True)
class Message:
    """One message but for its sequence number; `events` is the JSON of the list's inside."""

    channel: str
    at: int
    events: str

    def frame(self, sequence: int) -> str:
        """Return the text of the frame with its place in the connection's sequence."""
        return (
            f'{{"channel":"{self.channel}","timestamp":"{rfc3339(self.at)}",'
            f'"sequence_num":{sequence},"events":[{self.events}]}}'
        )


def price_text(product: str, ticks: int) -> str:
    """Write a price in the product's own decimals."""
    return decimal_text(ticks, LISTINGS[product].price_decimals)


def size_text(product: str, units: int) -> str:
    """Write an amount in the product's own decimals."""
    return decimal_text(units, LISTINGS[product].base_decimals)


def percent_text(percent: float) -> str:
    """Write a percentage with the venue's long fraction, without an exponent."""
    text = f"{percent:.14f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def ticker(world: World, product: str, moment: float, *, batch: bool = False) -> str:
    """Return the JSON of one product's ticker as of `moment`; a batch one lacks bid and ask."""
    quote = world.trades.quote(product, moment)
    stats = world.candles.day_stats(product, moment)
    top, bottom = world.prices.year_ticks(product, moment)
    percent = (quote.price / stats.open - 1) * 100
    text = (
        f'{{"type":"ticker","product_id":"{product}","price":"{price_text(product, quote.price)}",'
        f'"volume_24_h":"{size_text(product, stats.volume)}",'
        f'"low_24_h":"{price_text(product, stats.low)}",'
        f'"high_24_h":"{price_text(product, stats.high)}",'
        f'"low_52_w":"{price_text(product, min(bottom, stats.low))}",'
        f'"high_52_w":"{price_text(product, max(top, stats.high))}",'
        f'"price_percent_chg_24_h":"{percent_text(percent)}"'
    )
    if batch:
        return text + "}"
    return text + (
        f',"best_bid":"{price_text(product, quote.bid)}",'
        f'"best_ask":"{price_text(product, quote.ask)}",'
        f'"best_bid_quantity":"{size_text(product, quote.bid_size)}",'
        f'"best_ask_quantity":"{size_text(product, quote.ask_size)}"}}'
    )


def trade(one: Trade) -> str:
    """Return the JSON of one trade."""
    time = rfc3339(round(one.moment * 1e6) * 1000, digits=6)
    return (
        f'{{"product_id":"{one.product}","trade_id":"{one.trade_id}",'
        f'"price":"{price_text(one.product, one.price)}",'
        f'"size":"{size_text(one.product, one.size)}","time":"{time}","side":"{one.maker_side}"}}'
    )


def candle(product: str, bar: Bar) -> str:
    """Return the JSON of one candle of the candles channel."""
    return (
        f'{{"start":"{bar.start}","high":"{price_text(product, bar.high)}",'
        f'"low":"{price_text(product, bar.low)}","open":"{price_text(product, bar.open)}",'
        f'"close":"{price_text(product, bar.close)}",'
        f'"volume":"{size_text(product, bar.volume)}","product_id":"{product}"}}'
    )


def status(product: str) -> str:
    """Return the JSON of one product of the status channel."""
    listing = LISTINGS[product]
    price_step = increment_text(listing.price_decimals)
    return json.dumps(
        {
            "product_type": "SPOT",
            "id": product,
            "base_currency": listing.base,
            "quote_currency": listing.quote,
            "base_increment": increment_text(listing.base_decimals),
            "quote_increment": price_step,
            "display_name": f"{listing.base}/{listing.quote}",
            "status": "online",
            "status_message": "",
            "min_market_funds": "1",
        },
        separators=(",", ":"),
    )


def level(product: str, change: LevelChange, at: str) -> str:
    """Return the JSON of one level of a book: its whole size, 0 when gone."""
    return (
        f'{{"side":"{change.side}","event_time":"{at}",'
        f'"price_level":"{price_text(product, change.price)}",'
        f'"new_quantity":"{size_text(product, change.size)}"}}'
    )


def book_snapshot(product: str, book: Book, at: int) -> Message:
    """Return the whole book of a product, in no order, as the venue sends it."""
    changes = [LevelChange("bid", price, size) for price, size in book.bids.items()]
    changes += [LevelChange("offer", price, size) for price, size in book.asks.items()]
    changes.sort(key=lambda change: (change.price * 2_654_435_761) & 0xFFFF)
    return book_message(product, "snapshot", changes, at)


def book_message(product: str, kind: str, changes: Iterable[LevelChange], at: int) -> Message:
    """Return level changes of a product as one message."""
    moment = rfc3339(at, digits=6)
    updates = ",".join(level(product, change, moment) for change in changes)
    events = f'{{"type":"{kind}","product_id":"{product}","updates":[{updates}]}}'
    return Message("l2_data", at, events)


def listed(channel: str, name: str, kind: str, items: Sequence[str], at: int) -> Message:
    """Return one event with a list, such as tickers: `kind` is snapshot or update."""
    return Message(channel, at, f'{{"type":"{kind}","{name}":[{",".join(items)}]}}')


def heartbeat(at: int, *, counter: int, uptime: float) -> Message:
    """Return the heartbeat of this second; its counter is a number, its time Go's format."""
    events = f'{{"current_time":"{go_time(at, uptime=uptime)}","heartbeat_counter":{counter}}}'
    return Message("heartbeats", at, events)


def subscriptions(channels: Mapping[str, Sequence[str]], at: int) -> Message:
    """Return the acknowledgement: everything this connection is subscribed to."""
    listing = json.dumps({"subscriptions": channels}, separators=(",", ":"))
    return Message("subscriptions", at, listing)
