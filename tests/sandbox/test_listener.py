"""A reserved port is refused while closed, answers at once while open, and is never shared."""

from __future__ import annotations

import asyncio
import socket

import pytest

from core.sandbox.listener import HOST, ReservedPort


@pytest.fixture
def port() -> ReservedPort:
    return ReservedPort(0)


def test_nobody_answers_until_it_listens_and_again_after(port: ReservedPort) -> None:
    for _ in range(3):
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection((HOST, port.number), timeout=20)
        with port.listen(), socket.create_connection((HOST, port.number), timeout=20):
            pass
    port.close()


def test_a_port_somebody_listens_on_cannot_be_reserved(port: ReservedPort) -> None:
    with port.listen(), pytest.raises(OSError, match="in use"):
        ReservedPort(port.number)
    port.close()


async def accepted_without_delay(port: ReservedPort) -> int:
    """Accept one connection as a server does and return its TCP_NODELAY option."""
    found: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    async def on_connect(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        peer = writer.get_extra_info("socket")
        found.set_result(peer.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
        writer.close()

    server = await asyncio.start_server(on_connect, sock=port.listen())
    _, writer = await asyncio.open_connection(HOST, port.number)
    option = await found
    writer.close()
    await writer.wait_closed()
    server.close()
    await server.wait_closed()
    return option


def test_small_frames_are_not_held_back_to_be_sent_together(port: ReservedPort) -> None:
    assert asyncio.run(accepted_without_delay(port)) != 0
    port.close()
