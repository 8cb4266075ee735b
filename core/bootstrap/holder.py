"""The one running Spectra of this process, which pages ask for by name.

Streamlit runs a page in its own thread with no arguments, so this is the one module-level variable
of the project. It never builds anything: app.py installs at start-up, tests install theirs.
"""

from __future__ import annotations

from core.bootstrap.spectra import Spectra

_current: Spectra | None = None


def running() -> Spectra:
    """Return the running instance; RuntimeError when nothing has been installed."""
    if _current is None:
        raise RuntimeError("Spectra is not running: start it with `python app.py`.")
    return _current


def is_running() -> bool:
    """Say whether an instance is installed."""
    return _current is not None


def install(spectra: Spectra | None) -> None:
    """Make `spectra` the running instance, or none; the caller still owns it and closes it."""
    global _current
    _current = spectra
