"""Order books on demand: leased, exact, healed, and never in the way of prices."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from pathlib import Path

from core.domain import OrderBook
from core.market import Market
from core.market.books import MAX_BOOKS
from tests.market.markets import a_running_market
from tests.market.scripted_venue import (
    ScriptedVenue,
    Visit,
    a_ticker,
    book_frame,
    heartbeat_frame,
    ticker_frame,
)
from tests.waiting import wait_for

FIRST = [("offer", "101.50", "1"), ("bid", "99.5", "2"), ("bid", "100.0", "0.5")]


async def serve_prices(visit: Visit) -> None:
    """Play the price feed's part, for the connection that asks for tickers."""
    await visit.receive()
    await visit.send(ticker_frame, a_ticker())
    while True:
        await visit.send(heartbeat_frame)
        await asyncio.sleep(0.05)


async def serve_book(visit: Visit) -> None:
    """Send a snapshot of each product asked for, then nothing but heartbeats."""
    while True:
        request = await visit.receive()
        for product in request["product_ids"]:
            if request["type"] == "subscribe":
                await visit.send(book_frame, product, "snapshot", FIRST)


def a_venue(books=serve_book) -> ScriptedVenue:
    async def script(visit: Visit) -> None:
        await visit.receive()
        first = await peek(visit)
        await (serve_prices if first == "ticker" else books)(visit)

    async def peek(visit: Visit) -> str:
        request = await visit.receive()
        receive = visit.receive

        async def again() -> dict:
            visit.receive = receive
            return request

        visit.receive = again
        return request["channel"]

    return ScriptedVenue(script)


def book_of(market: Market, product: str = "BTC-USD", depth: int = 50) -> OrderBook:
    return wait_for(lambda: market.order_book(product, depth=depth))


def level2_visits(venue: ScriptedVenue) -> list[Visit]:
    return [visit for visit in venue.visits if "level2" in visit.channels]


def test_a_book_comes_over_a_connection_of_its_own(tmp_path: Path) -> None:
    with a_venue() as venue, a_running_market(venue.url, folder=tmp_path) as market:
        book = book_of(market)
        assert [(level.price, level.size) for level in book.bids] == [
            (Decimal("100.0"), Decimal("0.5")),
            (Decimal("99.5"), Decimal("2")),
        ]
        assert [level.price for level in book.asks] == [Decimal("101.50")]
        assert len(market.order_book("BTC-USD", depth=1).bids) == 1
        (visit,) = level2_visits(venue)
        assert "ticker" not in visit.channels


def test_nobody_connects_for_books_until_somebody_looks(tmp_path: Path) -> None:
    with a_venue() as venue, a_running_market(venue.url, folder=tmp_path) as market:
        wait_for(market.snapshot)
        assert level2_visits(venue) == []
        assert market.order_book("NOT-FOLLOWED") is None


def test_a_second_product_joins_the_same_connection(tmp_path: Path) -> None:
    with a_venue() as venue, a_running_market(venue.url, folder=tmp_path) as market:
        book_of(market)
        assert book_of(market, "ETH-USD").product_id == "ETH-USD"
        assert len(level2_visits(venue)) == 1


def test_no_more_books_than_the_venue_allows(tmp_path: Path) -> None:
    products = [f"T{number}-USD" for number in range(MAX_BOOKS + 3)]
    with (
        a_venue() as venue,
        a_running_market(venue.url, folder=tmp_path, products=products) as market,
    ):
        for product in products[:MAX_BOOKS]:
            book_of(market, product)
        for product in products[MAX_BOOKS:]:
            assert market.order_book(product) is None
        (visit,) = level2_visits(venue)
        assert len(visit.channels["level2"]) == MAX_BOOKS


def heals(damage: str, tmp_path: Path) -> None:
    async def books(visit: Visit) -> None:
        await visit.receive()
        await visit.send(book_frame, "BTC-USD", "snapshot", FIRST)
        if len([each for each in venue.visits if "level2" in each.channels]) > 1:
            await visit.send(book_frame, "BTC-USD", "update", [("bid", "100.5", "7")])
        elif damage == "gap":
            visit.sequence += 1
            await visit.send(heartbeat_frame)
        elif damage == "garbage":
            await visit.socket.send("{")
        elif damage == "crossed":
            await visit.send(book_frame, "BTC-USD", "update", [("bid", "200", "1")])
        elif damage == "error":
            await visit.socket.send('{"type":"error","message":"too many L2 streams requested"}')
        await visit.stay()

    with a_venue(books) as venue, a_running_market(venue.url, folder=tmp_path) as market:
        seen = set()

        def healed() -> bool:
            book = market.order_book("BTC-USD")
            if book is not None:
                seen.update(level.price for level in book.bids)
                assert book.bids[0].price < book.asks[0].price
            return Decimal("100.5") in seen

        wait_for(healed)
        assert Decimal("200") not in seen
        assert market.status().reconnects == 0  # prices never noticed


def test_a_gap_starts_the_book_from_a_fresh_snapshot(tmp_path: Path) -> None:
    heals("gap", tmp_path)


def test_a_malformed_frame_starts_the_book_from_a_fresh_snapshot(tmp_path: Path) -> None:
    heals("garbage", tmp_path)


def test_a_crossed_book_is_not_shown_but_fetched_anew(tmp_path: Path) -> None:
    heals("crossed", tmp_path)


def test_a_refusal_is_retried(tmp_path: Path) -> None:
    heals("error", tmp_path)


def test_a_large_snapshot_does_not_hold_up_prices(tmp_path: Path) -> None:
    levels = [("bid", f"{price / 100:.2f}", "1") for price in range(1, 40_000)]

    async def books(visit: Visit) -> None:
        await visit.receive()
        await visit.send(book_frame, "BTC-USD", "snapshot", levels)
        await visit.stay()

    with a_venue(books) as venue, a_running_market(venue.url, folder=tmp_path) as market:
        book = book_of(market, depth=500)
        assert [level.price for level in book.bids[:2]] == [Decimal("399.99"), Decimal("399.98")]
        assert len(book.bids) == 500
        assert market.status().reconnects == 0
