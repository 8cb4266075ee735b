"""What this copy of Spectra is and what it is made of; never a full path, nor anything secret."""

from __future__ import annotations

import platform
from datetime import UTC, tzinfo

import streamlit as st

from core.bootstrap import VERSION, Spectra
from core.ui.component import ASSETS
from core.ui.moments import format_clock, format_stamp
from core.ui.numbers import ABSENT, format_bytes
from core.ui.text import safe_text

_CHART_NOTICE = ASSETS / "js" / "vendor" / "lightweight-charts.NOTICE.txt"


_MODES = {"single": "single user, this machine", "multi": "several users, signed in"}
_DATABASES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


def describe_copy(spectra: Spectra, *, zone: tzinfo = UTC) -> dict[str, str]:
    """Return label and value of what is running, fit for Markdown."""
    settings = spectra.settings
    day = format_stamp(spectra.started_at, zone).partition(" ")[0]
    started = f"{day} {format_clock(spectra.started_at, zone)}"
    return {
        "Version": VERSION,
        "Mode": "demo, against its own sandbox" if settings.demo else _MODES[settings.mode],
        "Data folder": safe_text(settings.home.name or "the current one"),
        "Running since": started,
        "Python": platform.python_version(),
        "Streamlit": st.__version__,
    }


def describe_database(spectra: Spectra) -> dict[str, str]:
    """Return label and value of the database, fit for Markdown; never its address."""
    health = spectra.store.check()
    kind = _DATABASES.get(health.dialect, safe_text(health.dialect))
    if not health.ok:
        return {"Database": f"{kind}, :red[{safe_text(health.reason, limit=200)}]"}
    return {
        "Database": kind,
        "Schema revision": safe_text(health.revision or ABSENT),
        "Database size": format_bytes(health.size_bytes),
    }


def read_notices() -> str:
    """Return what the licences of the bundled chart library and font ask to be shown."""
    chart = " ".join(_CHART_NOTICE.read_text(encoding="utf-8").split())
    return f"Charts: {chart} (Apache 2.0). Typeface: IBM Plex Sans © IBM Corp. (OFL 1.1)."
