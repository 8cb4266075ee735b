"""What one sealed field costs to seal and to open, beside the documents' form and beside Fernet.

python benchmarks/vault.py [--rounds 9]
"""

from __future__ import annotations

import argparse
import base64
import os
import sys
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from cryptography.fernet import Fernet

from benchmarks.interleaved import interleave, print_table
from core.vault import SealContext, encrypt_v1, open_vault

SECRET = "s" * 64
PASSPHRASE = "correct staple battery 4711 horses over the moon"
FIELDS = 2_000
CONTEXT = SealContext("a" * 32, "b" * 32, "api_secret")


def ours() -> tuple[Callable[[], int], Callable[[], int]]:
    """Seal and open with the v2 form: one key derived per value, bound to its place."""
    vault = open_vault("base64:" + base64.b64encode(os.urandom(32)).decode())
    token = vault.seal(SECRET, context=CONTEXT)

    def seal() -> int:
        for _ in range(FIELDS):
            vault.seal(SECRET, context=CONTEXT)
        return FIELDS

    def open_() -> int:
        for _ in range(FIELDS):
            vault.open(token, context=CONTEXT)
        return FIELDS

    return seal, open_


def fernet() -> Callable[[], int]:
    """Open with Fernet, which is bound to no place and derives no key."""
    box = Fernet(Fernet.generate_key())
    token = box.encrypt(SECRET.encode())

    def run() -> int:
        for _ in range(FIELDS):
            box.decrypt(token)
        return FIELDS

    return run


def documents() -> Callable[[], int]:
    """Seal with the documents' form, 100,000 rounds each; opening a new one costs the same."""

    def run() -> int:
        for _ in range(10):
            encrypt_v1(SECRET, PASSPHRASE)
        return 10

    return run


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=9)
    chosen = parser.parse_args()
    seal, open_ = ours()
    rows = {
        "documents' form, seal": documents(),
        "Spectra seal": seal,
        "Spectra open": open_,
        "limit: Fernet, open": fernet(),
    }
    print(f"one field of {len(SECRET)} characters, {chosen.rounds} rounds")
    print_table(interleave(rows, chosen.rounds), base="documents' form, seal", limit=list(rows)[-1])


if __name__ == "__main__":
    main()
