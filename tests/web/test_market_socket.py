"""`/ws/market` as a browser sees it: a picture, then changes, and no patience for chatter."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import ExitStack
from typing import Any

import httpx
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from core.web.market_socket import MarketSocket
from tests.web.conftest import Running


def listen(running: Running) -> ClientConnection:
    return connect(f"{running.ws}/ws/market", origin=running.url, compression=None)  # type: ignore[arg-type]


def read(browser: ClientConnection) -> dict[str, Any]:
    return json.loads(browser.recv(timeout=60))


def test_a_browser_gets_the_whole_picture_first_and_then_changes(spectra: Running) -> None:
    def full() -> bool:
        with listen(spectra) as early:
            return len(read(early)["tickers"]) >= 30

    spectra.wait_for(full, "30 tickers")
    with listen(spectra) as browser:
        first = read(browser)
        assert first["type"] == "snapshot"
        assert first["status"]["state"] == "connected"
        assert all(ticker["type"] == "ticker" for ticker in first["tickers"])
        seq, seen = first["seq"], 0
        while seen < 30:
            message = read(browser)
            assert message["type"] in ("update", "snapshot")
            assert message["seq"] > seq
            seq, seen = message["seq"], seen + len(message["tickers"])


def test_compression_is_never_agreed_to(spectra: Running) -> None:
    with connect(f"{spectra.ws}/ws/market", compression="deflate") as browser:
        assert browser.response is not None
        assert "sec-websocket-extensions" not in browser.response.headers


def test_streams_are_gone_when_their_browsers_are(spectra: Running) -> None:
    with ExitStack() as opened:
        sockets = [opened.enter_context(listen(spectra)) for _ in range(20)]
        for connection in sockets:
            read(connection)
        assert clients(spectra) >= 20
        for connection in sockets[::2]:
            connection.socket.shutdown(socket.SHUT_RDWR)  # without a word
    spectra.wait_for(lambda: clients(spectra) == 0, "no client")


@pytest.mark.parametrize(("message", "code"), [("x" * 1025, 1009), (b"x" * 1025, 1009)])
def test_a_large_message_ends_the_connection(
    spectra: Running, message: str | bytes, code: int
) -> None:
    with listen(spectra) as browser:
        browser.send(message)
        assert closed_with(browser) == code


def test_chatter_ends_the_connection(spectra: Running) -> None:
    with listen(spectra) as browser:
        for _ in range(32):
            browser.send("hello")
        assert closed_with(browser) == 1008


def test_a_few_words_change_nothing(spectra: Running) -> None:
    with listen(spectra) as browser:
        browser.send('{"type":"subscribe"}')
        assert [read(browser)["type"], read(browser)["type"]] == ["snapshot", "update"]


def test_a_stream_that_fails_ends_its_connection() -> None:
    class Failing:
        async def stream(self) -> AsyncIterator[str]:
            yield "first"
            raise LookupError("nobody foresaw this")

    sent: list[str] = []

    async def receive() -> Any:
        if not sent:
            return {"type": "websocket.connect"}
        return await asyncio.Future()

    async def send(message: Any) -> None:
        sent.append(message["type"])

    async def nobody(*_: object) -> None:
        raise AssertionError("not reached")

    with pytest.raises(ExceptionGroup) as failed:
        asyncio.run(MarketSocket(nobody, relay=Failing).stream(receive, send))  # type: ignore[arg-type]
    assert failed.group_contains(LookupError)
    assert sent == ["websocket.accept", "websocket.send"]


def closed_with(browser: ClientConnection) -> int:
    with pytest.raises(ConnectionClosed) as closed:
        while True:
            browser.recv(timeout=60)
    assert closed.value.rcvd is not None
    return closed.value.rcvd.code


def clients(running: Running) -> float:
    lines = httpx.get(f"{running.url}/metrics").text.splitlines()
    return next(
        float(line.split()[1]) for line in lines if line.startswith("spectra_relay_clients ")
    )
