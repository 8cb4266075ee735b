"""Loopback ports that stay ours: a port can be closed and opened again and nobody takes it between.

Never binds any address but 127.0.0.1.
"""

from __future__ import annotations

import socket

HOST = "127.0.0.1"


class ReservedPort:
    """A port held by a socket that never listens, beside which listening ones come and go."""

    def __init__(self, port: int) -> None:
        if port:
            # A port that another process listens on is refused, which sharing would allow.
            _bound(port, shared=False).close()
        self._holder = _bound(port)
        self.number: int = self._holder.getsockname()[1]

    def listen(self) -> socket.socket:
        """Return a new listening socket on the port."""
        sock = _bound(self.number)
        sock.listen(512)
        sock.setblocking(False)
        return sock

    def close(self) -> None:
        """Give the port up."""
        self._holder.close()


def _bound(port: int, *, shared: bool = True) -> socket.socket:
    # asyncio turns Nagle's delays off only on sockets that say they are TCP.
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if shared:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    try:
        sock.bind((HOST, port))
    except OSError:
        sock.close()
        raise
    return sock
