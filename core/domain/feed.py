"""How the market feed is doing, in the words a header, a health check and a page share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class FeedState(StrEnum):
    """Connected means data flows; connecting is the first attempt or a retry under way."""

    CONNECTED = "connected"
    CONNECTING = "connecting"
    DISCONNECTED = "disconnected"


@dataclass(frozen=True, slots=True)
class FeedStatus:
    """One consistent reading of the feed; a moment that has not come yet is None."""

    state: FeedState
    source: str
    """Host of the venue's socket, such as advanced-trade-ws.coinbase.com."""
    since_at: datetime
    """When `state` began."""
    last_message_at: datetime | None = None
    retry_at: datetime | None = None
    """When the next attempt starts, while disconnected."""
    attempt: int = 0
    """Attempts since the feed last worked; 0 while connected."""
    reason: str | None = None
    """Why the feed is not connected, in words for a person."""
    reconnects: int = 0
    messages_per_second: float = 0.0
    gaps: int = 0
    """Sequence gaps noticed (each healed by a fresh snapshot)."""
    rejected: int = 0
    """Frames or values refused as malformed."""
    products: int = 0
    """Products asked for."""
    missing_products: tuple[str, ...] = ()
    """Asked for, but silently left out by the venue."""
