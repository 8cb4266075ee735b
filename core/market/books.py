"""Order books on demand, over a connection of their own, so that prices never wait for them.

    order_book() leases a product for 10 s → connect → subscribe level2 → frames → Book
       → a view four times a second → lease over → unsubscribe → nobody looks → close

Any doubt (gap, malformed frame, crossed book) drops the connection and starts from a snapshot.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from core.clock import Clock
from core.domain import OrderBook
from core.errors import InvalidMessage
from core.logs import fields
from core.market.backoff import Backoff
from core.market.book import MAX_DEPTH, Book, BookBroken
from core.market.coinbase import parse_frame
from core.market.connection import Connection, FeedTiming, LinkLost, open_connection
from core.market.messages import BookUpdates, VenueError
from core.market.sequence import SequenceTracker, Verdict
from core.market.subscriptions import Request

MAX_BOOKS = 12
"""The venue refuses somewhere above 16 books on one connection."""
LEASE = 10.0
VIEW_EVERY = 0.25

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Lease:
    """Somebody looks at a book, so deep, until then (monotonic seconds)."""

    until: float
    depth: int


class Books:
    """`order_book` is for any thread; everything else belongs to the loop that runs `run`."""

    def __init__(self, url: str, *, clock: Clock, timing: FeedTiming, rng: random.Random) -> None:
        self._url = url
        self._clock = clock
        self._timing = timing
        self._backoff = Backoff(
            rng,
            first=timing.first_retry,
            cap=timing.longest_retry,
            healthy_after=timing.healthy_after,
        )
        self._leases: dict[str, Lease] = {}
        self._views: Mapping[str, OrderBook] = {}
        self._books: dict[str, Book] = {}
        self._dirty: set[str] = set()
        self._sequence = SequenceTracker()
        self._accepted = 0
        self._connection: Connection | None = None
        self._wanted = asyncio.Event()
        self._poke: Callable[[], object] | None = None

    def order_book(self, product_id: str, *, depth: int) -> OrderBook | None:
        """Return the best levels, None until they are known; keeps the book coming for 10 s."""
        depth = max(1, min(depth, MAX_DEPTH))
        now = self._clock.monotonic()
        lease = self._leases.get(product_id)
        if lease is None and len(self._leases) >= MAX_BOOKS:
            return None
        # A short look must not make a deeper one of another page shallow.
        deepest = depth if lease is None else max(depth, lease.depth)
        self._leases[product_id] = Lease(now + LEASE, deepest)
        if lease is None and self._poke is not None:
            self._poke()
        view = self._views.get(product_id)
        if view is None:
            return None
        return replace(view, bids=view.bids[:depth], asks=view.asks[:depth])

    async def run(self) -> None:
        """Serve leases until cancelled."""
        loop = asyncio.get_running_loop()

        def poke() -> None:
            with contextlib.suppress(RuntimeError):  # the loop closed in this instant
                loop.call_soon_threadsafe(self._wanted.set)

        self._poke = poke
        while True:
            self._wanted.clear()
            if not self._current_leases():
                await self._wanted.wait()
                continue
            began = self._clock.monotonic()
            reason = await self._link()
            if reason is None:
                continue
            worked_for = self._clock.monotonic() - began if self._accepted else 0.0
            delay = self._backoff.next_delay(worked_for=worked_for)
            _LOG.warning("books %s", fields(status="lost", reason=reason, retry_in=round(delay, 2)))
            await asyncio.sleep(delay)

    async def _link(self) -> str | None:
        """Run one connection; return why it was lost, None when nobody looks any more."""
        self._books, self._dirty = {}, set()
        self._sequence, self._accepted = SequenceTracker(), 0
        try:
            connection = await open_connection(self._url, timing=self._timing)
        except LinkLost as lost:
            return str(lost)
        self._connection = connection
        keeper: asyncio.Task[None] | None = None
        try:
            await connection.send([Request("heartbeats")])
            keeper = asyncio.get_running_loop().create_task(self._keep(connection))
            await connection.read(self._on_frame, life=lambda: self._accepted)
        except LinkLost as lost:
            return str(lost) if self._current_leases() else None
        finally:
            if keeper is not None:
                keeper.cancel()
            self._connection = None
            await connection.close()

    async def _keep(self, connection: Connection) -> None:
        """Four times a second, or at once for a newcomer: follow the leases, show what changed."""
        with contextlib.suppress(LinkLost):  # `read` sees the same loss and reports it
            while True:
                leases = self._current_leases()
                if not leases:
                    connection.cut("nobody looks at a book")
                    return
                await self._follow(connection, leases)
                self._show(leases)
                self._wanted.clear()
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._wanted.wait(), VIEW_EVERY)

    async def _follow(self, connection: Connection, leases: Mapping[str, Lease]) -> None:
        ended = tuple(product for product in self._books if product not in leases)
        begun = tuple(product for product in leases if product not in self._books)
        for product in ended:
            del self._books[product]
        for product in begun:
            self._books[product] = Book(product)
        if ended:
            await connection.send([Request("level2", ended, subscribe=False)])
        if begun:
            await connection.send([Request("level2", begun)])

    def _show(self, leases: Mapping[str, Lease]) -> None:
        views = {name: view for name, view in self._views.items() if name in leases}
        as_of = self._clock.now()
        for product_id in self._dirty & self._books.keys():
            try:
                views[product_id] = self._books[product_id].view(
                    depth=leases[product_id].depth, as_of=as_of
                )
            except BookBroken as broken:
                self._cut(str(broken))
        self._dirty.clear()
        self._views = views

    def _on_frame(self, frame: bytes) -> None:
        try:
            message = parse_frame(frame)
            if isinstance(message, VenueError):
                self._cut(f"the venue refused a book: {message.text}")
                return
            match self._sequence.judge(message.sequence):
                case Verdict.OLD:
                    return
                case Verdict.GAP:
                    self._cut("messages were lost on the way")
                    return
            self._accepted += 1
            if isinstance(message, BookUpdates):
                self._apply(message)
        except (InvalidMessage, BookBroken) as error:
            self._cut(str(error))

    def _apply(self, message: BookUpdates) -> None:
        for change in message.changes:
            book = self._books.get(change.product_id)
            # Updates may still arrive for a book whose lease just ended and began anew.
            if book is None or not (book.known or change.snapshot):
                continue
            book.apply(change)
            self._dirty.add(change.product_id)
            if change.product_id not in self._views:
                self._wanted.set()  # somebody waits for this first picture

    def _current_leases(self) -> dict[str, Lease]:
        now = self._clock.monotonic()
        for product_id, lease in list(self._leases.items()):
            if lease.until < now:
                self._leases.pop(product_id, None)
        leases = dict(self._leases)
        if not leases:
            self._views = {}
        return leases

    def _cut(self, reason: str) -> None:
        if self._connection is not None:
            self._connection.cut(reason)
