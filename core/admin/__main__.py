"""`python -m core.admin …`."""

from __future__ import annotations

import sys

from core.admin.command import run

if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
