"""What this copy of Spectra is and what it is made of; never a full path, nor anything secret."""

from __future__ import annotations

import platform

import streamlit as st

from core.bootstrap import VERSION, Spectra
from core.ui.component import ASSETS
from core.ui.feedfacts import format_moment
from core.ui.text import safe_text

_CHART_NOTICE = ASSETS / "js" / "vendor" / "lightweight-charts.NOTICE.txt"


def describe_copy(spectra: Spectra) -> dict[str, str]:
    """Return label and value of what is running, fit for Markdown."""
    settings = spectra.settings
    started = f"{spectra.started_at:%Y-%m-%d} {format_moment(spectra.started_at)}"
    return {
        "Version": VERSION,
        "Mode": "demo, against its own sandbox" if settings.demo else "single user, this machine",
        "Data folder": safe_text(settings.home.name or "the current one"),
        "Running since": started,
        "Python": platform.python_version(),
        "Streamlit": st.__version__,
    }


def read_notices() -> str:
    """Return what the licences of the bundled chart library and font ask to be shown."""
    chart = " ".join(_CHART_NOTICE.read_text(encoding="utf-8").split())
    return f"Charts: {chart} (Apache 2.0). Typeface: IBM Plex Sans © IBM Corp. (OFL 1.1)."
