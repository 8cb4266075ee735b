"""What can be traded and in which steps, from the venue's public list, kept on disk for offline.

    {"products":[{"product_id":"BTC-USD","base_name":"Bitcoin","price_increment":"0.01",…}]}

Only products that Spectra follows are kept. Without network the last known list is used.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any

from core.domain import Instrument
from core.errors import InvalidMessage, SourceUnavailable
from core.logs import fields
from core.market.coinbase import printable
from core.market.disk import read_cached, write_cached
from core.market.rest import PublicRest
from core.wire import bounded_decimal, is_bounded

REFRESH_EVERY = 6 * 3600.0
RETRY_AFTER = 30.0
MAX_NAME = 60

_LOG = logging.getLogger(__name__)


class Instruments:
    """`known` may be read from any thread; `run` belongs to one loop."""

    def __init__(self, rest: PublicRest, *, products: Iterable[str], file: Path) -> None:
        self._rest = rest
        self._wanted = frozenset(products)
        self._file = file
        kept = read_cached(file, dict[str, Instrument], check=is_usable) or {}
        self.known: Mapping[str, Instrument] = self._only_wanted(kept)

    async def run(self) -> None:
        """Refresh a few times a day until cancelled; sooner after a failure."""
        while True:
            await asyncio.sleep(REFRESH_EVERY if await self.refresh() else RETRY_AFTER)

    async def refresh(self) -> bool:
        """Ask the venue once; False if it could not be asked."""
        try:
            body = await self._rest.get(
                "/api/v3/brokerage/market/products", {"product_type": "SPOT"}
            )
            found = self._only_wanted(parse_products(body))
        except (SourceUnavailable, InvalidMessage) as error:
            _LOG.warning("instruments %s", fields(status="failed", reason=error))
            return False
        self.known = found
        write_cached(self._file, dict(found))
        _LOG.info("instruments %s", fields(status="ok", known=len(found)))
        return True

    def _only_wanted(self, found: Mapping[str, Instrument]) -> Mapping[str, Instrument]:
        return MappingProxyType({key: found[key] for key in found if key in self._wanted})


def is_usable(kept: Mapping[str, Instrument]) -> bool:
    """Say whether instruments read from disk are within what `parse_products` would let in."""
    return all(
        key == each.product_id
        and len(each.name) <= MAX_NAME
        and all(step is None or (is_bounded(step) and step > 0) for step in _steps(each))
        for key, each in kept.items()
    )


def _steps(instrument: Instrument) -> tuple[Decimal | None, ...]:
    return (
        instrument.price_increment,
        instrument.base_increment,
        instrument.quote_increment,
        instrument.base_min_size,
        instrument.quote_min_size,
    )


def parse_products(body: Any) -> dict[str, Instrument]:
    """Return the list's products by id; an entry that makes no sense is left out.

    Raises InvalidMessage if the body is no list of products at all.
    """
    products = body.get("products") if isinstance(body, dict) else None
    if not isinstance(products, list):
        raise InvalidMessage("the answer holds no list of products")
    found = {}
    for fields_ in products:
        try:
            instrument = _instrument(fields_)
        except InvalidMessage:
            continue
        found[instrument.product_id] = instrument
    return found


def _instrument(product: Any) -> Instrument:
    if not isinstance(product, dict):
        raise InvalidMessage("a product is no object")
    product_id = _text(product, "product_id")
    base, _, quote = product_id.partition("-")
    if not base or not quote:
        raise InvalidMessage("a product has no id")
    return Instrument(
        product_id=product_id,
        base=_text(product, "base_currency_id") or base,
        quote=_text(product, "quote_currency_id") or quote,
        name=_text(product, "base_name") or base,
        price_increment=_step(product, "price_increment"),
        base_increment=_step(product, "base_increment"),
        quote_increment=_step(product, "quote_increment"),
        base_min_size=_step(product, "base_min_size"),
        quote_min_size=_step(product, "quote_min_size"),
        tradable=not any(
            product.get(flag) is True for flag in ("is_disabled", "trading_disabled", "view_only")
        ),
    )


def _text(product: dict[str, Any], key: str) -> str:
    value = product.get(key)
    return printable(value, most=MAX_NAME).strip() if isinstance(value, str) else ""


def _step(product: dict[str, Any], key: str) -> Decimal | None:
    value = product.get(key)
    try:
        number = bounded_decimal(value) if isinstance(value, str) else value
    except InvalidMessage:
        return None
    return number if isinstance(number, Decimal) and number > 0 else None
