"""A kept fake of Coinbase's public REST: answers are set by path, every question is recorded."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

Answer = Callable[[dict[str, str]], Any]


class RestVenue:
    """Serves on a port of its own; `answer` may be changed at any time; a context manager."""

    def __init__(self, answer: Callable[[str, dict[str, str]], Any]) -> None:
        self.answer = answer
        self.questions: list[tuple[str, dict[str, str]]] = []
        venue = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                params = {key: values[0] for key, values in parse_qs(parts.query).items()}
                venue.questions.append((parts.path, params))
                status, body = venue.reply(parts.path, params)
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def reply(self, path: str, params: dict[str, str]) -> tuple[int, bytes]:
        answer = self.answer(path, params)
        if isinstance(answer, int):
            return answer, b"{}"
        if isinstance(answer, bytes):
            return 200, answer
        return 200, json.dumps(answer).encode()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join(10)
        self._server.server_close()


def candles_of(params: dict[str, str], *, step: int = 60) -> dict[str, Any]:
    """Answer like the venue: newest first, each candle's price told by its start."""
    first, last = int(params["start"]), int(params["end"])
    starts = range(first + -first % step, last + 1, step)
    return {"candles": [a_wire_candle(start) for start in reversed(starts)]}


def a_wire_candle(start: int, price: object = None) -> dict[str, str]:
    price = str(price if price is not None else start % 100_000 + 1)
    prices = dict.fromkeys(("open", "high", "low", "close"), price)
    return {"start": str(start), **prices, "volume": "1.5"}
