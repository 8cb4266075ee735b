"""Tokens of the documents' form, made and opened by Node's crypto, and the way they were recorded.

`python tests/vault/vectors.py` records them anew with the Node of this machine.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

DATA = Path(__file__).parent / "data"
MADE_BY_NODE = DATA / "made_by_node.json"
OPENED_BY_NODE = DATA / "opened_by_node.json"

PLAINTEXTS = (
    "",
    "a",
    "api-key-0123456789",
    "exactly sixteen.",
    "a secret with spaces, a colon: and a newline\n",
    "Zürich – 東京 – 🔑 – ‮rtl",
    '{"key": "organizations/1/apiKeys/2", "quotes": "\\""}',
    "-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEIA==\n-----END EC PRIVATE KEY-----\n",
    "x" * 2048,
    "\x00\x01\x7f\u00ff\ud7ff",
)
PASSPHRASES = ("a passphrase of the documents, 32+", "Schlüssel über zweiunddreißig Zeichen 🔐")
CASES = tuple((passphrase, text) for passphrase in PASSPHRASES for text in PLAINTEXTS)


@dataclass(frozen=True, slots=True)
class Vector:
    """One token of the documents' form, with what opens it and what is inside."""

    passphrase: str
    plaintext: str
    token: str


def read_vectors(path: Path) -> list[Vector]:
    return [Vector(**entry) for entry in json.loads(path.read_text(encoding="utf-8"))]


def run_node(act: str, values: list[dict[str, str]]) -> list[Vector]:
    """Let Node encrypt or decrypt `values`, in order."""
    done = subprocess.run(
        ["node", DATA / "v1.js", act],
        input=json.dumps(values).encode(),
        capture_output=True,
        check=True,
        timeout=60,
    )
    return [Vector(**entry) for entry in json.loads(done.stdout)]


def record() -> None:
    from core.vault import encrypt_v1

    cases = [{"passphrase": passphrase, "plaintext": text} for passphrase, text in CASES]
    ours = [{"passphrase": p, "token": encrypt_v1(t, p)} for p, t in CASES]
    for path, vectors in (
        (MADE_BY_NODE, run_node("encrypt", cases)),
        (OPENED_BY_NODE, run_node("decrypt", ours)),
    ):
        text = json.dumps([asdict(vector) for vector in vectors], indent=1)
        path.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2]))
    record()
