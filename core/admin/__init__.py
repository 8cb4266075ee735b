"""Commands for whoever runs Spectra: accounts, keys, audit, backups.

run    one command line → exit status; what `python -m core.admin` calls
"""

from core.admin.command import run

__all__ = ["run"]
