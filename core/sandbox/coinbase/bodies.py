"""Bodies of the public REST API, written from the world; field for field those of the live venue.

Numbers are strings, as there. Never knows a request: what was asked comes as arguments.
"""

from __future__ import annotations

import random
from typing import Any

from core.sandbox.catalogue import LISTINGS
from core.sandbox.coinbase.frames import percent_text, price_text, size_text
from core.sandbox.world import DAY, Book, World
from core.sandbox.world.figures import decimal_text, increment_text, rfc3339


def product(world: World, name: str, now: float) -> dict[str, Any]:
    """Return one product as the product list carries it."""
    listing = LISTINGS[name]
    quote, stats = world.trades.quote(name, now), world.candles.day_stats(name, now)
    before = world.candles.day_stats(name, now - DAY)
    increment, size_step = (
        increment_text(listing.price_decimals),
        increment_text(listing.base_decimals),
    )
    price = quote.price / 10**listing.price_decimals
    volume = stats.volume / 10**listing.base_decimals
    return {
        "product_id": name,
        "price": price_text(name, quote.price),
        "price_percentage_change_24h": percent_text((quote.price / stats.open - 1) * 100),
        "volume_24h": size_text(name, stats.volume),
        "volume_percentage_change_24h": percent_text((stats.volume / before.volume - 1) * 100),
        "base_increment": size_step,
        "quote_increment": increment,
        "quote_min_size": "1",
        "quote_max_size": "150000000",
        "base_min_size": size_step,
        "base_max_size": str(max(1, round(150_000_000 / listing.price))),
        "base_name": listing.name,
        "quote_name": "US Dollar",
        "watched": False,
        "is_disabled": False,
        "new": False,
        "status": "online",
        "cancel_only": False,
        "limit_only": False,
        "post_only": False,
        "trading_disabled": False,
        "auction_mode": False,
        "product_type": "SPOT",
        "quote_currency_id": listing.quote,
        "base_currency_id": listing.base,
        "fcm_trading_session_details": None,
        "mid_market_price": decimal_text((quote.bid + quote.ask) * 5, listing.price_decimals + 1),
        "alias": "",
        "alias_to": [f"{listing.base}-USDC"],
        "base_display_symbol": listing.base,
        "quote_display_symbol": listing.quote,
        "view_only": False,
        "price_increment": increment,
        "display_name": f"{listing.base}-{listing.quote}",
        "product_venue": "CBE",
        "approximate_quote_24h_volume": f"{price * volume:.2f}",
    }


def candles(
    world: World, name: str, *, start: int, end: int, span: int, now: float
) -> list[dict[str, str]]:
    """Return the candles that begin from `start` up to before `end`, newest first."""
    bars = world.candles.bars(name, start=start, end=end, span=span, now=now)
    listed = [
        {
            "start": str(bar.start),
            "low": price_text(name, bar.low),
            "high": price_text(name, bar.high),
            "open": price_text(name, bar.open),
            "close": price_text(name, bar.close),
            "volume": size_text(name, bar.volume),
        }
        for bar in bars
    ]
    return listed[::-1]


def recent_trades(
    world: World, name: str, *, now: float, limit: int, horizon: int
) -> dict[str, Any]:
    """Return the latest trades, newest first, with the best bid and ask."""
    quote = world.trades.quote(name, now)
    trades = world.trades.recent(name, now, limit=limit, horizon=horizon)
    return {
        "trades": [
            {
                "trade_id": str(trade.trade_id),
                "product_id": name,
                "price": price_text(name, trade.price),
                "size": size_text(name, trade.size),
                "time": rfc3339(round(trade.moment * 1e6) * 1000, digits=6),
                "side": trade.maker_side,
                "bid": "",
                "ask": "",
            }
            for trade in trades
        ],
        "best_bid": price_text(name, quote.bid),
        "best_ask": price_text(name, quote.ask),
    }


def book(world: World, name: str, now: float, *, limit: int) -> dict[str, Any]:
    """Return the book, best levels first; `limit` 0 means all of it."""
    quote = world.trades.quote(name, now)
    resting = Book(name, quote, random.Random(world.seed))  # noqa: S311 - not a secret
    bids = sorted(resting.bids.items(), reverse=True)[: limit or None]
    asks = sorted(resting.asks.items())[: limit or None]
    scale = 10 ** LISTINGS[name].price_decimals
    middle = (quote.bid + quote.ask) / 2
    return {
        "pricebook": {
            "product_id": name,
            "bids": [_level(name, *level) for level in bids],
            "asks": [_level(name, *level) for level in asks],
            "time": rfc3339(round(now * 1e6) * 1000, digits=6),
        },
        "last": price_text(name, quote.price),
        "mid_market": f"{middle / scale:.10f}".rstrip("0").rstrip("."),
        "spread_bps": percent_text((quote.ask - quote.bid) / middle * 10_000),
        "spread_absolute": price_text(name, quote.ask - quote.bid),
    }


def brokerage_time(at: int) -> dict[str, str]:
    """Return the server's time as Advanced Trade tells it."""
    seconds = at // 1_000_000_000
    return {
        "iso": rfc3339(at, digits=0),
        "epochSeconds": str(seconds),
        "epochMillis": str(at // 1_000_000),
    }


def plain_time(at: int) -> dict[str, dict[str, Any]]:
    """Return the server's time as the older API tells it."""
    return {"data": {"iso": rfc3339(at, digits=0), "epoch": at // 1_000_000_000}}


def error(name: str, message: str) -> dict[str, str]:
    """Return the venue's error body."""
    return {"error": name, "error_details": message, "message": message}


def _level(name: str, price: int, size: int) -> dict[str, str]:
    return {"price": price_text(name, price), "size": size_text(name, size)}
