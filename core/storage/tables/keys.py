"""What the installation itself keeps: proofs of the keys in use, and its own sealed values."""

from __future__ import annotations

import sqlalchemy as sa

from core.storage.tables.base import METADATA, text
from core.storage.types import PlainText

KEY_CHECKS = sa.Table(
    "key_checks",
    METADATA,
    sa.Column("key_id", PlainText, primary_key=True),
    text("value"),
)

APP_SECRETS = sa.Table(
    "app_secrets",
    METADATA,
    sa.Column("name", PlainText, primary_key=True),
    text("value"),
    text("key_id"),
)
