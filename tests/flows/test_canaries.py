"""The search for secrets finds what is there, or its silence would mean nothing."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest

from tests.flows.canaries import Canaries

SECRET = 'k7+/="ü-of-a-canary'
WAYS = {
    "raw": SECRET.encode(),
    "in JSON": json.dumps({"a": SECRET}).encode(),
    "in UTF-8 JSON": json.dumps({"a": SECRET}, ensure_ascii=False).encode(),
    "in a repr": repr([SECRET]).encode(),
    "base64": base64.b64encode(SECRET.encode()),
    "in base64, one byte in": base64.b64encode(b"." + SECRET.encode() + b"..."),
    "in base64, two bytes in": base64.b64encode(b".:" + SECRET.encode() + b"."),
    "in base64 of URLs": base64.urlsafe_b64encode(SECRET.encode()),
    "hex": SECRET.encode().hex().encode(),
    "HEX": SECRET.encode().hex().upper().encode(),
    "in a URL": urlencode({"a": SECRET}).encode(),
    "quoted": quote(SECRET, safe="").encode(),
    "reversed": SECRET[::-1].encode(),
    "bytes reversed": SECRET.encode()[::-1],
}


@pytest.mark.parametrize("way", WAYS)
def test_a_secret_is_found_however_it_was_written(way: str, tmp_path: Path) -> None:
    canaries = Canaries()
    canaries.watch("the key", SECRET)
    assert canaries.found_in(b"before " + WAYS[way] + b" after")
    (tmp_path / "file").write_bytes(WAYS[way])
    assert list(canaries.found_in_folder(tmp_path)) == [str(tmp_path / "file")]


def test_nothing_is_found_where_nothing_is() -> None:
    canaries = Canaries()
    for number in range(50):
        canaries.draw(f"secret {number}")
    assert canaries.found_in(Path(__file__).read_bytes()) == set()
