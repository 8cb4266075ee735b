"""The Advanced Trade WebSocket server: connections, and the clockwork that feeds them.

    trades of the world → ticker, level2 and market_trades to those subscribed
    every 250 ms        → batches of trades, changes of books
    every second        → heartbeats, candles, idle connections closed
    every 5 s           → ticker_batch; every 10 s → status

Never blocks on a client, and never speaks to anything but loopback.
"""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import Iterable
from typing import Any

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from core.errors import InvalidMessage
from core.logs import fields
from core.sandbox.coinbase import frames
from core.sandbox.coinbase.bulletin import Bulletin
from core.sandbox.coinbase.link import VENUE, Link, set_reset_on_close
from core.sandbox.coinbase.subscriptions import (
    Request,
    TooManyBooks,
    UnknownChannel,
    parse_request,
)
from core.sandbox.faults import ATTEMPT_KINDS, SOCKET, SUBSCRIPTION_KINDS, Switchboard
from core.sandbox.listener import ReservedPort
from core.sandbox.record import Record
from core.sandbox.world import Trade, World

log = logging.getLogger(__name__)

SUBSCRIBE_WITHIN = 5.0
IDLE_AFTER = 75.0
BEAT = 0.25
_CLOCK_JUMP = 5.0


class CoinbaseStream:
    """Serves the public channels on one port; create and use it inside one event loop."""

    def __init__(
        self, world: World, port: ReservedPort, *, faults: Switchboard, record: Record
    ) -> None:
        self._world = world
        self._port = port
        self._faults = faults
        self._record = record
        self._server: Server | None = None
        self._links: dict[ServerConnection, Link] = {}
        self._accepted = 0
        self._bulletin = Bulletin(world)
        self._fresh_trades: dict[str, list[Trade]] = {}
        self._changed: set[str] = set()

    async def up(self) -> None:
        """Accept connections; does nothing when already up."""
        if self._server is not None:
            return
        self._server = await serve(
            self._handle,
            sock=self._port.listen(),
            create_connection=self._connection_class(),
            compression=None,
            ping_interval=None,
            close_timeout=1,
            max_size=1024 * 1024,
        )

    async def down(self) -> None:
        """Accept no connection any more and cut those there are; the port stays reserved."""
        server, self._server = self._server, None
        if server is None:
            return
        server.close(close_connections=False)
        self.drop()
        await server.wait_closed()

    def drop(self) -> int:
        """Cut all present connections and return how many there were."""
        for link in self._links.values():
            link.abort()
        return len(self._links)

    def state(self) -> dict[str, Any]:
        """Return whether connections are accepted, how many there are, and their subscriptions."""
        open_now = {str(x.number): x.subscriptions.listing() for x in self._links.values()}
        return {"up": self._server is not None, "accepted": self._accepted, "open": open_now}

    async def run(self) -> None:
        """Feed the subscribers until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._follow_trades())
            tasks.create_task(self._keep_time())

    def _connection_class(self) -> type[ServerConnection]:
        faults, record = self._faults, self._record

        class Connection(ServerConnection):
            """A connection that a due fault resets before the handshake."""

            def connection_made(self, transport: asyncio.BaseTransport) -> None:
                super().connection_made(transport)
                if faults.take(VENUE, SOCKET, ATTEMPT_KINDS):
                    record.add("refused", venue=VENUE)
                    set_reset_on_close(transport.get_extra_info("socket"))
                    self.transport.abort()

        return Connection

    async def _handle(self, connection: ServerConnection) -> None:
        self._accepted += 1
        opened = self._world.clock.monotonic()
        link = Link(connection, number=self._accepted, faults=self._faults, opened=opened)
        self._links[connection] = link
        self._record.add("connect", venue=VENUE, connection=link.number)
        deadline = connection.loop.call_later(SUBSCRIBE_WITHIN, self._expect_request, connection)
        try:
            async for message in connection:
                self._answer(link, message)
        except ConnectionClosed:
            log.debug(fields(connection=link.number, status="cut"))
        finally:
            deadline.cancel()
            del self._links[connection]
            self._record.add("disconnect", venue=VENUE, connection=link.number)

    def _expect_request(self, connection: ServerConnection) -> None:
        link = self._links.get(connection)
        if link is not None and not link.subscriptions.listing():
            connection.loop.create_task(connection.close(1008, "no subscription within 5 seconds"))

    def _answer(self, link: Link, message: str | bytes) -> None:
        try:
            request = parse_request(message)
            new = self._apply(link, request)
        except UnknownChannel:
            link.send_error(frames.AUTHENTICATION_FAILURE)
            return
        except TooManyBooks:
            link.send_error(frames.TOO_MANY_BOOKS)
            return
        except InvalidMessage:
            link.send_error(frames.SUBSCRIBE_FAILURE)
            return
        self._record.add(
            request.kind,
            venue=VENUE,
            connection=link.number,
            channel=request.channel,
            products=list(request.products or ()),
        )
        now = self._world.clock.nanoseconds()
        for first in self._bulletin.snapshots(request.channel, new, now):
            self._send(link, first)
        self._send(link, frames.subscriptions(link.subscriptions.listing(), now))

    def _apply(self, link: Link, request: Request) -> list[str]:
        if request.kind == "unsubscribe":
            link.subscriptions.remove(request)
            return []
        fault = self._faults.take(VENUE, SOCKET, SUBSCRIPTION_KINDS)
        if fault is not None:
            asked = request.products or ()
            link.missing |= {fault.product_id or (asked[0] if asked else "")}
        return link.subscriptions.add(request, without=link.missing)

    async def _follow_trades(self) -> None:
        clock = self._world.clock
        last = clock.seconds()
        while True:
            now = clock.seconds()
            if abs(now - last) > _CLOCK_JUMP:
                last = now
            second = math.floor(last)
            upcoming = [*self._world.trades.second(second), *self._world.trades.second(second + 1)]
            due = [trade for trade in upcoming if last < trade.moment <= now]
            for trade in due:
                self._tell(trade)
            last = max(last, now)
            later = next((each.moment for each in upcoming if each.moment > now), now + BEAT)
            await asyncio.sleep(min(BEAT, max(0.001, later - clock.seconds())))

    def _tell(self, trade: Trade) -> None:
        """Send what one trade changes: the ticker at once, the rest with the next beat."""
        self._fresh_trades.setdefault(trade.product, []).append(trade)
        self._changed.add(trade.product)
        links = self._subscribed("ticker", trade.product)
        if links:
            at = round(trade.moment * 1e9)
            self._send_all(links, self._bulletin.ticker_update(trade.product, at))

    async def _keep_time(self) -> None:
        clock = self._world.clock
        beats, due = 0, clock.monotonic()
        while True:
            due = max(due + BEAT, clock.monotonic())
            await asyncio.sleep(due - clock.monotonic())
            beats += 1
            self._beat(beats, clock.nanoseconds())

    def _beat(self, beats: int, at: int) -> None:
        self._send_trades(at)
        self._send_books(at)
        if beats % 4 == 0:
            self._send_heartbeats(at)
            self._send_candles(at)
            self._close_idle()
        if beats % 20 == 0:
            self._send_batches(at)
        if beats % 40 == 0:
            self._send_status(at)

    def _send_trades(self, at: int) -> None:
        fresh, self._fresh_trades = self._fresh_trades, {}
        for product, trades in fresh.items():
            links = self._subscribed("market_trades", product)
            if links:
                self._send_all(links, self._bulletin.trades_update(trades, at))

    def _send_books(self, at: int) -> None:
        products = self._asked_for("level2")
        self._bulletin.keep_books(products)
        for product in products:
            message = self._bulletin.book_update(product, at)
            self._send_all(self._subscribed("level2", product), message)

    def _send_heartbeats(self, at: int) -> None:
        uptime = self._world.clock.monotonic()
        links = self._subscribed("heartbeats", "heartbeats")
        self._send_all(links, frames.heartbeat(at, counter=int(uptime), uptime=uptime))

    def _send_candles(self, at: int) -> None:
        for product in self._asked_for("candles"):
            message = self._bulletin.candles_update(product, at)
            self._send_all(self._subscribed("candles", product), message)

    def _send_batches(self, at: int) -> None:
        changed, self._changed = self._changed, set()
        for product in self._asked_for("ticker_batch") & changed:
            message = self._bulletin.batch_update(product, at)
            self._send_all(self._subscribed("ticker_batch", product), message)

    def _send_status(self, at: int) -> None:
        for link in list(self._links.values()):
            products = link.subscriptions.products("status")
            if products:
                self._send(link, self._bulletin.status("update", products, at=at))

    def _close_idle(self) -> None:
        now = self._world.clock.monotonic()
        for connection, link in list(self._links.items()):
            if now - link.last_sent > IDLE_AFTER:
                connection.loop.create_task(connection.close(1001, "idle"))

    def _asked_for(self, channel: str) -> set[str]:
        links = self._links.values()
        return {name for link in links for name in link.subscriptions.products(channel)}

    def _subscribed(self, channel: str, product: str) -> list[Link]:
        return [x for x in self._links.values() if x.subscriptions.has(channel, product)]

    def _send_all(self, links: Iterable[Link], message: frames.Message) -> None:
        for link in links:
            self._send(link, message)

    def _send(self, link: Link, message: frames.Message) -> None:
        link.send(message, at=self._world.clock.monotonic())
