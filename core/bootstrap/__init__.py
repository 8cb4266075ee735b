"""The composition root: where settings become running services.

open_spectra    build and start everything, in order
open_services   the same without the market: for commands
open_keys       the vault alone, asking no database
database_url    where everything is stored, as the settings have it
Spectra         what is running; close() stops it in reverse order
running         the one instance of this process
install         put an instance there, or take it away (tests, start and stop)
prepare_home    make the data folder, or say why not
VERSION         of this copy of Spectra
"""

from core.bootstrap.holder import install, is_running, running
from core.bootstrap.services import (
    Services,
    database_url,
    open_keys,
    open_services,
    prepare_home,
)
from core.bootstrap.spectra import VERSION, Spectra, open_spectra

__all__ = [
    "VERSION",
    "Services",
    "Spectra",
    "database_url",
    "install",
    "is_running",
    "open_keys",
    "open_services",
    "open_spectra",
    "prepare_home",
    "running",
]
