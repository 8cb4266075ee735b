"""Doors for programs: the gate, the relay socket, health and metrics.

Front           routes, middleware and the relay's task, as app.py needs them
Gate            the ASGI middleware everything passes through
LocalEntry      single-user mode: whoever is let in is the one local user
offer_export    a file to take away: its one-time id; export_url says where it is fetched
check_options   refuses to start on unsafe Streamlit options
bind, serve     the server of `python app.py`
"""

from core.web.entry import LocalEntry
from core.web.exports import ExportFormat, ExportKind, export_url, offer_export
from core.web.front import Front
from core.web.gate import Gate
from core.web.identity import TRUSTED_USER_HEADERS, Identify, Identity, SingleUser
from core.web.selftest import check_options
from core.web.serve import bind, serve

__all__ = [
    "TRUSTED_USER_HEADERS",
    "ExportFormat",
    "ExportKind",
    "Front",
    "Gate",
    "Identify",
    "Identity",
    "LocalEntry",
    "SingleUser",
    "bind",
    "check_options",
    "export_url",
    "offer_export",
    "serve",
]
