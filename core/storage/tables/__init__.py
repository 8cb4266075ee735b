"""The tables of the whole product.

METADATA                every table by name
USERS … PREFERENCES     access: who may come in, and what they chose
CONNECTION_AUDIT_LOG    what was done; AUDIT_HEAD counts it
KEY_CHECKS, APP_SECRETS what the installation keeps for itself
EXCHANGE_CONNECTIONS    credentials, sealed, and the schedule of syncs; SYNC_RUNS
TOKENS … BALANCE_HISTORY  what people own
ORDERS, TRADES          what people did
"""

from core.storage.tables.access import API_TOKENS, PREFERENCES, SESSIONS, USERS
from core.storage.tables.audit import AUDIT_HEAD, CONNECTION_AUDIT_LOG
from core.storage.tables.base import METADATA
from core.storage.tables.connections import EXCHANGE_CONNECTIONS, SEALED_FIELDS, SYNC_RUNS
from core.storage.tables.keys import APP_SECRETS, KEY_CHECKS
from core.storage.tables.portfolio import BALANCE_HISTORY, HOLDINGS, PORTFOLIOS, TOKENS
from core.storage.tables.trading import ORDERS, TRADES

__all__ = [
    "API_TOKENS",
    "APP_SECRETS",
    "AUDIT_HEAD",
    "BALANCE_HISTORY",
    "CONNECTION_AUDIT_LOG",
    "EXCHANGE_CONNECTIONS",
    "HOLDINGS",
    "KEY_CHECKS",
    "METADATA",
    "ORDERS",
    "PORTFOLIOS",
    "PREFERENCES",
    "SEALED_FIELDS",
    "SESSIONS",
    "SYNC_RUNS",
    "TOKENS",
    "TRADES",
    "USERS",
]
