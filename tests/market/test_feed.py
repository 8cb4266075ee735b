"""The feed against venues that behave, misbehave and vanish, over real sockets."""

from __future__ import annotations

import asyncio
import gc
import random
import socket
import threading
import warnings
from pathlib import Path

import pytest
from websockets.asyncio.server import ServerConnection
from websockets.http11 import Request, Response

from core.domain import FeedState
from core.errors import InvalidMessage
from core.market import FeedTiming, Market, parse_frame
from tests.market.markets import NOBODY, a_running_market
from tests.market.scripted_venue import (
    ScriptedVenue,
    Visit,
    a_ticker,
    heartbeat_frame,
    ticker_frame,
)
from tests.market.test_coinbase import CAPTURED, garbage
from tests.waiting import wait_for


async def behave(visit: Visit) -> None:
    """Grant everything, send one price per product, then a heartbeat now and then."""
    await visit.subscriptions()
    for number, product in enumerate(visit.channels["ticker"], start=1):
        await visit.send(ticker_frame, a_ticker(product, str(number)), kind="snapshot")
    await visit.acknowledge()
    await visit.acknowledge()
    while True:
        await visit.send(heartbeat_frame)
        await asyncio.sleep(0.05)


def connected(market: Market) -> bool:
    return market.status().state is FeedState.CONNECTED


def price(market: Market, product: str = "BTC-USD") -> float | None:
    ticker = market.snapshot().get(product)
    return ticker and ticker.price


def test_prices_arrive_and_the_status_says_so(tmp_path: Path) -> None:
    with ScriptedVenue(behave) as venue, a_running_market(venue.url, folder=tmp_path) as market:
        wait_for(lambda: len(market.snapshot()) == 2 and connected(market))
        status = market.status()
        assert (price(market), price(market, "ETH-USD")) == (1.0, 2.0)
        assert (status.source, status.products, status.attempt) == ("127.0.0.1", 2, 0)
        assert (status.reason, status.retry_at, status.missing_products) == (None, None, ())
        assert status.last_message_at is not None
        assert status.since_at <= status.last_message_at
        wait_for(lambda: market.status().messages_per_second > 0)


def test_heartbeats_are_asked_for_first_and_without_compression(tmp_path: Path) -> None:
    with ScriptedVenue(behave) as venue, a_running_market(venue.url, folder=tmp_path):
        visit = wait_for(lambda: venue.visits and venue.visits[0].requests[1:] and venue.visits[0])
        assert visit.requests[0] == {"type": "subscribe", "channel": "heartbeats"}
        assert visit.requests[1]["product_ids"] == ["BTC-USD", "ETH-USD"]
        assert "Sec-WebSocket-Extensions" not in visit.socket.request.headers


def test_four_hundred_products_all_arrive(tmp_path: Path) -> None:
    products = [f"T{number}-USD" for number in range(400)]

    async def many(visit: Visit) -> None:
        await visit.subscriptions(5)
        await visit.send(ticker_frame, *(a_ticker(product) for product in visit.channels["ticker"]))
        await visit.stay()

    with (
        ScriptedVenue(many) as venue,
        a_running_market(venue.url, folder=tmp_path, products=products) as market,
    ):
        wait_for(lambda: len(market.snapshot()) == 400)


def test_the_captured_frames_pass_and_the_price_before_the_ack_is_kept(tmp_path: Path) -> None:
    async def replay(visit: Visit) -> None:
        await visit.subscriptions()
        for frame in CAPTURED:
            await visit.socket.send(frame)
        await visit.stay()

    products = ["BTC-PERP-INTX", "ETH-PERP-INTX"]
    with (
        ScriptedVenue(replay) as venue,
        a_running_market(venue.url, folder=tmp_path, products=products) as market,
    ):
        wait_for(lambda: market.snapshot())
        ticker = market.snapshot()["BTC-PERP-INTX"]
        assert (ticker.price, ticker.timestamp) == (79879.1, 1788646229562)


def test_a_silently_missing_product_is_reported_after_the_ack(tmp_path: Path) -> None:
    async def forget_one(visit: Visit) -> None:
        await visit.subscriptions()
        await visit.send(ticker_frame, a_ticker())
        await visit.acknowledge()
        await visit.acknowledge(leave_out=("ETH-USD",))
        await visit.stay()

    with ScriptedVenue(forget_one) as venue, a_running_market(venue.url, folder=tmp_path) as market:
        wait_for(lambda: market.status().missing_products == ("ETH-USD",))
        assert connected(market)


def test_a_gap_is_healed_by_a_fresh_snapshot(tmp_path: Path) -> None:
    async def lose_one(visit: Visit) -> None:
        await visit.subscriptions()
        await visit.send(ticker_frame, a_ticker(price=str(visit.number + 1)))
        if visit.number == 0:
            visit.sequence += 1
            await visit.send(heartbeat_frame)
        await visit.stay()

    with ScriptedVenue(lose_one) as venue, a_running_market(venue.url, folder=tmp_path) as market:
        wait_for(lambda: price(market) == 2.0 and connected(market))
        assert (market.status().gaps, market.status().reconnects) == (1, 1)


