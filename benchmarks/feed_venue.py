"""One exchange for feed.py: `feed_venue.py` prints its port.

`/flood?n=N` writes N ticker frames as fast as the socket takes them; `/paced?n=N&rate=R` sends R a
second, each with the moment it was sent (CLOCK_MONOTONIC, ns) in its client_id.
"""

from __future__ import annotations

import itertools
import sys
import time
from contextlib import suppress
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from websockets.exceptions import ConnectionClosed
from websockets.sync.server import ServerConnection, serve

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.decode import frames_of

PRODUCTS = [f"T{number}-USD" for number in range(30)]
STAMP = b'"client_id":"'
FRAMES = frames_of(PRODUCTS, 20_000)


def framed(text: bytes) -> bytes:
    """Return `text` as one unmasked WebSocket text frame of 126 to 65,535 bytes."""
    return b"\x81\x7e" + len(text).to_bytes(2, "big") + text


def answer(link: ServerConnection) -> None:
    """Send what the path asks for, then wait until the client has had enough."""
    assert link.request
    asked = urlsplit(link.request.path)
    query = {key: float(values[0]) for key, values in parse_qs(asked.query).items()}
    frames = itertools.islice(itertools.cycle(FRAMES), int(query["n"]))
    link.recv()  # the subscription
    with suppress(ConnectionClosed):  # the client leaves when it has had enough
        if asked.path == "/flood":
            link.socket.sendall(b"".join(framed(frame) for frame in frames))
        else:
            pace(link, frames, query["rate"])
        link.recv()


def pace(link: ServerConnection, frames: itertools.islice[bytes], rate: float) -> None:
    """Send by deadline, so that a late frame does not delay all that follow."""
    due = time.monotonic()
    for frame in frames:
        due += 1 / rate
        time.sleep(max(0.0, due - time.monotonic()))
        stamp = STAMP + b"%d" % time.monotonic_ns()
        link.socket.sendall(framed(frame.replace(STAMP, stamp, 1)))


if __name__ == "__main__":
    with serve(answer, "127.0.0.1", 0, compression=None) as server:
        print(server.socket.getsockname()[1], flush=True)
        server.serve_forever()
