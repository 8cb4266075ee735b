"""Who a request belongs to, written into headers that only the gate may write.

Streamlit maps these headers into `st.user` and ties a page's session to them. A client's own
copies, in whatever spelling, are thrown away first; it never reads a cookie, entry.py does.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from starlette.types import Scope

UID_HEADER = "X-Spectra-Uid"
SID_HEADER = "X-Spectra-Sid"
TRUSTED_USER_HEADERS = {UID_HEADER: "uid", SID_HEADER: "sid"}
"""What `server.trustedUserHeaders` must be for the gate's identity to reach `st.user`."""

Headers = list[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class Identity:
    """A person and one of their sessions."""

    uid: str
    sid: str


class Identify(Protocol):
    """Says who a request belongs to; called once per request in the event loop, must not block."""

    def __call__(self, scope: Scope) -> Identity:
        """Return the identity behind `scope`."""
        ...


class SingleUser:
    """Everyone who is admitted is the one local user, in one session per start of the process."""

    def __init__(self) -> None:
        self._identity = Identity(uid="local", sid=secrets.token_urlsafe(32))

    def __call__(self, scope: Scope) -> Identity:
        """Return the local user."""
        return self._identity


def with_identity(headers: Iterable[tuple[bytes, bytes]], identity: Identity | None) -> Headers:
    """Return `headers` without any X-Spectra-* of the client, and with ours unless a stranger's."""
    kept = [(name, value) for name, value in headers if not _is_reserved(name)]
    if identity is None:
        return kept
    kept.append((UID_HEADER.lower().encode(), identity.uid.encode()))
    kept.append((SID_HEADER.lower().encode(), identity.sid.encode()))
    return kept


def _is_reserved(name: bytes) -> bool:
    # Proxies and CGI-style code read X_Spectra_Uid as the same header.
    return name[:10].lower().replace(b"_", b"-") == b"x-spectra-"
