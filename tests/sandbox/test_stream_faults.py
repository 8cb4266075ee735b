"""Each fault of the market socket does to a client exactly what its name says."""

from __future__ import annotations

import json
import socket as sockets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed, ConnectionClosedError, InvalidMessage
from websockets.sync.client import ClientConnection

from tests.sandbox.venue import Venue, ask, first, first_ack, frames
from tests.waiting import wait_for

QUIET = 1.2


def raw(socket: ClientConnection, count: int) -> list[str | bytes]:
    return [socket.recv(timeout=20) for _ in range(count)]


def read_until(
    socket: ClientConnection, enough: Callable[[list[Any]], bool], *, then: int = 0
) -> list[Any]:
    """Return all that arrives until it is enough, and `then` frames more; None where not JSON.

    Some of it may have been under way before a fault was armed, so no fixed count would do.
    """
    found: list[Any] = []
    while not enough(found):
        assert len(found) < 1_000, "the fault never showed"
        found.append(parsed(socket.recv(timeout=20)))
    return found + [parsed(socket.recv(timeout=20)) for _ in range(then)]


def numbers(found: list[Any]) -> list[int]:
    return [frame["sequence_num"] for frame in found if is_numbered(frame)]


def is_numbered(frame: Any) -> bool:
    return isinstance(frame, dict) and isinstance(frame.get("sequence_num"), int)


def unbroken(found: list[int]) -> bool:
    return found == list(range(found[0], found[0] + len(found)))


def is_error(frame: Any) -> bool:
    return isinstance(frame, dict) and frame.get("type") == "error"


@contextmanager
def a_busy_link(venue: Venue) -> Iterator[ClientConnection]:
    """Yield a link on which several frames a second arrive, all snapshots read."""
    with venue.subscribed("BTC-USD", "ETH-USD", "SOL-USD") as socket:
        first_ack(socket)
        yield socket


def hears_nothing(socket: ClientConnection) -> bool:
    """Drain what was under way, then tell whether a whole quiet time stays empty."""
    try:
        while True:
            socket.recv(timeout=QUIET)
    except TimeoutError:
        return True


def test_reset_mid_frame_cuts_the_link_inside_a_frame(venue: Venue) -> None:
    with a_busy_link(venue) as socket:
        venue.arm("reset_mid_frame")
        with pytest.raises(ConnectionClosedError) as ended:
            for frame in frames(socket):
                assert frame["channel"] in ("ticker", "subscriptions")
    assert ended.value.rcvd is None, "no closing handshake"


def test_garbage_is_sent_beside_the_data_and_the_link_stays(venue: Venue) -> None:
    with a_busy_link(venue) as socket:
        venue.arm("garbage", count=14)
        found = read_until(socket, lambda found: found.count(None) >= 5, then=20)
    assert unbroken(numbers(found)), "no data was lost"


def test_garbage_bytes_break_the_protocol(venue: Venue) -> None:
    with a_busy_link(venue) as socket:
        venue.arm("garbage_bytes")
        with pytest.raises(ConnectionClosedError) as ended:
            raw(socket, 1_000)
    assert ended.value.sent is not None and ended.value.sent.code == 1002


def test_silence_stops_the_data_but_not_the_pongs(venue: Venue) -> None:
    with a_busy_link(venue) as socket:
        venue.arm("silence")
        assert hears_nothing(socket)
        assert socket.ping().wait(timeout=20)


def test_half_open_answers_nothing_at_all(venue: Venue) -> None:
    with a_busy_link(venue) as socket:
        venue.arm("half_open")
        assert hears_nothing(socket)
        assert not socket.ping().wait(timeout=QUIET)
        venue.act("drop")
        with pytest.raises(ConnectionClosed):
            socket.recv(timeout=20)


def test_close_closes_politely(venue: Venue) -> None:
    with a_busy_link(venue) as socket:
        venue.arm("close")
        with pytest.raises(ConnectionClosed) as ended:
            raw(socket, 1_000)
    assert ended.value.rcvd is not None and ended.value.rcvd.code == 1001


def test_refuse_turns_away_as_many_attempts_as_it_says(venue: Venue) -> None:
    venue.arm("refuse", count=3)
    for _ in range(3):
        with pytest.raises((ConnectionError, ConnectionClosed, InvalidMessage)), venue.connect():
            pass
    with a_busy_link(venue) as socket:
        assert raw(socket, 1)


def test_a_gap_skips_numbers(venue: Venue) -> None:
    with a_busy_link(venue) as socket:
        before = parsed(socket.recv(timeout=20))
        venue.arm("gap", count=2)
        found = numbers(
            [before, *read_until(socket, lambda found: not whole([before, *found], 1), then=10)]
        )
    assert sum(b - a - 1 for a, b in pairwise(found)) == 2


