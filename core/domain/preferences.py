"""What one person has chosen for good, as opposed to on this visit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

BASE_CURRENCIES = ("USD", "EUR", "GBP", "INR", "BTC")


@dataclass(frozen=True, slots=True)
class Preferences:
    """One person's choices; what was never chosen has the default given here."""

    base_currency: str = "USD"
    locale: str = "en-US"
    """BCP 47 tag that decides separators."""
    palette: str = "red-green"
    """Colours of up and down: red-green, red-up or blue-orange."""
    dust: Decimal = Decimal(1)
    """Holdings worth less than this, in the base currency, may be hidden."""
    pages: Mapping[str, str] = field(default_factory=dict)
    """Choices of pages by their name, such as `heatmap.size_by` → `equal`."""
