"""One client's WebSocket connection: its sequence numbers, its subscriptions, its faults.

    Message → sequence number → fault due? → bytes in the transport's buffer

Never waits for a slow client: one that lets megabytes pile up is cut off.
"""

from __future__ import annotations

import random
import socket
import struct
from collections.abc import Callable
from typing import Any

from websockets.asyncio.server import ServerConnection, broadcast

from core.sandbox.coinbase.frames import AUTHENTICATION_FAILURE, Message
from core.sandbox.coinbase.mischief import garbage, half_frame, huge_message, noise, spoiled
from core.sandbox.coinbase.subscriptions import Subscriptions
from core.sandbox.faults import FRAME_KINDS, SOCKET, Fault, Switchboard

VENUE = "coinbase"
MAX_BACKLOG = 32 * 1024 * 1024
DEFAULT_HUGE = 10 * 1024 * 1024

_TICKERS = ("ticker", "ticker_batch")
_ANY_FRAME = tuple(kind for kind in FRAME_KINDS if kind != "bad_values")


class Link:
    """The sending side of one connection; all of it runs in the server's event loop."""

    def __init__(
        self, connection: ServerConnection, *, number: int, faults: Switchboard, opened: float
    ) -> None:
        self.number = number
        self.opened = opened
        self.last_sent = opened
        self.subscriptions = Subscriptions()
        self.missing: frozenset[str] = frozenset()
        self._connection = connection
        self._faults = faults
        self._sequence = 0
        self._held: str | None = None
        self._muted = False
        self._applied: dict[str, int] = {}
        self._actions: dict[str, Callable[[Fault, str], None]] = {
            "reset_mid_frame": self._reset_mid_frame,
            "garbage": self._garbage,
            "garbage_bytes": self._garbage_bytes,
            "silence": self._silence,
            "half_open": self._half_open,
            "close": self._close,
            "gap": self._gap,
            "duplicate": self._duplicate,
            "reorder": self._reorder,
            "error_frame": self._error_frame,
            "huge_frame": self._huge_frame,
            "bad_values": self._bad_values,
        }

    def send(self, message: Message, *, at: float) -> None:
        """Give a message its sequence number and send it, or do what a due fault says."""
        if self._muted:
            return
        self.last_sent = at
        frame = message.frame(self._sequence)
        self._sequence += 1
        fault = self._due(message.channel)
        if fault is None:
            self._deliver(frame)
        else:
            self._actions[fault.kind](fault, frame)

    def send_error(self, text: str) -> None:
        """Send an error; errors carry no sequence number."""
        if not self._muted:
            self._write(text)

    def abort(self, *, reset: bool = False) -> None:
        """Cut the connection without a closing handshake; `reset` sends RST instead of FIN."""
        transport = self._connection.transport
        sock = transport.get_extra_info("socket")
        if reset and sock is not None and sock.fileno() >= 0:
            set_reset_on_close(sock)
        transport.abort()

    def _due(self, channel: str) -> Fault | None:
        if channel == "subscriptions":
            return None
        kinds = FRAME_KINDS if channel in _TICKERS else _ANY_FRAME
        return self._faults.take(VENUE, SOCKET, kinds)

    def _deliver(self, frame: str) -> None:
        self._write(frame)
        if self._held is not None:
            self._write(self._held)
            self._held = None

    def _write(self, data: str | bytes) -> None:
        if self._connection.transport.get_write_buffer_size() > MAX_BACKLOG:
            self.abort()
            return
        broadcast((self._connection,), data)

    def _turn(self, kind: str) -> int:
        number = self._applied.get(kind, 0)
        self._applied[kind] = number + 1
        return number

    def _reset_mid_frame(self, _fault: Fault, frame: str) -> None:
        self._muted = True
        self._connection.transport.write(half_frame(frame))
        # The half frame must leave before the reset discards what is still buffered.
        self._connection.loop.call_later(0.02, lambda: self.abort(reset=True))

    def _garbage(self, _fault: Fault, frame: str) -> None:
        self._write(garbage(self._turn("garbage")))
        self._deliver(frame)

    def _garbage_bytes(self, _fault: Fault, _frame: str) -> None:
        self._muted = True
        self._connection.transport.write(noise(random.Random(self.number)))  # noqa: S311

    def _silence(self, _fault: Fault, _frame: str) -> None:
        self._muted = True

    def _half_open(self, _fault: Fault, _frame: str) -> None:
        self._muted = True
        self._connection.transport.pause_reading()

    def _close(self, _fault: Fault, _frame: str) -> None:
        self._muted = True
        self._connection.loop.create_task(self._connection.close(1001, "going away"))

    def _gap(self, _fault: Fault, _frame: str) -> None:
        """Lose the frame: its number is used up, its content never arrives."""

    def _duplicate(self, _fault: Fault, frame: str) -> None:
        self._deliver(frame)
        self._deliver(frame)

    def _reorder(self, _fault: Fault, frame: str) -> None:
        if self._held is None:
            self._held = frame
        else:
            self._deliver(frame)

    def _error_frame(self, _fault: Fault, frame: str) -> None:
        self._write(AUTHENTICATION_FAILURE)
        self._deliver(frame)

    def _huge_frame(self, fault: Fault, frame: str) -> None:
        self._write(huge_message(fault.bytes or DEFAULT_HUGE))
        self._deliver(frame)

    def _bad_values(self, _fault: Fault, frame: str) -> None:
        self._deliver(spoiled(frame, self._turn("bad_values")))


def set_reset_on_close(sock: Any) -> None:
    """Make the next close of a socket send RST, as a crashed peer or a middlebox does."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
