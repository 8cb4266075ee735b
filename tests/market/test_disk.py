"""Kept files: whole or absent, and nothing that only looks like one."""

from __future__ import annotations

import os
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from core.market.disk import read_cached, write_cached
from core.market.instruments import is_usable, parse_products


def read(path: Path) -> dict[str, int] | None:
    return read_cached(path, dict[str, int], check=lambda value: value.get("a") != 13)


def test_what_was_kept_is_read_back_and_for_this_user_only(tmp_path: Path) -> None:
    write_cached(tmp_path / "new" / "kept.json", {"a": 1})
    assert read(tmp_path / "new" / "kept.json") == {"a": 1}
    assert (tmp_path / "new" / "kept.json").stat().st_mode & 0o777 == 0o600
    assert os.listdir(tmp_path / "new") == ["kept.json"]


def test_what_fails_its_check_counts_as_absent(tmp_path: Path) -> None:
    write_cached(tmp_path / "kept.json", {"a": 13})
    assert read(tmp_path / "kept.json") is None


def test_a_pipe_a_folder_and_a_link_are_no_files(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "target").write_text('{"a":1}')
    (tmp_path / "link").symlink_to(tmp_path / "target")
    for name in ("pipe", "link", "."):
        assert read(tmp_path / name) is None


def test_a_planted_link_is_not_written_through(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("mine")
    (tmp_path / f"kept.json.{os.getpid()}.new").symlink_to(victim)
    write_cached(tmp_path / "kept.json", {"a": 1})
    assert victim.read_text() == "mine"
    assert read(tmp_path / "kept.json") == {"a": 1}


@pytest.mark.parametrize("step", ["1e-999999", "NaN", "-1", "0"])
def test_an_instrument_with_an_impossible_step_is_not_taken_from_disk(step: str) -> None:
    wire = {"product_id": "BTC-USD", "base_name": "Bitcoin", "price_increment": "0.01"}
    found = parse_products({"products": [wire]})
    assert is_usable(found)

    odd = replace(found["BTC-USD"], price_increment=Decimal(step))
    assert not is_usable({"BTC-USD": odd})
    assert not is_usable({"ETH-USD": found["BTC-USD"]})
