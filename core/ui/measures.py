"""What the heatmap's colours and lists measure, computed here for the table.

The browser computes the same for the map (assets/js/measures.js). Unknown stays None, never 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from core.clock import epoch_ms
from core.domain import Instrument
from core.market import Reference, Ticker
from core.ui.session import ColourBy, Universe
from core.ui.text import clean_text

BENCHMARK = "BTC-USD"
STABLECOINS = frozenset(
    ("USDT", "USDC", "DAI", "PYUSD", "GUSD", "USDS", "USDE", "USDP", "EURC", "GYEN", "ZUSD")
)
"""Base currencies that are made not to move."""
_DOLLARS = frozenset({"USD", "USDC", "USDT"})
_NO_REFERENCE = Reference()
_BASIS_POINTS = 10_000


@dataclass(frozen=True, slots=True)
class MarketRow:
    """One product as the table shows it; changes in percent, volume in USD, age in seconds."""

    ticker: Ticker
    instrument: Instrument | None
    name: str
    changes: Mapping[ColourBy, float | None]
    """Every colour mode's value, the last one in standard deviations."""
    volume: float | None
    spread: float | None
    """Basis points of the middle."""
    position: float | None
    """Where the price lies between the 24 h low (0) and high (1)."""
    age: float


def build_rows(
    tickers: Mapping[str, Ticker],
    *,
    references: Mapping[str, Reference],
    instruments: Mapping[str, Instrument],
    now: datetime,
) -> list[MarketRow]:
    """Return every product with its measures, the most traded first, unknown volumes last."""
    benchmark = tickers.get(BENCHMARK)
    rows = [
        _build_row(
            ticker,
            reference=references.get(product, _NO_REFERENCE),
            instrument=instruments.get(product),
            benchmark=benchmark.change_24h_percent if benchmark else None,
            volume=quote_volume(ticker, tickers),
            now=now,
        )
        for product, ticker in tickers.items()
    ]
    return sorted(rows, key=lambda row: (-(row.volume or 0.0), row.ticker.product_id))


def select_rows(
    rows: Iterable[MarketRow], *, universe: Universe, colour_by: ColourBy, search: str
) -> list[MarketRow]:
    """Return the rows of a universe that answer the search, in their order."""
    wanted = search.strip().upper()
    return [
        row
        for row in rows
        if _belongs(row, universe, row.changes[colour_by]) and _answers(row, wanted)
    ]


def quote_volume(ticker: Ticker, tickers: Mapping[str, Ticker]) -> float | None:
    """Return the 24 h volume in USD; None where the quote currency has no price in USD."""
    if ticker.price is None or ticker.volume_24h is None:
        return None
    quote = ticker.product_id.rpartition("-")[2]
    if quote in _DOLLARS:
        return ticker.price * ticker.volume_24h
    dollars = tickers.get(f"{quote}-USD")
    if dollars is None or dollars.price is None:
        return None
    return ticker.price * ticker.volume_24h * dollars.price


def _build_row(
    ticker: Ticker,
    *,
    reference: Reference,
    instrument: Instrument | None,
    benchmark: float | None,
    volume: float | None,
    now: datetime,
) -> MarketRow:
    day, sigma = ticker.change_24h_percent, reference.day_sigma_percent
    return MarketRow(
        ticker=ticker,
        instrument=instrument,
        name=clean_text(instrument.name) if instrument else "",
        changes={
            ColourBy.DAY: day,
            ColourBy.HOUR: _since(ticker.price, reference.price_1h_ago),
            ColourBy.OPEN: _since(ticker.price, reference.open_today),
            ColourBy.BITCOIN: _against(day, benchmark),
            ColourBy.UNUSUAL: day / sigma if day is not None and sigma else None,
        },
        volume=volume,
        spread=_spread(ticker.best_bid, ticker.best_ask),
        position=_position(ticker),
        age=max(0.0, (epoch_ms(now) - ticker.timestamp) / 1000),
    )


def _since(price: float | None, before: float | None) -> float | None:
    return (price / before - 1) * 100 if price is not None and before else None


def _against(own: float | None, benchmark: float | None) -> float | None:
    if own is None or benchmark is None or benchmark <= -100:
        return None
    return ((1 + own / 100) / (1 + benchmark / 100) - 1) * 100


def _spread(bid: float | None, ask: float | None) -> float | None:
    return (ask - bid) / ((ask + bid) / 2) * _BASIS_POINTS if bid and ask else None


def _position(ticker: Ticker) -> float | None:
    price, low, high = ticker.price, ticker.low_24h, ticker.high_24h
    if price is None or low is None or high is None or high <= low:
        return None
    return min(1.0, max(0.0, (price - low) / (high - low)))


def _answers(row: MarketRow, wanted: str) -> bool:
    # The quote currency is in every id: it only counts where the whole id is being typed.
    own = row.ticker.product_id if "-" in wanted else row.ticker.symbol
    return wanted in own or wanted in row.name.upper()


def _belongs(row: MarketRow, universe: Universe, change: float | None) -> bool:
    match universe:
        case Universe.GAINERS:
            return change is not None and change > 0
        case Universe.LOSERS:
            return change is not None and change < 0
        case Universe.NO_STABLECOINS:
            return row.ticker.symbol not in STABLECOINS
    return True
