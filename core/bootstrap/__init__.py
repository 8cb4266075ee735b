"""The composition root: where settings become running services.

open_spectra    build and start everything, in order
Spectra         what is running; close() stops it in reverse order
running         the one instance of this process
install         put an instance there, or take it away (tests, start and stop)
VERSION         of this copy of Spectra
"""

from core.bootstrap.holder import install, is_running, running
from core.bootstrap.spectra import VERSION, Spectra, open_spectra

__all__ = ["VERSION", "Spectra", "install", "is_running", "open_spectra", "running"]
