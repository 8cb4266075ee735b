"""One thread with its own event loop, so that the market never waits for a web page, or it for us.

Never outlives `stop()` by more than the deadline it is given.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from core.logs import fields

RESTART_AFTER = 5.0

_LOG = logging.getLogger(__name__)
_T = TypeVar("_T")


class LoopThread:
    """Runs one coroutine until it ends or `stop()`; once stopped it never starts again."""

    def __init__(self, name: str, main: Callable[[], Coroutine[Any, Any, None]]) -> None:
        self._name = name
        self._main = main
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None
        self._ready = threading.Event()
        self._started = False

    def start(self) -> None:
        """Start the thread; returns at once, and does nothing if it was started before."""
        if self._started:
            return
        self._started = True
        self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
        self._thread.start()

    def stop(self, *, timeout: float = 5.0) -> None:
        """Cancel the coroutine and wait for the thread to end; does nothing if none runs."""
        thread = self._thread
        if thread is None:
            return
        self._ready.wait(timeout)
        self.post(self._cancel)
        thread.join(timeout)
        if thread.is_alive():
            _LOG.error("thread %s", fields(name=self._name, status="failed", reason="did not stop"))
        self._thread = None

    def post(self, callback: Callable[[], object]) -> bool:
        """Have `callback` called in the thread; False if the thread does not run."""
        loop = self._loop
        if loop is None:
            return False
        try:
            loop.call_soon_threadsafe(callback)
        except RuntimeError:  # the loop closed in this instant
            return False
        return True

    def call(self, work: Callable[[], Coroutine[Any, Any, _T]], *, timeout: float) -> _T:
        """Run a coroutine in the thread and wait for its result.

        Raises RuntimeError if the thread does not run, TimeoutError after `timeout` seconds.
        """
        if self._thread is None or not self._ready.wait(timeout) or self._loop is None:
            raise RuntimeError(f"{self._name} is not running")
        future = asyncio.run_coroutine_threadsafe(work(), self._loop)
        try:
            return future.result(timeout)
        finally:
            future.cancel()

    def _cancel(self) -> None:
        if self._task is not None:
            self._task.cancel()

    def _run(self) -> None:
        try:
            asyncio.run(self._supervise())
        finally:
            self._loop = None
            self._ready.set()

    async def _supervise(self) -> None:
        self._task = asyncio.current_task()
        self._loop = asyncio.get_running_loop()
        self._ready.set()
        try:
            await self._main()
        except asyncio.CancelledError:
            _LOG.debug("thread %s", fields(name=self._name, status="stopped"))


async def keep_running(name: str, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run one of a thread's jobs for ever; after an unforeseen failure it starts again."""
    while True:
        try:
            await work()
        except Exception:  # the thread's outermost loop: one job must not end the others
            _LOG.exception("job %s", fields(name=name, status="failed"))
        await asyncio.sleep(RESTART_AFTER)