def test_silence_is_a_loss_even_while_pings_are_answered(tmp_path: Path) -> None:
    async def fall_silent(visit: Visit) -> None:
        await visit.subscriptions()
        await visit.send(ticker_frame, a_ticker(price=str(visit.number + 1)))
        await visit.stay()

    with (
        ScriptedVenue(fall_silent) as venue,
        a_running_market(
            venue.url, folder=tmp_path, silence=0.6, ping_interval=0.05, first_retry=30.0
        ) as market,
    ):
        wait_for(lambda: market.status().state is FeedState.DISCONNECTED)
        status = market.status()
        assert "no data" in str(status.reason)
        assert status.retry_at is not None and status.attempt == 1
        assert price(market) == 1.0  # the last known price stays, with its age


def test_heartbeats_without_any_price_are_a_loss(tmp_path: Path) -> None:
    async def only_beat(visit: Visit) -> None:
        await visit.subscriptions()
        while True:
            await visit.send(heartbeat_frame)
            await asyncio.sleep(0.02)

    with (
        ScriptedVenue(only_beat) as venue,
        a_running_market(venue.url, folder=tmp_path, silence=0.5, first_retry=30.0) as market,
    ):
        wait_for(lambda: market.status().state is FeedState.DISCONNECTED)
        assert "no prices" in str(market.status().reason)


def test_an_error_instead_of_prices_is_told_and_retried(tmp_path: Path) -> None:
    async def refuse_first(visit: Visit) -> None:
        await visit.subscriptions()
        if visit.number == 0:
            await visit.socket.send(CAPTURED[4])
        else:
            await visit.send(ticker_frame, a_ticker())
        await visit.stay()

    with (
        ScriptedVenue(refuse_first) as venue,
        a_running_market(venue.url, folder=tmp_path, first_retry=30.0) as market,
    ):
        wait_for(lambda: market.status().state is FeedState.DISCONNECTED)
        assert "authentication failure" in str(market.status().reason)
        market.retry_now()
        wait_for(lambda: connected(market))
        assert market.status().reason is None


def test_errors_without_end_end_the_link(tmp_path: Path) -> None:
    async def complain_for_ever(visit: Visit) -> None:
        await visit.subscriptions()
        await visit.send(ticker_frame, a_ticker())
        while True:
            await visit.socket.send(CAPTURED[4])

    with (
        ScriptedVenue(complain_for_ever) as venue,
        a_running_market(venue.url, folder=tmp_path, first_retry=30.0) as market,
    ):
        wait_for(lambda: market.status().state is FeedState.DISCONNECTED)
        assert "keeps sending errors" in str(market.status().reason)


def test_an_error_while_prices_flow_does_not_end_the_link(tmp_path: Path) -> None:
    async def complain(visit: Visit) -> None:
        await visit.subscriptions()
        await visit.send(ticker_frame, a_ticker(price="1"))
        await visit.socket.send(CAPTURED[4])
        await visit.send(ticker_frame, a_ticker(price="2"))
        await visit.stay()

    with ScriptedVenue(complain) as venue, a_running_market(venue.url, folder=tmp_path) as market:
        wait_for(lambda: price(market) == 2.0)
        assert connected(market) and len(venue.visits) == 1


def test_garbage_is_counted_and_the_link_stays(tmp_path: Path, full: bool) -> None:
    rng = random.Random(3)
    frames = [frame for frame in (garbage(rng) for _ in range(9_000)) if is_refused(frame)]
    frames = frames[: 2_000 if full else 400]

    async def babble(visit: Visit) -> None:
        await visit.subscriptions()
        await visit.send(ticker_frame, a_ticker(price="1"))
        for frame in frames:
            await visit.socket.send(frame)
        await visit.send(ticker_frame, a_ticker(price="2"))
        await visit.stay()

    with ScriptedVenue(babble) as venue, a_running_market(venue.url, folder=tmp_path) as market:
        wait_for(lambda: price(market) == 2.0)
        # A few are old by their number, and so ignored before they could be refused.
        assert market.status().rejected > 0.9 * len(frames)
        assert connected(market) and len(venue.visits) == 1


def is_refused(frame: bytes) -> bool:
    try:
        parse_frame(frame)
    except InvalidMessage:
        return True
    return False


def test_a_frame_over_the_limit_ends_the_link_and_the_feed_returns(tmp_path: Path) -> None:
    async def flood(visit: Visit) -> None:
        await visit.subscriptions()
        if visit.number == 0:
            await visit.socket.send("x" * (16 * 1024 * 1024 + 1))
        await visit.send(ticker_frame, a_ticker())
        await visit.stay()

    with ScriptedVenue(flood) as venue, a_running_market(venue.url, folder=tmp_path) as market:
        wait_for(lambda: connected(market))
        assert len(venue.visits) == 2


