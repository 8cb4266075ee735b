"""The market feed in the words of the settings page; assets/js/feedwords.js says the same live.

Pure. What is not known is "–", never 0.
"""

from __future__ import annotations

from datetime import UTC, tzinfo

from core.domain import FeedState, FeedStatus
from core.ui.moments import format_clock
from core.ui.text import safe_text

STATE_WORDS = {
    FeedState.CONNECTED: "● Connected",
    FeedState.CONNECTING: "◐ Connecting…",
    FeedState.DISCONNECTED: "○ Disconnected",
}
STATE_COLOURS = {
    FeedState.CONNECTED: "green",
    FeedState.CONNECTING: "orange",
    FeedState.DISCONNECTED: "red",
}


def describe_feed(status: FeedStatus, *, priced: int, zone: tzinfo = UTC) -> dict[str, str]:
    """Return label and value of everything known about the feed, fit for Markdown."""
    return {
        "Source": safe_text(status.source),
        "State since": format_clock(status.since_at, zone),
        "Last message": format_clock(status.last_message_at, zone),
        "Messages per second": f"{status.messages_per_second:,.1f}",
        "Products priced": f"{priced:,} of {status.products:,}",
        "Not offered by the venue": ", ".join(map(safe_text, status.missing_products)) or "none",
        "Reconnects": f"{status.reconnects:,}",
        "Sequence gaps, healed": f"{status.gaps:,}",
        "Refused frames and values": f"{status.rejected:,}",
    }


def describe_trouble(status: FeedStatus, *, zone: tzinfo = UTC) -> str | None:
    """Return why there is no connection and when the next attempt is; None when there is one."""
    if status.state is FeedState.CONNECTED:
        return None
    reason = safe_text(status.reason, limit=300) if status.reason else "no answer yet"
    attempt = (
        f"The next attempt is at {format_clock(status.retry_at, zone)}."
        if status.retry_at
        else "An attempt is under way."
    )
    end = "" if reason.endswith((".", "?", "!")) else "."
    return f"{reason[0].upper()}{reason[1:]}{end} {attempt}"
