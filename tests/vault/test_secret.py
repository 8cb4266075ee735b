"""A secret shows itself only to who calls it by name (SEC-09)."""

from __future__ import annotations

import copy
import json
import logging
import pickle
from collections.abc import Callable
from dataclasses import asdict, dataclass

import msgspec
import pytest

from core.vault import Secret

CANARY = "canary-of-a-secret"


@dataclass
class Holder:
    """Something that keeps a secret among other things."""

    secret: Secret


REFUSED: dict[str, Callable[[Secret], object]] = {
    "pickle": pickle.dumps,
    "the oldest pickle": lambda secret: pickle.dumps(secret, protocol=0),
    "pickle in a list": lambda secret: pickle.dumps([secret]),
    "copy": copy.copy,
    "deep copy": copy.deepcopy,
    "asdict": lambda secret: asdict(Holder(secret)),
    "json": json.dumps,
    "json in a dict": lambda secret: json.dumps({"secret": secret}),
    "msgspec": msgspec.json.encode,
    "format": format,
    "f-string": lambda secret: f"{secret}",
    "f-string with a width": lambda secret: f"{secret:>20}",
    "str.format": "{}".format,
    "vars": vars,
    "state": lambda secret: secret.__getstate__(),
    "addition": lambda secret: "" + secret,
    "iteration": list,
    "length": len,
    "join": lambda secret: "".join([secret]),
}


def test_it_reveals_its_text_when_asked() -> None:
    assert Secret(CANARY).reveal() == CANARY


def test_it_shows_as_three_stars() -> None:
    secret = Secret(CANARY)
    assert [str(secret), repr(secret), f"{secret!r}", "%s" % secret] == ["***"] * 4  # noqa: UP031
    assert repr(Holder(secret)).endswith("Holder(secret=***)")


@pytest.mark.parametrize("way", REFUSED)
def test_it_leaves_by_no_other_way(way: str) -> None:
    with pytest.raises((TypeError, pickle.PicklingError)) as caught:
        REFUSED[way](Secret(CANARY))
    assert CANARY not in repr(caught.value)


def test_a_log_line_shows_three_stars(caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger("core.test").warning("opened %s", Secret(CANARY))
    assert CANARY not in caplog.text
