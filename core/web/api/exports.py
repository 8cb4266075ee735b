"""Exports over REST: ask, then fetch once with the address that was given.

A file is written while it is sent and kept nowhere; no cache may keep it either.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import StreamingResponse
from pydantic import Field

from core.domain import AuditAction
from core.storage import AuditFilter
from core.web.api.asking import Asker, Running
from core.web.api.confirmed import require_confirmation
from core.web.api.shapes import AskedMoment, Body, Wire
from core.web.exports import (
    FETCH_SECONDS,
    ExportFormat,
    ExportKind,
    export_url,
    fetch_export,
    offer_export,
)

router = APIRouter(prefix="/exports", tags=["exports"])


class ExportFilters(Body):
    """Which entries; everything left out means all."""

    action: Annotated[tuple[AuditAction, ...], Field(max_length=len(AuditAction))] = ()
    since: AskedMoment | None = None
    until: AskedMoment | None = None
    text: Annotated[str, Field(max_length=200)] = ""


class ExportOrder(Body):
    """What to take away, and as what."""

    kind: ExportKind
    format: ExportFormat
    filters: ExportFilters = ExportFilters()


class ExportOffer(Wire):
    """Where to fetch it: once, by the same session, within `expires_in` seconds."""

    id: str
    url: str
    expires_in: int


@router.post("", status_code=201, summary="Ask for an export")
def order_export(body: ExportOrder, visit: Asker, spectra: Running) -> ExportOffer:
    """Needs the password typed again in the last five minutes: POST /auth/confirm."""
    require_confirmation(visit, spectra)
    filters = body.filters
    wanted = AuditFilter(
        actions=filters.action,
        since=filters.since,
        until=filters.until,
        text=filters.text,
    )
    key = offer_export(spectra, visit.actor, kind=body.kind, file_format=body.format, wanted=wanted)
    return ExportOffer(id=key, url=export_url(key), expires_in=int(FETCH_SECONDS))


@router.get(
    "/{export_id}",
    summary="Fetch an export, once",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/csv": {}, "application/json": {}}}},
)
def read_export(export_id: str, visit: Asker, spectra: Running) -> StreamingResponse:
    """The second time, or for anybody else, there is no such export."""
    export = fetch_export(spectra, visit.actor, export_id)
    return StreamingResponse(
        export.pieces,
        media_type=export.media_type,
        headers={
            "cache-control": "no-store",
            "content-disposition": f'attachment; filename="{export.name}"',
        },
    )
