"""Ways a database file can be broken; each changes the file at a path."""

from __future__ import annotations

import os
import random
import sqlite3
from collections.abc import Callable
from pathlib import Path

PAGE = 4096


def empty(path: Path) -> None:
    path.write_bytes(b"")


def cut_in_half(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def cut_inside_a_page(path: Path) -> None:
    os.truncate(path, path.stat().st_size - PAGE // 2)


def cut_to_the_header(path: Path) -> None:
    os.truncate(path, 100)


def text(path: Path) -> None:
    path.write_text("Dear diary, " * 1000)


def flip_the_first_byte(path: Path) -> None:
    overwrite(path, 0, b"s")


def rubbish_in_the_schema(path: Path) -> None:
    overwrite(path, 100, random.Random(1).randbytes(PAGE - 100))


def rubbish_in_every_page(path: Path) -> None:
    for page in range(1, path.stat().st_size // PAGE):
        overwrite(path, page * PAGE, random.Random(page).randbytes(PAGE))


def another_program(path: Path) -> None:
    path.unlink()
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE recipes (name TEXT)")
    connection.close()


def overwrite(path: Path, at: int, content: bytes) -> None:
    with open(path, "r+b") as file:
        file.seek(at)
        file.write(content)


DAMAGES: dict[str, Callable[[Path], None]] = {
    "empty": empty,
    "cut in half": cut_in_half,
    "cut inside a page": cut_inside_a_page,
    "cut to the header": cut_to_the_header,
    "text": text,
    "first byte": flip_the_first_byte,
    "schema": rubbish_in_the_schema,
    "every page": rubbish_in_every_page,
    "another program": another_program,
}
