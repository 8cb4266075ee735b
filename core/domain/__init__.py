"""The field's nouns: frozen values that every room understands, made of the standard library only.

    Instrument    what can be traded, and in which steps
    Candle        open, high, low, close and volume of one span; Granularity names the spans
    OrderBook     resting bids and asks of one product, best first
    FeedStatus    how the market feed is doing, for a header, /health and a page

The live `Ticker` is a noun too, but sits in the hot path and so in `core.market`.
"""

from core.domain.book import BookLevel, OrderBook
from core.domain.candle import Candle, Granularity
from core.domain.feed import FeedState, FeedStatus
from core.domain.instrument import Instrument

__all__ = [
    "BookLevel",
    "Candle",
    "FeedState",
    "FeedStatus",
    "Granularity",
    "Instrument",
    "OrderBook",
]
