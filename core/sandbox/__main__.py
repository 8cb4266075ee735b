"""`python -m core.sandbox`: serve the sandbox until told to stop."""

from __future__ import annotations

import sys

from core.sandbox.server import main

if __name__ == "__main__":
    sys.exit(main())