def test_a_duplicate_comes_twice(venue: Venue) -> None:
    with a_busy_link(venue) as socket:
        venue.arm("duplicate")
        found = numbers(read_until(socket, lambda found: not whole(found, 1), then=10))
    assert len(found) - len(set(found)) == 1 and found == sorted(found)


def test_reorder_swaps_two_frames(venue: Venue) -> None:
    with a_busy_link(venue) as socket:
        venue.arm("reorder")
        found = numbers(read_until(socket, lambda found: not whole(found, 1), then=10))
    assert sum(a > b for a, b in pairwise(found)) == 1
    assert unbroken(sorted(found))


def test_a_missing_product_is_in_no_acknowledgement_and_no_data(venue: Venue) -> None:
    venue.arm("missing_product", product_id="BTC-USD")
    with venue.subscribed("BTC-USD", "ETH-USD") as socket:
        assert first_ack(socket) == {"ticker": ["ETH-USD"]}
        found = [first(socket, "ticker")["events"][0]["tickers"][0] for _ in range(5)]
        assert {ticker["product_id"] for ticker in found} == {"ETH-USD"}
        ask(socket, "ticker", "BTC-USD")
        assert first_ack(socket) == {"ticker": ["ETH-USD"]}, "missing for the whole connection"
    with venue.subscribed("BTC-USD", "ETH-USD") as socket:
        assert first_ack(socket) == {"ticker": ["BTC-USD", "ETH-USD"]}


def test_an_error_frame_comes_between_the_data(venue: Venue) -> None:
    with a_busy_link(venue) as socket:
        venue.arm("error_frame")
        found = read_until(socket, lambda found: any(map(is_error, found)), then=5)
    (error,) = filter(is_error, found)
    assert error["message"] and "sequence_num" not in error
    assert unbroken(numbers(found))


@pytest.mark.parametrize(("more", "size"), [({"bytes": 3_000_000}, 3_000_000), ({}, 10_485_760)])
def test_a_huge_frame_has_the_size_asked_for(venue: Venue, more: dict[str, int], size: int) -> None:
    with a_busy_link(venue) as socket:
        venue.arm("huge_frame", **more)
        sizes = [len(socket.recv(timeout=20))]
        while sizes[-1] < 1_000_000:
            sizes.append(len(socket.recv(timeout=20)))
    assert sizes[-1] == size


def test_bad_values_spoil_one_field_of_a_ticker(venue: Venue) -> None:
    with a_busy_link(venue) as socket:
        venue.arm("bad_values", count=15)
        found = read_until(socket, lambda found: "1e999" in values(found), then=30)
    assert all(bad in values(found) for bad in ("NaN", "", None, "1e999"))
    assert unbroken(numbers(found))
    fields = {len(ticker) for ticker in tickers(found)}
    assert len(fields) == 2, "one ticker lacks a field"


def test_faults_are_used_up_in_the_order_armed(venue: Venue) -> None:
    with a_busy_link(venue) as socket:
        venue.arm("error_frame")
        venue.arm("gap")
        found = read_until(socket, lambda found: any(map(is_error, found)), then=4)
    place = [is_error(frame) for frame in found].index(True)
    before, after = numbers(found[:place]), numbers(found[place:])
    assert not before or unbroken(before)
    assert after[1] - after[0] == 2


def test_drop_cuts_everyone_now(venue: Venue) -> None:
    with a_busy_link(venue) as one, a_busy_link(venue) as two, a_busy_link(venue) as three:
        venue.act("drop")
        for socket in (one, two, three):
            with pytest.raises(ConnectionClosed):
                raw(socket, 1_000)
    wait_for(lambda: not venue.control_get("connections")["coinbase"]["open"], "all are gone")


def test_down_closes_the_door_and_up_opens_it_on_the_same_port(venue: Venue) -> None:
    host, port = venue.ws.removeprefix("ws://").split(":")
    for _ in range(5):
        with a_busy_link(venue) as socket:
            assert venue.act("down")["up"] is False
            with pytest.raises(ConnectionClosed):
                raw(socket, 1_000)
        with pytest.raises(ConnectionRefusedError):
            sockets.create_connection((host, int(port)), timeout=20)
        assert venue.act("up")["up"] is True
    with a_busy_link(venue) as socket:
        assert raw(socket, 3)


def whole(found: list[Any], least: int) -> bool:
    """Tell whether no number is missing, doubled or out of place so far."""
    order = numbers(found)
    return len(order) <= least or unbroken(order)


def tickers(found: list[Any]) -> list[dict[str, Any]]:
    return [frame["events"][0]["tickers"][0] for frame in found if frame["channel"] == "ticker"]


def values(found: list[Any]) -> list[Any]:
    return [value for ticker in tickers(found) for value in ticker.values()]


def parsed(text: str | bytes) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
