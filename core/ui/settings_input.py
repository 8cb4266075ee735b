"""What can be chosen and typed on the settings page, checked: a value, or which field is wrong.

Pure. It never corrects in silence: what cannot be used comes back with the cure.
"""

from __future__ import annotations

import re
from decimal import Decimal

from core.domain import BASE_CURRENCIES
from core.errors import InvalidInput
from core.ui.moments import zone_names
from core.ui.session import Palette
from core.ui.text import clean_text

LOCALES = {
    "en-US": "English, US · 1,234,567.89",
    "en-GB": "English, UK · 1,234,567.89",
    "en-IN": "English, India · 12,34,567.89",
    "de-DE": "German · 1.234.567,89",
    "fr-FR": "French · 1 234 567,89",
    "de-CH": "Swiss · 1’234’567.89",
}
"""BCP 47 tags on offer, with what they decide."""

PALETTES = {
    Palette.RED_GREEN: "Red-green",
    Palette.RED_UP: "Red-up",
    Palette.BLUE_ORANGE: "Blue-orange, safe for colour-blind readers",
}
MAX_NAME = 80
_DUST = re.compile(r"[0-9]{1,12}(\.[0-9]{1,8})?")


def read_name(text: str) -> str:
    """Return a name fit to be stored and shown; may be empty."""
    cleaned = clean_text(text, limit=MAX_NAME + 1)
    if len(cleaned) > MAX_NAME:
        raise InvalidInput(
            "Name",
            f"Name: it is longer than {MAX_NAME} characters.",
            cure="Shorten it.",
        )
    return cleaned


def read_dust(text: str) -> Decimal:
    """Return the threshold under which holdings may be hidden, in the base currency."""
    typed = text.strip()
    if not _DUST.fullmatch(typed):
        raise InvalidInput(
            "Dust threshold",
            "Dust threshold: this is not an amount.",
            cure="Write digits with a point, such as 1 or 0.50, at most 8 after the point.",
        )
    return Decimal(typed)


def plain_amount(amount: Decimal) -> str:
    """Return an amount as `read_dust` takes it: digits and at most one point."""
    text = f"{amount:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def read_zone(name: str) -> str:
    """Return the IANA name of a time zone this machine knows."""
    return _one_of(name, zone_names(), field="Time zone")


def read_currency(code: str) -> str:
    """Return one of the base currencies."""
    return _one_of(code, BASE_CURRENCIES, field="Base currency")


def read_locale(tag: str) -> str:
    """Return one of the locales on offer."""
    return _one_of(tag, tuple(LOCALES), field="Number format")


def _one_of(value: str, allowed: tuple[str, ...], *, field: str) -> str:
    if value not in allowed:
        raise InvalidInput(
            field, f"{field}: this cannot be chosen.", cure="Choose one of the list."
        )
    return value
