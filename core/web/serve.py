"""Runs the server for `python app.py`: binds the port, says one line when ready, stops on a signal.

uvicorn is run here rather than by Streamlit because Streamlit's runner believes X-Forwarded-For,
waits for ever for a stalled browser at the end, and moves to another port in silence.
"""

from __future__ import annotations

import errno
import logging
import signal
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from types import FrameType

import uvicorn
from starlette.types import ASGIApp

from core.errors import ConfigurationError

MAX_MESSAGE_BYTES = 2 * 1024 * 1024
"""Of one websocket message from a browser; Streamlit's own limit is set to the same."""

_GRACE_SECONDS = 4
_BACKLOG = 2048


def bind(host: str, port: int) -> socket.socket:
    """Return a listening socket; port 0 picks a free one.

    Raises ConfigurationError when the port is taken or may not be used.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio sends small answers at once only on sockets that name TCP as their protocol.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(_BACKLOG)
    except OSError as error:
        listener.close()
        taken = error.errno == errno.EADDRINUSE
        raise ConfigurationError(
            "--port",
            f"{port} is already in use." if taken else f"{host}:{port}: {error.strerror}.",
            cure="Stop the other program, or name another port with --port.",
        ) from error
    listener.setblocking(False)
    return listener


def serve(app: ASGIApp, listener: socket.socket, *, ready: Callable[[], None]) -> bool:
    """Serve until SIGTERM or SIGINT; call `ready` once requests are answered.

    Returns False when the app refused to start.
    """
    server = _Server(server_config(app), ready)
    logging.getLogger("uvicorn.error").addFilter(_is_news)
    # uvicorn raises the signal again once it has stopped; the process then ends in order.
    signal.signal(signal.SIGTERM, _leave)
    try:
        with suppress(KeyboardInterrupt), listener:
            server.run(sockets=[listener])
    except SystemExit:
        if server.started:
            raise
    return server.started


def server_config(app: ASGIApp) -> uvicorn.Config:
    """Return how uvicorn serves: no compression, no trust in forwarded headers, an end in time."""
    return uvicorn.Config(
        app,
        ws="websockets-sansio",
        ws_per_message_deflate=False,
        ws_max_size=MAX_MESSAGE_BYTES,
        proxy_headers=False,
        server_header=False,
        access_log=False,
        log_level="error",
        timeout_graceful_shutdown=_GRACE_SECONDS,
    )


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._ready()


def _is_news(record: logging.LogRecord) -> bool:
    """Drop the line that only repeats that the start failed: the one before it says why."""
    return record.getMessage() != "Application startup failed. Exiting."


def _leave(signal_number: int, frame: FrameType | None) -> None:
    sys.exit(0)
