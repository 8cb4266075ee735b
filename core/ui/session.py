"""What one person has chosen on this visit, under names and types instead of string keys.

The one face over `st.session_state`: pages and components read and write choices here. It never
decides who is signed in, and holds no secret.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

import streamlit as st

from core.domain import Granularity, Preferences
from core.ui.loading import CandleLoad


class Universe(StrEnum):
    """Which products the heatmap shows."""

    ALL = "all"
    GAINERS = "gainers"
    LOSERS = "losers"
    NO_STABLECOINS = "no-stablecoins"


class SizeBy(StrEnum):
    """What a tile's area stands for."""

    VOLUME = "volume"
    EQUAL = "equal"


class ColourBy(StrEnum):
    """What a tile's colour stands for."""

    DAY = "day"
    HOUR = "hour"
    OPEN = "open"
    BITCOIN = "btc"
    UNUSUAL = "unusual"


class Palette(StrEnum):
    """Colours of up and down, named as assets/js/palette.js names them."""

    RED_GREEN = "red-green"
    RED_UP = "red-up"
    BLUE_ORANGE = "blue-orange"


class View(StrEnum):
    """The heatmap, or the same products as a table."""

    MAP = "map"
    TABLE = "table"


Choice = TypeVar("Choice", bound=StrEnum)

CANDLE_SPANS = {
    Granularity.ONE_MINUTE: "1m",
    Granularity.FIVE_MINUTE: "5m",
    Granularity.FIFTEEN_MINUTE: "15m",
    Granularity.ONE_HOUR: "1h",
    Granularity.SIX_HOUR: "6h",
    Granularity.ONE_DAY: "1d",
}
"""The candles a person can choose, and how they are written."""


KEPT: Mapping[str, StrEnum] = {
    "heatmap.universe": Universe.ALL,
    "heatmap.size_by": SizeBy.VOLUME,
    "heatmap.colour_by": ColourBy.DAY,
    "heatmap.view": View.MAP,
    "palette": Palette.RED_GREEN,
}
"""Choices that outlive the visit, and their defaults; `choices.py` brings and takes them."""


class Session:
    """Choices of this visit; each is a property, and an unknown stored value is its default."""

    def belongs_to(self, user_id: str) -> None:
        """Forget everything of this visit if it began as another person's."""
        if st.session_state.get("visit.owner") == user_id:
            return
        if "visit.owner" in st.session_state:
            st.session_state.clear()
        st.session_state["visit.owner"] = user_id

    @property
    def preferences(self) -> Preferences | None:
        """What this person has chosen for good, as last read or saved; None before it was read."""
        value = st.session_state.get("visit.preferences")
        return value if isinstance(value, Preferences) else None

    @preferences.setter
    def preferences(self, value: Preferences) -> None:
        st.session_state["visit.preferences"] = value

    @property
    def locale(self) -> str:
        """BCP 47 tag that decides how numbers are written."""
        return (self.preferences or Preferences()).locale

    def kept(self) -> dict[str, str]:
        """Return the choices that outlive the visit, as they are stored."""
        return {key: str(_choice(key, default)) for key, default in KEPT.items()}

    def adopt(self, stored: Mapping[str, str]) -> None:
        """Begin with these choices; what was already chosen on this visit stays."""
        for key in KEPT:
            if key in stored:
                st.session_state.setdefault(key, stored[key])

    @property
    def universe(self) -> Universe:
        """Which products the heatmap shows."""
        return _choice("heatmap.universe", Universe.ALL)

    @universe.setter
    def universe(self, value: Universe) -> None:
        st.session_state["heatmap.universe"] = value

    @property
    def size_by(self) -> SizeBy:
        """What a tile's area stands for."""
        return _choice("heatmap.size_by", SizeBy.VOLUME)

    @size_by.setter
    def size_by(self, value: SizeBy) -> None:
        st.session_state["heatmap.size_by"] = value

    @property
    def colour_by(self) -> ColourBy:
        """What a tile's colour stands for."""
        return _choice("heatmap.colour_by", ColourBy.DAY)

    @colour_by.setter
    def colour_by(self, value: ColourBy) -> None:
        st.session_state["heatmap.colour_by"] = value

    @property
    def palette(self) -> Palette:
        """Colours of up and down, on every page."""
        return _choice("palette", Palette.RED_GREEN)

    @palette.setter
    def palette(self, value: Palette) -> None:
        st.session_state["palette"] = value

    @property
    def view(self) -> View:
        """Map or table."""
        return _choice("heatmap.view", View.MAP)

    @view.setter
    def view(self, value: View) -> None:
        st.session_state["heatmap.view"] = value

    @property
    def search(self) -> str:
        """What was typed into the search box."""
        return str(st.session_state.get("heatmap.search") or "")

    @search.setter
    def search(self, value: str) -> None:
        st.session_state["heatmap.search"] = value

    @property
    def product(self) -> str | None:
        """The product whose panel is open."""
        value = st.session_state.get("product.selected")
        return value if isinstance(value, str) else None

    @product.setter
    def product(self, value: str | None) -> None:
        st.session_state["product.selected"] = value

    @property
    def granularity(self) -> Granularity:
        """The span of one candle."""
        return _choice("product.granularity", Granularity.FIFTEEN_MINUTE)

    @granularity.setter
    def granularity(self, value: Granularity) -> None:
        st.session_state["product.granularity"] = value

    @property
    def averages(self) -> bool:
        """Whether moving averages are drawn over the candles."""
        return st.session_state.get("product.averages", True) is True

    @averages.setter
    def averages(self, value: bool) -> None:
        st.session_state["product.averages"] = value

    @property
    def candle_load(self) -> CandleLoad | None:
        """The fetch of candles that is under way."""
        value = st.session_state.get("product.load")
        return value if isinstance(value, CandleLoad) else None

    @candle_load.setter
    def candle_load(self, value: CandleLoad | None) -> None:
        st.session_state["product.load"] = value


def _choice(key: str, default: Choice) -> Choice:
    try:
        return type(default)(st.session_state.get(key, default))
    except ValueError:
        return default


session = Session()
