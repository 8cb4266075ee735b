"""API tokens: long-lived keys for programs, shown once when made, revoked at any time.

Only a hash is stored, so no answer but the first can hold one.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import Field, StringConstraints

from core.domain import ApiToken
from core.errors import NotFound
from core.web.api.asking import Asker, Member, Running
from core.web.api.confirmed import require_confirmation
from core.web.api.shapes import Body, Moment, Wire

router = APIRouter(prefix="/users/me/tokens", tags=["tokens"])

Label = Annotated[str, StringConstraints(min_length=1, max_length=64, strip_whitespace=True)]


class WireToken(Wire):
    """An API token without the token itself."""

    id: str
    label: str
    last4: str
    created_at: Moment
    expires_at: Moment | None
    used_at: Moment | None
    revoked_at: Moment | None


class Tokens(Wire):
    """Every token, newest first."""

    tokens: list[WireToken]


class NewToken(Body):
    """What the token is for, and for how long."""

    label: Label
    days: Annotated[int, Field(ge=1, le=3650)] | None = None
    """Absent means until it is revoked."""


class MadeToken(Wire):
    """The token, shown this once."""

    token: str
    details: WireToken


@router.get("", summary="List API tokens")
def list_tokens(visit: Asker, spectra: Running) -> Tokens:
    """Revoked ones too."""
    with spectra.store.read_as(visit.user_id) as work:
        return Tokens(tokens=[_wire(token) for token in work.tokens.list()])


@router.post("", status_code=201, summary="Make an API token")
def make_token(body: NewToken, visit: Member, spectra: Running) -> MadeToken:
    """Needs the password typed again in the last five minutes: POST /auth/confirm."""
    require_confirmation(visit, spectra)
    token, text = spectra.identity.create_api_token(visit.actor, label=body.label, days=body.days)
    return MadeToken(token=text, details=_wire(token))


@router.delete("/{token_id}", status_code=204, summary="Revoke an API token")
def revoke_token(token_id: str, visit: Asker, spectra: Running) -> Response:
    """Refused from the next request on."""
    if not spectra.identity.revoke_api_token(visit.actor, token_id):
        raise NotFound("There is no such token.")
    return Response(status_code=204)


def _wire(token: ApiToken) -> WireToken:
    return WireToken(
        id=token.id,
        label=token.label,
        last4=token.last4,
        created_at=token.created_at,
        expires_at=token.expires_at,
        used_at=token.used_at,
        revoked_at=token.revoked_at,
    )