def test_a_connection_cut_in_the_middle_of_a_frame_changes_nothing(tmp_path: Path) -> None:
    async def cut(visit: Visit) -> None:
        await visit.subscriptions()
        await visit.send(ticker_frame, a_ticker(price=str(visit.number + 1)))
        if visit.number < 3:
            frame = ticker_frame(1, a_ticker(price="666")).encode()
            head = bytes([0x81, 126]) + len(frame).to_bytes(2, "big")
            visit.socket.transport.write(head + frame[: len(frame) // 2])
            await asyncio.sleep(0.02)
            visit.socket.transport.abort()
        await visit.stay()

    seen = set()
    with ScriptedVenue(cut) as venue, a_running_market(venue.url, folder=tmp_path) as market:
        market.on_publish(lambda: seen.add(price(market)))
        wait_for(lambda: price(market) == 4.0)
        assert 666.0 not in seen
        assert market.status().rejected == 0


def test_a_refused_connection_is_told_with_the_time_of_the_next_attempt(tmp_path: Path) -> None:
    with a_running_market(folder=tmp_path, first_retry=1.0, longest_retry=30.0) as market:
        wait_for(lambda: market.status().retry_at)
        status = market.status()
        assert status.state is FeedState.DISCONNECTED
        assert status.reason == "127.0.0.1 refused the connection"
        assert status.retry_at is not None
        assert (status.retry_at - status.since_at).total_seconds() <= 1.0


def test_a_server_that_accepts_but_never_answers_is_given_up(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        url = f"ws://127.0.0.1:{mute.getsockname()[1]}"
        with a_running_market(url, folder=tmp_path, open_timeout=0.2) as market:
            wait_for(lambda: market.status().reason == "127.0.0.1 did not answer in time")


def test_a_redirect_to_another_host_is_not_followed(tmp_path: Path) -> None:
    def redirect(connection: ServerConnection, _request: Request) -> Response:
        response = connection.respond(302, "over there")
        response.headers["Location"] = elsewhere.url
        return response

    with (
        ScriptedVenue(behave) as elsewhere,
        ScriptedVenue(behave, process_request=redirect) as venue,
        a_running_market(venue.url, folder=tmp_path) as market,
    ):
        wait_for(lambda: market.status().attempt >= 3)
        assert market.status().reason == "127.0.0.1 answered with HTTP status 302"
        assert elsewhere.visits == []


def test_retry_now_cuts_the_wait_short(tmp_path: Path) -> None:
    with a_running_market(folder=tmp_path, first_retry=600.0, longest_retry=600.0) as market:
        wait_for(lambda: market.status().retry_at)
        market.retry_now()
        wait_for(lambda: market.status().attempt == 2)


def test_callbacks_come_with_every_publish_and_end_when_told(tmp_path: Path) -> None:
    calls: list[int] = []
    with ScriptedVenue(behave) as venue, a_running_market(venue.url, folder=tmp_path) as market:
        stop = market.on_publish(lambda: calls.append(1))
        wait_for(lambda: calls)
        stop()
        wait_for(lambda: market.status().messages_per_second > 0)


def test_a_market_starts_and_stops_any_number_of_times_and_leaves_nothing(
    tmp_path: Path, full: bool
) -> None:
    before = set(threading.enumerate())
    with ScriptedVenue(behave) as venue, warnings.catch_warnings():
        warnings.simplefilter("error", ResourceWarning)
        for _ in range(20 if full else 4):
            with a_running_market(venue.url, folder=tmp_path) as market:
                market.start()
                wait_for(lambda: connected(market))
            market.stop()
        gc.collect()
        wait_for(lambda: venue.open == 0)
    assert set(threading.enumerate()) == before


def test_a_market_never_started_can_be_read_and_stopped(tmp_path: Path) -> None:
    with a_running_market(folder=tmp_path) as market:
        market.stop()
        assert market.snapshot() == {}
        assert market.order_book("BTC-USD") is None
        assert market.references() == {}


@pytest.mark.parametrize("host", [NOBODY, "no-such-host.invalid"])
def test_the_reason_names_the_host(tmp_path: Path, host: str) -> None:
    with a_running_market(f"ws://{host}", folder=tmp_path) as market:
        reason = wait_for(lambda: market.status().reason)
        assert host.partition(":")[0] in reason


def test_the_waits_are_those_promised() -> None:
    timing = FeedTiming()
    assert (timing.silence, timing.first_retry, timing.longest_retry) == (15.0, 1.0, 30.0)
    assert (timing.healthy_after, timing.publish_every) == (60.0, 0.016)
