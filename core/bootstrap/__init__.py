"""The composition root: where settings become running services.

open_spectra    build and start everything, in order
Spectra         what is running; close() stops it in reverse order
running         the one instance of this process
install         put an instance there, or take it away (tests, start and stop)
prepare_home    make the data folder, or say why not
VERSION         of this copy of Spectra
"""

from core.bootstrap.holder import install, is_running, running
from core.bootstrap.spectra import VERSION, Spectra, open_spectra, prepare_home

__all__ = ["VERSION", "Spectra", "install", "is_running", "open_spectra", "prepare_home", "running"]
