"""The market as seen from outside an account: live prices, books, candles and instruments.

Market            everything together, from socket to snapshot
FeedTiming        every wait of the feed
Ticker, Reference live state of one product, and what it is compared with
CandleSeries      candles and whether they are fresh
Relay             the picture and its changes as text for browsers
parse_frame       one Advanced Trade frame → typed message, pure
"""

from core.market.candles import CandleSeries
from core.market.coinbase import parse_frame
from core.market.connection import FeedTiming
from core.market.market import Market
from core.market.relay import Relay
from core.market.ticker import Reference, Ticker

__all__ = [
    "CandleSeries",
    "FeedTiming",
    "Market",
    "Reference",
    "Relay",
    "Ticker",
    "parse_frame",
]
