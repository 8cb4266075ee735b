"""A browser's half of Streamlit's page socket: enough to open a session and read its text."""

from __future__ import annotations

from dataclasses import dataclass
from types import TracebackType
from typing import Self

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect
from websockets.typing import Subprotocol

_RERUN = BackMsg()
_RERUN.rerun_script.query_string = ""


@dataclass(frozen=True)
class Seen:
    """The session Streamlit gave, and every text its page wrote."""

    session_id: str
    texts: tuple[str, ...]


class Page:
    """One open page; asks for `session_id` as Streamlit's own script does on reconnecting."""

    def __init__(
        self, ws: str, *, headers: dict[str, str] | None = None, session_id: str = ""
    ) -> None:
        protocols = ["streamlit", "unused", *([session_id] if session_id else [])]
        self._connect = connect(
            f"{ws}/_stcore/stream",
            subprotocols=[Subprotocol(name) for name in protocols],
            additional_headers=headers,
            compression=None,
            max_size=None,
        )

    def __enter__(self) -> Self:
        self._socket = self._connect.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._connect.__exit__(kind, error, trace)

    def run(self) -> Seen:
        """Run the page once and return when it has finished."""
        self._socket.send(_RERUN.SerializeToString())
        session, texts = "", []
        while True:
            message = ForwardMsg()
            received = self._socket.recv(timeout=60)
            assert isinstance(received, bytes)
            message.ParseFromString(received)
            kind = message.WhichOneof("type")
            if kind == "new_session":
                session = message.new_session.initialize.session_id
            elif kind == "delta":
                texts.append(message.delta.new_element.text.body)
            elif kind == "script_finished":
                return Seen(session, tuple(text for text in texts if text))


def open_page(ws: str, *, headers: dict[str, str] | None = None, session_id: str = "") -> Seen:
    """Open a page, run it once, and close it."""
    with Page(ws, headers=headers, session_id=session_id) as page:
        return page.run()
