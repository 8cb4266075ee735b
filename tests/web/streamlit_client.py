"""A browser's half of Streamlit's page socket: enough to open a session and read its text."""

from __future__ import annotations

from dataclasses import dataclass

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect
from websockets.typing import Subprotocol


@dataclass(frozen=True)
class Seen:
    """The session Streamlit gave, and every text its page wrote."""

    session_id: str
    texts: tuple[str, ...]


def open_page(ws: str, *, headers: dict[str, str] | None = None, session_id: str = "") -> Seen:
    """Run the page once, asking for `session_id` as Streamlit's own script does on reconnecting."""
    protocols = ["streamlit", "unused", *([session_id] if session_id else [])]
    with connect(
        f"{ws}/_stcore/stream",
        subprotocols=[Subprotocol(name) for name in protocols],
        additional_headers=headers,
        compression=None,
    ) as socket:
        socket.send(_rerun())
        return _read_one_run(socket)


def _rerun() -> bytes:
    message = BackMsg()
    message.rerun_script.query_string = ""
    return message.SerializeToString()


def _read_one_run(socket: object) -> Seen:
    session, texts = "", []
    while True:
        message = ForwardMsg()
        message.ParseFromString(socket.recv(timeout=60))  # type: ignore[attr-defined]
        kind = message.WhichOneof("type")
        if kind == "new_session":
            session = message.new_session.initialize.session_id
        elif kind == "delta":
            texts.append(message.delta.new_element.text.body)
        elif kind == "script_finished":
            return Seen(session, tuple(text for text in texts if text))
