"""The field's nouns: frozen values that every room understands, made of the standard library only.

    Instrument    what can be traded, and in which steps
    Candle        open, high, low, close and volume of one span; Granularity names the spans
    OrderBook     resting bids and asks of one product, best first
    FeedStatus    how the market feed is doing, for a header, /health and a page
    User          a person with an account; Actor is who does something, and from where
    UserSession   one signed-in browser; ApiToken, a key for programs
    Preferences   what a person has chosen for good
    AuditRecord   one act; AuditEntry, the same with its place in the chain of hashes

The live `Ticker` is a noun too, but sits in the hot path and so in `core.market`.
"""

from core.domain.access import (
    LOCAL_USER,
    Actor,
    ApiToken,
    Role,
    SignInMethod,
    User,
    UserSession,
)
from core.domain.audit import (
    AuditAction,
    AuditEntry,
    AuditHead,
    AuditRecord,
    ChainReport,
    check_chain,
    empty_head,
    link,
)
from core.domain.book import BookLevel, OrderBook
from core.domain.candle import Candle, Granularity
from core.domain.feed import FeedState, FeedStatus
from core.domain.instrument import Instrument
from core.domain.preferences import BASE_CURRENCIES, Preferences

__all__ = [
    "BASE_CURRENCIES",
    "LOCAL_USER",
    "Actor",
    "ApiToken",
    "AuditAction",
    "AuditEntry",
    "AuditHead",
    "AuditRecord",
    "BookLevel",
    "Candle",
    "ChainReport",
    "FeedState",
    "FeedStatus",
    "Granularity",
    "Instrument",
    "OrderBook",
    "Preferences",
    "Role",
    "SignInMethod",
    "User",
    "UserSession",
    "check_chain",
    "empty_head",
    "link",
]
