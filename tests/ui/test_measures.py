"""Rows of the table: every measure from ticker and reference, and nothing invented."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from core.clock import epoch_ms
from core.domain import Instrument
from core.market import Reference, Ticker
from core.ui.measures import MarketRow, build_rows, select_rows
from core.ui.session import ColourBy, Universe

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def a_ticker(product: str, **fields: float) -> Ticker:
    timestamp = epoch_ms(NOW) - 1500
    return Ticker(product, product.split("-")[0], timestamp, **fields)  # type: ignore[arg-type]


def an_instrument(product: str, name: str) -> Instrument:
    base, _, quote = product.partition("-")
    return Instrument(product_id=product, base=base, quote=quote, name=name)


def rows_of(*tickers: Ticker, **references: Reference) -> list[MarketRow]:
    return build_rows(
        {ticker.product_id: ticker for ticker in tickers},
        references={f"{base}-USD": reference for base, reference in references.items()},
        instruments={"BTC-USD": an_instrument("BTC-USD", "Bitcoin")},
        now=NOW,
    )


def test_each_measure_comes_from_its_own_reference() -> None:
    btc = a_ticker("BTC-USD", price=110.0, change_24h_percent=10.0)
    eth = a_ticker("ETH-USD", price=55.0, change_24h_percent=21.0)
    reference = Reference(price_1h_ago=50.0, open_today=44.0, day_sigma_percent=7.0)
    row = {row.ticker.product_id: row for row in rows_of(btc, eth, ETH=reference)}["ETH-USD"]
    assert row.changes == {
        ColourBy.DAY: 21.0,
        ColourBy.HOUR: pytest.approx(10.0),
        ColourBy.OPEN: pytest.approx(25.0),
        ColourBy.BITCOIN: pytest.approx(10.0),
        ColourBy.UNUSUAL: pytest.approx(3.0),
    }
    assert row.age == pytest.approx(1.5)


def test_what_is_unknown_stays_unknown() -> None:
    (row,) = rows_of(a_ticker("ETH-USD"))
    assert set(row.changes.values()) == {None}
    assert (row.volume, row.spread, row.position) == (None, None, None)


def test_volumes_are_in_dollars_whatever_the_quote() -> None:
    btc = a_ticker("BTC-USD", price=100.0, volume_24h=1.0)
    pair = a_ticker("ETH-BTC", price=0.5, volume_24h=10.0)
    euro = a_ticker("ETH-EUR", price=3.0, volume_24h=10.0)
    rows = rows_of(euro, pair, btc)
    assert [(row.ticker.product_id, row.volume) for row in rows] == [
        ("ETH-BTC", 500.0),
        ("BTC-USD", 100.0),
        ("ETH-EUR", None),
    ]


def test_spread_and_position_are_of_the_middle_and_the_range() -> None:
    (row,) = rows_of(
        a_ticker("X-USD", price=15.0, low_24h=10.0, high_24h=20.0, best_bid=99.0, best_ask=101.0)
    )
    assert row.spread == pytest.approx(200.0)
    assert row.position == pytest.approx(0.5)


def test_a_universe_and_a_search_narrow_the_rows() -> None:
    rows = rows_of(
        a_ticker("BTC-USD", change_24h_percent=1.0),
        a_ticker("ETH-USD", change_24h_percent=-1.0),
        a_ticker("USDT-USD", change_24h_percent=0.0),
    )

    def found(universe: Universe, search: str = "") -> list[str]:
        chosen = select_rows(rows, universe=universe, colour_by=ColourBy.DAY, search=search)
        return [row.ticker.symbol for row in chosen]

    assert found(Universe.GAINERS) == ["BTC"]
    assert found(Universe.LOSERS) == ["ETH"]
    assert found(Universe.NO_STABLECOINS) == ["BTC", "ETH"]
    assert found(Universe.ALL, "bitco") == ["BTC"]
    assert found(Universe.ALL, "usd") == ["USDT"]
    assert found(Universe.ALL, "eth-usd") == ["ETH"]
