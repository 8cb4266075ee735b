"""The switchboard of everything that can go wrong: what is armed, for which door, how often.

A fault is armed with a count and used up one application at a time, first armed first. A request
to arm something that does not exist is refused with a sentence that names the choices. Never
applies a fault itself: each venue's server asks what is due and does it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from core.errors import SpectraError

VENUES = ("coinbase",)
SOCKET = "ws"
REST_ROOTS = ("/api/v3/", "/v2/")

ATTEMPT_KINDS = ("refuse",)
SUBSCRIPTION_KINDS = ("missing_product",)
FRAME_KINDS = (
    "reset_mid_frame",
    "garbage",
    "garbage_bytes",
    "silence",
    "half_open",
    "close",
    "gap",
    "duplicate",
    "reorder",
    "error_frame",
    "huge_frame",
    "bad_values",
)
SOCKET_KINDS = (*FRAME_KINDS, *ATTEMPT_KINDS, *SUBSCRIPTION_KINDS)
REST_KINDS = ("429", "500", "503", "timeout", "garbage", "slow")

MAX_COUNT = 1_000_000
MAX_SECONDS = 3_600.0
MAX_FRAME_BYTES = 64 * 1024 * 1024
_KEYS = ("venue", "path", "kind", "count", "product_id", "seconds", "bytes")


class RefusedFault(SpectraError):
    """The control request does not describe a fault; the text says what would."""


@dataclass(slots=True)
class Fault:
    """One armed fault; `count` is how many applications are left."""

    venue: str
    path: str
    kind: str
    count: int
    product_id: str | None = None
    """missing_product: which; by default the first one asked for."""
    seconds: float | None = None
    """429: Retry-After; timeout and slow: how long."""
    bytes: int | None = None
    """huge_frame: its size."""


class Switchboard:
    """The faults that are armed now, in the order they were armed."""

    def __init__(self) -> None:
        self._armed: list[Fault] = []

    def arm(self, fault: Fault) -> None:
        """Add a fault behind those already armed."""
        self._armed.append(fault)

    def clear(self) -> None:
        """Disarm everything; what a fault has already done to a connection stays done."""
        self._armed.clear()

    def armed(self) -> list[dict[str, Any]]:
        """Return what is armed, fit for JSON."""
        return [_without_absent(fault) for fault in self._armed]

    def take(self, venue: str, path: str, kinds: Collection[str]) -> Fault | None:
        """Use up one application of the first matching fault; None when none is due.

        `path` is "ws" or the path of a REST request, matched by prefix.
        """
        for fault in self._armed:
            if fault.venue == venue and fault.kind in kinds and _matches(fault.path, path):
                fault.count -= 1
                if not fault.count:
                    self._armed.remove(fault)
                return fault
        return None


def parse_fault(body: object) -> Fault:
    """Return the fault that a control request describes, or raise RefusedFault saying why not."""
    if not isinstance(body, Mapping):
        raise RefusedFault('the body must be an object such as {"venue":"coinbase","path":"ws",…}')
    unknown = sorted(str(key) for key in body if key not in _KEYS)
    if unknown:
        raise RefusedFault(f"{unknown[0]}: no such field; the fields are {', '.join(_KEYS)}")
    venue = _choice(body, "venue", VENUES)
    path = body.get("path")
    if not isinstance(path, str) or (path != SOCKET and not path.startswith(REST_ROOTS)):
        roots = " or ".join(REST_ROOTS)
        raise RefusedFault(f'path: must be "ws" or a REST path that begins with {roots}')
    kind = _choice(body, "kind", SOCKET_KINDS if path == SOCKET else REST_KINDS)
    return Fault(
        venue=venue,
        path=path,
        kind=kind,
        count=int(_number(body, "count", least=1, most=MAX_COUNT, whole=True) or 1),
        product_id=_product(body),
        seconds=_number(body, "seconds", least=0, most=MAX_SECONDS),
        bytes=_bytes(body),
    )


def _choice(body: Mapping[Any, Any], key: str, choices: Collection[str]) -> str:
    value = body.get(key)
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or value not in choices:
        raise RefusedFault(f"{key}: {value!r:.60} is not one of {', '.join(choices)}")
    return value


def _number(
    body: Mapping[Any, Any], key: str, *, least: float, most: float, whole: bool = False
) -> float | None:
    value = body.get(key)
    if value is None:
        return None
    good = isinstance(value, int if whole else int | float) and not isinstance(value, bool)
    if not good or not least <= value <= most:
        what = "whole number" if whole else "number"
        raise RefusedFault(f"{key}: must be a {what} from {least:g} to {most:.0f}")
    return float(value)


def _bytes(body: Mapping[Any, Any]) -> int | None:
    value = _number(body, "bytes", least=1, most=MAX_FRAME_BYTES, whole=True)
    return None if value is None else int(value)


def _product(body: Mapping[Any, Any]) -> str | None:
    value = body.get("product_id")
    if value is not None and not isinstance(value, str):
        raise RefusedFault("product_id: must be a product such as ETH-USD")
    return value


def _matches(armed: str, path: str) -> bool:
    return armed == path if SOCKET in (armed, path) else path.startswith(armed)


def _without_absent(fault: Fault) -> dict[str, Any]:
    return {key: value for key, value in asdict(fault).items() if value is not None}
