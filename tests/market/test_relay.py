"""Browsers get one exact picture, then what changed; who lags skips, and slows nobody."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from types import MappingProxyType
from typing import Any

import pytest

from core.clock import ManualClock
from core.domain import FeedState, FeedStatus
from core.market import Reference, Relay, Ticker
from core.market.relay import changed

CLOCK = ManualClock()


class FakeMarket:
    """A market whose every reading a test sets by hand."""

    def __init__(self) -> None:
        self.tickers: dict[str, Ticker] = {}
        self.known: dict[str, Reference] = {}
        self.state = FeedState.CONNECTED
        self.callbacks: list[Callable[[], None]] = []

    def snapshot(self) -> MappingProxyType[str, Ticker]:
        return MappingProxyType(dict(self.tickers))

    def references(self) -> MappingProxyType[str, Reference]:
        return MappingProxyType(dict(self.known))

    def status(self) -> FeedStatus:
        return FeedStatus(state=self.state, source="venue", since_at=CLOCK.now(), products=2)

    def on_publish(self, callback: Callable[[], None]) -> Callable[[], None]:
        self.callbacks.append(callback)
        return lambda: self.callbacks.remove(callback)

    def trade(self, product: str, price: float, **more: Any) -> None:
        self.tickers[product] = Ticker(product, product.split("-")[0], 5, price, **more)
        for callback in self.callbacks:
            callback()


def run(scenario: Callable[[FakeMarket, Relay], Awaitable[None]]) -> None:
    async def main() -> None:
        market = FakeMarket()
        relay = Relay(market, clock=CLOCK)
        running = asyncio.create_task(relay.run())
        try:
            async with asyncio.timeout(20):
                await scenario(market, relay)
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
        assert market.callbacks == []
        assert relay.clients == 0

    asyncio.run(main())


async def next_message(stream: AsyncGenerator[str, None]) -> dict[str, Any]:
    return json.loads(await anext(stream))


async def next_prices(stream: AsyncGenerator[str, None]) -> dict[str, Any]:
    """Return the next message that carries tickers; the status alone comes every second."""
    while not (message := await next_message(stream))["tickers"]:
        pass
    return message


def test_the_first_message_is_the_whole_picture_with_exact_numbers() -> None:
    async def scenario(market: FakeMarket, relay: Relay) -> None:
        market.known["BTC-USD"] = Reference(price_1h_ago=0.1, day_sigma_percent=2.5)
        market.trade("BTC-USD", 0.1 + 0.2, best_bid_size=1e-8)
        await asyncio.sleep(0)
        async with aclosing(relay.stream()) as stream:
            first = await next_message(stream)
        assert first["type"] == "snapshot"
        assert first["sentAt"] == 1767225600000
        assert first["references"] == {"BTC-USD": {"price1hAgo": 0.1, "daySigmaPercent": 2.5}}
        assert first["tickers"] == [
            {
                "type": "ticker",
                "productId": "BTC-USD",
                "symbol": "BTC",
                "timestamp": 5,
                "price": 0.30000000000000004,
                "bestBidSize": 1e-8,
            }
        ]
        assert first["status"] == {
            "state": "connected",
            "source": "venue",
            "sinceAt": 1767225600000,
            "attempt": 0,
            "reconnects": 0,
            "messagesPerSecond": 0.0,
            "gaps": 0,
            "rejected": 0,
            "products": 2,
            "missingProducts": [],
        }

    run(scenario)


def test_updates_carry_only_what_changed_and_count_up_by_one() -> None:
    async def scenario(market: FakeMarket, relay: Relay) -> None:
        async with aclosing(relay.stream()) as stream:
            await next_message(stream)
            market.trade("ETH-USD", 1.0)
            seq = (await next_prices(stream))["seq"]
            for price in range(2, 8):
                market.trade("BTC-USD", float(price))
                while True:
                    message = await next_message(stream)
                    seq += 1
                    assert (message["type"], message["seq"]) == ("update", seq)
                    if [each["price"] for each in message["tickers"]] == [float(price)]:
                        break

    run(scenario)


def test_only_the_newest_of_several_changes_is_sent() -> None:
    async def scenario(market: FakeMarket, relay: Relay) -> None:
        async with aclosing(relay.stream()) as stream:
            await next_message(stream)
            await next_message(stream)
            for price in range(100):
                market.trade("BTC-USD", float(price))
            message = await next_prices(stream)
        assert [each["price"] for each in message["tickers"]] == [99.0]

    run(scenario)


def test_everybody_gets_the_very_same_text() -> None:
    async def scenario(market: FakeMarket, relay: Relay) -> None:
        streams = [relay.stream() for _ in range(5)]
        pictures = [await anext(stream) for stream in streams]
        assert len({id(text) for text in pictures}) == 1
        assert relay.clients == 5
        market.trade("BTC-USD", 1.0)
        texts = await asyncio.gather(*(anext(stream) for stream in streams))
        assert len({id(text) for text in texts}) == 1
        for stream in streams:
            await stream.aclose()

    run(scenario)


def test_a_client_that_lags_gets_a_fresh_picture_and_the_others_every_update() -> None:
    async def scenario(market: FakeMarket, relay: Relay) -> None:
        async with aclosing(relay.stream()) as slow, aclosing(relay.stream()) as quick:
            seen = (await next_message(slow))["seq"]
            last = (await next_message(quick))["seq"]
            for price in range(1, 6):
                market.trade("BTC-USD", float(price))
                message = await next_prices(quick)
                assert message["type"] == "update"
                last = message["seq"]
            message = await next_message(slow)
        assert message["type"] == "snapshot"
        assert message["seq"] == last > seen + 1
        assert [each["price"] for each in message["tickers"]] == [5.0]

    run(scenario)


def test_cancelling_one_client_does_not_disturb_the_others() -> None:
    async def scenario(market: FakeMarket, relay: Relay) -> None:
        async def listen() -> None:
            async with aclosing(relay.stream()) as stream:
                async for _ in stream:
                    pass

        leaving = asyncio.create_task(listen())
        async with aclosing(relay.stream()) as staying:
            await next_message(staying)
            leaving.cancel()
            await asyncio.gather(leaving, return_exceptions=True)
            assert relay.clients == 1
            market.trade("BTC-USD", 1.0)
            assert (await next_prices(staying))["tickers"][0]["price"] == 1.0

    run(scenario)


def test_the_status_comes_when_it_changes_and_every_second_without_tickers() -> None:
    async def scenario(market: FakeMarket, relay: Relay) -> None:
        async with aclosing(relay.stream()) as stream:
            await next_message(stream)
            market.state = FeedState.DISCONNECTED
            market.trade("BTC-USD", 1.0)
            while (message := await next_message(stream)).get("status", {}).get("state") != (
                "disconnected"
            ):
                pass
            while (message := await next_message(stream))["tickers"]:
                pass
            assert message["status"]["state"] == "disconnected"

    run(scenario)


def test_new_references_are_sent_alone_when_they_change() -> None:
    async def scenario(market: FakeMarket, relay: Relay) -> None:
        market.known = {"BTC-USD": Reference(open_today=1.0), "ETH-USD": Reference(open_today=2.0)}
        async with aclosing(relay.stream()) as stream:
            await next_message(stream)
            market.known = {**market.known, "ETH-USD": Reference(open_today=3.0)}
            market.trade("BTC-USD", 1.0)
            while "ETH-USD" not in (await next_message(stream)).get("references", {}):
                pass
            market.known = {**market.known, "ETH-USD": Reference(open_today=4.0)}
            market.trade("BTC-USD", 2.0)
            while not (references := (await next_message(stream)).get("references")):
                pass
            assert references == {"ETH-USD": {"openToday": 4.0}}

    run(scenario)


@pytest.mark.parametrize("same", [True, False])
def test_what_changed_is_told_by_identity(same: bool) -> None:
    one, other = Ticker("A-B", "A", 1), Ticker("A-B", "A", 1)
    assert changed({"A-B": one}, {"A-B": one if same else other}) == ({} if same else {"A-B": one})
