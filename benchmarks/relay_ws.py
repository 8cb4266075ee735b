"""The relay on the real /ws/market against a bare uvicorn send of the same text, 500 clients.

    python benchmarks/relay_ws.py [--clients 500] [--rounds 5] [--secs 3] [--hz 30] [--stalled 20]

Both servers run the same uvicorn settings and the same market stand-in (30 products, all changing
each time). "bare" sends the relay's text in one loop from a plain ASGI app; "spectra" is the whole
app: gate, Starlette, Streamlit's middleware. The second table adds clients that never read.
"""

from __future__ import annotations

import argparse
import re
import select
import socket
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.harness import cpu_of, paired_ratio, rss_mib, spread, table

SERVER = Path(__file__).with_name("relay_server.py")
_SEQ = re.compile(rb'"seq":(\d+)')


class Listener:
    """One browser look-alike: counts messages and remembers the first and last number."""

    def __init__(self, port: int, *, buffer: int = 0) -> None:
        self.socket = socket.socket()
        if buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        self.socket.connect(("127.0.0.1", port))
        self.socket.sendall(
            f"GET /ws/market HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\n"
            "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode()
        )
        head = b""
        while b"\r\n\r\n" not in head:
            head += self.socket.recv(1)
        assert b"101" in head[:20], head
        self.socket.setblocking(False)
        self.rest = b""
        self.seqs: list[int] = []

    def feed(self, data: bytes) -> None:
        """Cut what arrived into messages; only their sequence number is looked at."""
        data = self.rest + data
        at, end = 0, len(data)
        while end - at >= 4:
            size, body = data[at + 1], at + 2
            if size == 126:
                size, body = int.from_bytes(data[at + 2 : at + 4], "big"), at + 4
            elif size == 127:
                if end - at < 10:
                    break
                size, body = int.from_bytes(data[at + 2 : at + 10], "big"), at + 10
            if body + size > end:
                break
            if data[at] & 15 == 1 and (found := _SEQ.search(data, body, body + 80)):
                self.seqs.append(int(found[1]))
            at = body + size
        self.rest = data[at:]


def listen(listeners: list[Listener], seconds: float) -> None:
    """Read from all of them for a while."""
    poll = select.epoll()
    by = {listener.socket.fileno(): listener for listener in listeners}
    for number in by:
        poll.register(number, select.EPOLLIN)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for number, _ in poll.poll(0.05):
            by[number].feed(by[number].socket.recv(1 << 18))
    poll.close()


def measure(kind: str, args: argparse.Namespace, *, stalled: int = 0) -> dict[str, float]:
    """Run one server for one round."""
    command = [sys.executable, str(SERVER), kind, str(args.hz), str(args.products)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as server:
        assert server.stdout is not None
        port = int(server.stdout.readline())
        clients = [Listener(port) for _ in range(args.clients)]
        listen(clients, 1)
        before = rss_mib(server.pid)
        stuck = [Listener(port, buffer=4096) for _ in range(stalled)]
        for client in clients:
            client.seqs.clear()
        cpu = cpu_of(server.pid)
        listen(clients, args.secs)
        cpu = cpu_of(server.pid) - cpu
        grown = rss_mib(server.pid) - before
        server.terminate()
        for client in clients + stuck:
            client.socket.close()
    got = sum(len(client.seqs) for client in clients)
    due = sum(client.seqs[-1] - client.seqs[0] + 1 for client in clients)
    return {
        "us": cpu * 1e6 / got,
        "core": 100 * cpu / args.secs,
        "delivered": 100 * got / due,
        "mib": grown / stalled if stalled else 0.0,
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--secs", type=float, default=3)
    parser.add_argument("--hz", type=float, default=30)
    parser.add_argument("--products", type=int, default=30)
    parser.add_argument("--stalled", type=int, default=20)
    args = parser.parse_args()
    kinds = ("bare", "spectra")
    rounds = [{kind: measure(kind, args) for kind in kinds} for _ in range(args.rounds)]
    base = [one["bare"]["us"] for one in rounds]
    print(f"{args.clients} clients, {args.hz:g} messages/s, {args.products} tickers each")
    rows = []
    for kind in kinds:
        own = [one[kind] for one in rounds]
        us = [one["us"] for one in own]
        rows.append(
            [
                kind,
                spread(us),
                paired_ratio(us, base),
                spread([one["core"] for one in own], 0),
                spread([one["delivered"] for one in own], 1),
            ]
        )
    print(table(["server", "CPU us/message", "x bare", "% of a core", "% delivered"], rows))
    # Long enough to fill the kernel's own buffers (4 MiB) before the server feels the stall.
    args.clients, args.secs = min(args.clients, 100), 40
    slow = [measure("spectra", args, stalled=args.stalled) for _ in range(2)]
    print(f"\n{args.clients} clients for {args.secs} s, and {args.stalled} that never read")
    row = [spread([one["delivered"] for one in slow], 1), spread([one["mib"] for one in slow])]
    print(table(["% delivered to the others", "MiB per stalled client"], [row]))


if __name__ == "__main__":
    main()
