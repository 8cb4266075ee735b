"""Files to take away: asked for, then fetched once, within a minute, by the same person.

    offer (who, what) → id → GET /api/v1/exports/{id} → rows read and written as they go

Only the order is kept, never a file. A link that leaks is worth nothing to anybody else.
"""

from __future__ import annotations

import csv
import io
import json
import secrets
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from threading import Lock

from core.bootstrap import Spectra
from core.clock import Clock
from core.domain import Actor, AuditAction, AuditEntry, AuditRecord
from core.errors import InvalidInput
from core.storage import AuditFilter
from core.web.cells import Cell, safe_row
from core.web.moments import iso
from core.web.paths import API
from core.web.problems import NoSuchExport

FETCH_SECONDS = 60.0
MAX_WAITING = 16
"""Orders one person may have open at a time."""
_PAGE = 500
_COLUMNS = ("seq", "time", "action", "object", "address", "browser", "details", "prevHash", "hash")


class ExportKind(StrEnum):
    """What can be taken away."""

    AUDIT = "audit"


class ExportFormat(StrEnum):
    """As what."""

    CSV = "csv"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class Order:
    """What one person asked for."""

    user_id: str
    session_id: str | None
    kind: ExportKind
    file_format: ExportFormat
    wanted: AuditFilter


@dataclass(frozen=True, slots=True)
class Export:
    """A file as it is sent: its name, its type, and its pieces."""

    name: str
    media_type: str
    pieces: Iterator[bytes]


class Orders:
    """Open orders by their one-time id; safe from any thread, forgotten after a minute."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._open: dict[str, tuple[float, Order]] = {}

    def add(self, order: Order, *, clock: Clock) -> str:
        """Keep an order; InvalidInput when this person has too many open."""
        now = clock.monotonic()
        with self._lock:
            self._open = {key: kept for key, kept in self._open.items() if kept[0] > now}
            mine = sum(kept.user_id == order.user_id for _, kept in self._open.values())
            if mine >= MAX_WAITING:
                raise InvalidInput(
                    "kind", "Too many exports are waiting.", cure="Fetch one, or wait a minute."
                )
            key = secrets.token_urlsafe(32)
            self._open[key] = (now + FETCH_SECONDS, order)
            return key

    def take(self, key: str, *, actor: Actor, clock: Clock) -> Order:
        """Return the order and forget it; NotFound for anybody but who gave it, and too late."""
        with self._lock:
            until, order = self._open.get(key, (0.0, None))
            if order is None or order.user_id != actor.user_id:
                raise NoSuchExport
            if order.session_id != actor.session_id:
                raise NoSuchExport
            del self._open[key]
        if until <= clock.monotonic():
            raise NoSuchExport
        return order


_ORDERS = Orders()


def offer_export(
    spectra: Spectra,
    actor: Actor,
    *,
    kind: ExportKind,
    file_format: ExportFormat,
    wanted: AuditFilter,
) -> str:
    """Return the id of an export, to be fetched once by the same session; it is audited.

    Who calls this has made sure that the person proved who they are a short while ago.
    """
    if actor.user_id is None:
        raise NoSuchExport
    order = Order(actor.user_id, actor.session_id, kind, file_format, wanted)
    key = _ORDERS.add(order, clock=spectra.clock)
    with spectra.store.as_user(actor.user_id) as work:
        work.audit.append(
            AuditRecord(
                at=spectra.clock.now(),
                action=AuditAction.EXPORTED,
                user_id=actor.user_id,
                ip=actor.ip,
                user_agent=actor.user_agent,
                details={"kind": kind.value, "format": file_format.value},
            )
        )
    return key


def export_url(key: str) -> str:
    """Return the address at which the export of this id is fetched."""
    return f"{API}/exports/{key}"


def fetch_export(spectra: Spectra, actor: Actor, key: str) -> Export:
    """Return the export of this id, once; NotFound for anybody else, and after a minute."""
    order = _ORDERS.take(key, actor=actor, clock=spectra.clock)
    day = spectra.clock.now().strftime("%Y-%m-%d")
    write, media_type = _WRITERS[order.file_format]
    return Export(
        name=f"spectra-{order.kind}-{day}.{order.file_format}",
        media_type=media_type,
        pieces=write(_entries(spectra, order)),
    )


def _entries(spectra: Spectra, order: Order) -> Iterator[AuditEntry]:
    """Read page by page, each in its own transaction, so that a slow browser holds nothing."""
    wanted = replace(order.wanted, limit=_PAGE)
    while True:
        with spectra.store.read_as(order.user_id) as work:
            page = work.audit.list(wanted)
        yield from page
        if len(page) < _PAGE:
            return
        wanted = replace(wanted, before_seq=page[-1].seq)


def _write_csv(entries: Iterable[AuditEntry]) -> Iterator[bytes]:
    yield _line(_COLUMNS)
    for entry in entries:
        record = entry.record
        yield _line(
            (
                entry.seq,
                iso(record.at),
                record.action.value,
                record.object,
                record.ip,
                record.user_agent,
                json.dumps(dict(record.details), ensure_ascii=False) if record.details else "",
                entry.prev_hash,
                entry.hash,
            )
        )


def _line(cells: Iterable[Cell]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerow(safe_row(cells))
    return text.getvalue().encode()


def _write_json(entries: Iterable[AuditEntry]) -> Iterator[bytes]:
    before = b'{"entries":['
    for entry in entries:
        record = entry.record
        shown = {
            "seq": entry.seq,
            "at": iso(record.at),
            "action": record.action.value,
            "object": record.object,
            "ip": record.ip,
            "userAgent": record.user_agent,
            "details": dict(record.details),
            "prevHash": entry.prev_hash,
            "hash": entry.hash,
        }
        yield before + json.dumps(shown, ensure_ascii=False).encode()
        before = b",\n"
    yield b"]}" if before == b",\n" else before + b"]}"


_WRITERS: dict[ExportFormat, tuple[Callable[[Iterable[AuditEntry]], Iterator[bytes]], str]] = {
    ExportFormat.CSV: (_write_csv, "text/csv; charset=utf-8"),
    ExportFormat.JSON: (_write_json, "application/json"),
}
