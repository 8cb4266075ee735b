"""Single-user mode makes its key once, for this user alone, and never over another."""

from __future__ import annotations

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from core.errors import ConfigurationError
from core.vault import load_or_make_key, open_vault

NAME = "encryption.key"


def test_the_first_start_makes_a_key_that_the_next_ones_read(tmp_path: Path) -> None:
    key = load_or_make_key(tmp_path)
    assert load_or_make_key(tmp_path) == key
    assert open_vault(key).current_key_id
    assert stat.S_IMODE((tmp_path / NAME).stat().st_mode) == 0o600
    assert os.listdir(tmp_path) == [NAME]


def test_a_loose_umask_opens_the_file_to_nobody(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        load_or_make_key(tmp_path)
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / NAME).stat().st_mode) == 0o600


def test_starts_at_the_same_time_get_the_same_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(16) as pool:
        keys = set(pool.map(load_or_make_key, [tmp_path] * 64))
    assert len(keys) == 1
    assert os.listdir(tmp_path) == [NAME]


def test_two_homes_have_two_keys(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    assert load_or_make_key(tmp_path / "one") != load_or_make_key(tmp_path / "two")


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o620, 0o602, 0o666])
def test_a_file_others_may_touch_is_refused(tmp_path: Path, mode: int) -> None:
    load_or_make_key(tmp_path)
    (tmp_path / NAME).chmod(mode)
    with pytest.raises(ConfigurationError, match="other users"):
        load_or_make_key(tmp_path)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_a_file_of_another_user_is_refused(tmp_path: Path) -> None:
    load_or_make_key(tmp_path)
    os.chown(tmp_path / NAME, 65534, 65534)
    with pytest.raises(ConfigurationError, match="other users"):
        load_or_make_key(tmp_path)


def test_what_is_not_a_plain_file_is_refused_at_once(tmp_path: Path) -> None:
    for number, make in enumerate((Path.mkdir, os.mkfifo, _dangling, _link_to_a_key)):
        home = tmp_path / str(number)
        home.mkdir()
        make(home / NAME)
        with pytest.raises(ConfigurationError, match="ENCRYPTION_KEY"):
            load_or_make_key(home)


def _dangling(path: Path) -> None:
    path.symlink_to(path.parent / "nowhere")


def _link_to_a_key(path: Path) -> None:
    elsewhere = path.parent / "elsewhere"
    elsewhere.mkdir()
    load_or_make_key(elsewhere)
    path.symlink_to(elsewhere / NAME)


def test_a_home_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="cannot be used"):
        load_or_make_key(tmp_path / "missing")


@pytest.mark.parametrize("content", [b"", b"\n", b"\xff\xfe", b"too short"])
def test_a_damaged_file_never_becomes_a_key_or_is_replaced(tmp_path: Path, content: bytes) -> None:
    (tmp_path / NAME).write_bytes(content)
    (tmp_path / NAME).chmod(0o600)
    with pytest.raises(ConfigurationError):
        open_vault(load_or_make_key(tmp_path))
    assert (tmp_path / NAME).read_bytes() == content


def test_the_log_says_where_the_key_is_but_not_what(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    key = load_or_make_key(tmp_path)
    assert str(tmp_path / NAME) in caplog.text
    assert key.removeprefix("base64:") not in caplog.text
