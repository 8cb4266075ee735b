"""Open websockets end with their session: each of them, and nobody else's."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any

import pytest

from core.errors import StorageUnavailable
from core.web.sockets import SESSION_ENDED, OpenSockets


class Sessions:
    """What identity knows, as a test sets it."""

    def __init__(self) -> None:
        self.ended: set[str] = set()
        self.touched: list[tuple[str, ...]] = []
        self.down = False
        self.error: Exception = StorageUnavailable("down")
        self.failed = 0

    def watch(self, ids: Iterable[str]) -> set[str]:
        if self.down:
            self.failed += 1
            raise self.error
        return self.ended & set(ids)

    def touch(self, ids: Iterable[str]) -> None:
        self.touched.append(tuple(ids))


class Socket:
    """One connection's two halves; `heard` is what the app received."""

    def __init__(self) -> None:
        self.incoming: asyncio.Queue[Any] = asyncio.Queue()
        self.sent: list[Any] = []
        self.heard: list[Any] = []

    async def receive(self) -> Any:
        return await self.incoming.get()

    async def send(self, message: Any) -> None:
        self.sent.append(message)

    async def app(self, scope: Any, receive: Any, send: Any) -> None:
        while True:
            self.heard.append(await receive())
            if self.heard[-1]["type"] == "websocket.disconnect":
                return

    def serve(self, sockets: OpenSockets, session_id: str) -> asyncio.Task[None]:
        run = sockets.serve(self.app, {}, self.receive, self.send, key=session_id)
        return asyncio.ensure_future(run)


def run(scenario: Any) -> None:
    async def in_time() -> None:
        async with asyncio.timeout(60):
            await scenario()

    asyncio.run(in_time())


def test_messages_pass_in_order_until_the_session_ends() -> None:
    async def scenario() -> None:
        sockets, one, other = OpenSockets(), Socket(), Socket()
        first, second = one.serve(sockets, "s1"), other.serve(sockets, "s2")
        for number in range(5):
            one.incoming.put_nowait({"type": "websocket.receive", "text": str(number)})
        while len(one.heard) < 5:
            await asyncio.sleep(0)
        assert [message["text"] for message in one.heard] == list("01234")
        sockets.end(["s1"])
        await first
        assert one.heard[-1] == {
            "type": "websocket.disconnect",
            "code": SESSION_ENDED,
            "reason": "",
        }
        assert one.sent == [{"type": "websocket.close", "code": SESSION_ENDED}]
        assert sockets.keys == ("s2",)
        other.incoming.put_nowait({"type": "websocket.disconnect", "code": 1000})
        await second
        assert other.sent == []
        assert sockets.keys == ()

    run(scenario)


@pytest.mark.parametrize("error", [StorageUnavailable("down"), RuntimeError("unforeseen")])
def test_an_end_seen_elsewhere_is_found_by_looking_even_after_a_failed_look(
    error: Exception,
) -> None:
    async def scenario() -> None:
        sockets, sessions, one = OpenSockets(), Sessions(), Socket()
        async with sockets.watching(sessions):
            served = one.serve(sockets, "s1")
            sessions.down, sessions.error = True, error
            while not sessions.failed:
                await asyncio.sleep(0.01)
            sessions.down = False
            sessions.ended.add("s1")
            await served
        assert one.sent == [{"type": "websocket.close", "code": SESSION_ENDED}]

    run(scenario)


def test_an_open_socket_counts_as_use_and_a_closed_one_does_not() -> None:
    async def scenario() -> None:
        sockets, sessions, one, other = OpenSockets(), Sessions(), Socket(), Socket()
        async with sockets.watching(sessions):
            staying, leaving = one.serve(sockets, "s1"), other.serve(sockets, "s2")
            await asyncio.sleep(0)
            other.incoming.put_nowait({"type": "websocket.disconnect", "code": 1000})
            await leaving
            while not sessions.touched:
                await asyncio.sleep(0.01)
            sockets.end(["s1"])
            await staying
        assert sessions.touched[0] == ("s1",)

    run(scenario)


def test_what_is_sent_to_a_browser_passes_through_nothing_of_ours() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        given.append(send)

    async def scenario() -> None:
        one = Socket()
        await OpenSockets().serve(app, {}, one.receive, one.send, key="s1")
        assert given == [one.send]

    given: list[Any] = []
    run(scenario)


def test_the_callback_works_from_any_thread_and_after_the_end() -> None:
    async def scenario() -> None:
        sockets, one = OpenSockets(), Socket()
        async with sockets.watching(Sessions()) as tell:
            served = one.serve(sockets, "s1")
            await asyncio.sleep(0)
            await asyncio.to_thread(tell, ["s1", "unknown"])
            await served
        kept.append(tell)

    kept: list[Any] = []
    run(scenario)
    kept[0](["s1"])


@pytest.mark.parametrize("waiting", [0, 3])
def test_a_failing_app_leaves_nothing_behind(waiting: int) -> None:
    async def broken(scope: Any, receive: Any, send: Any) -> None:
        for _ in range(waiting):
            await receive()
        raise LookupError("nobody foresaw this")

    async def scenario() -> None:
        sockets, one = OpenSockets(), Socket()
        for _ in range(waiting):
            one.incoming.put_nowait({"type": "websocket.receive", "text": ""})
        with pytest.raises(LookupError):
            await sockets.serve(broken, {}, one.receive, one.send, key="s1")
        assert sockets.keys == ()
        assert one.sent == []

    run(scenario)
