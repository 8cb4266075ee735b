"""Hands one text to any number of streams: encoded once, shared by all, queued for nobody.

    advance(build) → seq + 1 → wake → each stream: the update, or a fresh picture if it lagged

It knows nothing of markets or sockets.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable


class Fanout:
    """Belongs to one event loop; `picture(seq)` must return the whole state as of `seq`."""

    def __init__(self, picture: Callable[[int], str]) -> None:
        self._build_picture = picture
        self._picture = (-1, "")
        self._update = ""
        self._waiting: list[asyncio.Future[None]] = []
        self.seq = 0
        """Messages so far."""
        self.clients = 0
        """Streams open now."""

    def advance(self, build: Callable[[int], str]) -> None:
        """Go to the next message; `build(seq)` is called once, and only if anybody listens."""
        self.seq += 1
        if not self.clients:
            return
        self._update = build(self.seq)
        waiting, self._waiting = self._waiting, []
        for future in waiting:
            if not future.done():
                future.set_result(None)

    async def stream(self) -> AsyncGenerator[str, None]:
        """Yield one client's messages: the picture, then updates, or a picture after lagging."""
        self.clients += 1
        try:
            seen = self.seq
            yield self._current_picture()
            while True:
                if seen == self.seq:
                    await self._next_message()
                text = self._update if self.seq == seen + 1 else self._current_picture()
                seen = self.seq
                yield text
        finally:
            self.clients -= 1

    def _current_picture(self) -> str:
        if self._picture[0] != self.seq:
            self._picture = (self.seq, self._build_picture(self.seq))
        return self._picture[1]

    async def _next_message(self) -> None:
        # One future per client: cancelling a client must not cancel what the others wait for.
        future = asyncio.get_running_loop().create_future()
        self._waiting.append(future)
        await future
