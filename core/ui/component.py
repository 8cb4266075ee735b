"""Puts one of our browser modules on a page as a Streamlit component.

    assets/js/loader.js, naming the module and its hash → st.components.v2 → module.mount(component)

The module exports `mount(component)` and may return a function that ends it. It never carries HTML.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal

import streamlit as st

ASSETS = Path(__file__).parent / "assets"

Height = int | Literal["content", "stretch"]
Width = int | Literal["content", "stretch"]


def draw_component(
    module: str,
    *,
    key: str,
    data: Mapping[str, Any] | None = None,
    height: Height = "content",
    width: Width = "stretch",
    isolate_styles: bool = True,
    **callbacks: Any,
) -> Any:
    """Draw `assets/js/<module>.js` here; `callbacks` are `on_<name>_change` of what it reports.

    The component is registered at each draw: Streamlit keeps registrations per server, and one
    made while nothing runs yet would be lost. Registering the same again costs microseconds.
    """
    renderer = st.components.v2.component(
        f"spectra_{module}", js=_loader(module), isolate_styles=isolate_styles
    )
    return renderer(
        key=key,
        data=dict(data or {}),
        height=height,
        width=width,
        **callbacks,
    )


@cache
def _loader(module: str) -> str:
    source = (ASSETS / "js" / "loader.js").read_text(encoding="utf-8")
    digest = hashlib.sha256((ASSETS / "js" / f"{module}.js").read_bytes()).hexdigest()[:12]
    return source.replace("__MODULE__", f"/assets/js/{module}.js?v={digest}")
