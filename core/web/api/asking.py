"""What endpoints are given: who is asking and the running services.

The gate has already decided that they may come in; an endpoint only ever acts for `visit.user_id`.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends
from starlette.requests import Request

from core.bootstrap import Spectra
from core.web.problems import SingleUserMode
from core.web.visit import Visit, Way, visit_of


async def _spectra(request: Request) -> Spectra:
    found: Spectra = request.app.state.spectra()
    return found


async def _visit(request: Request) -> Visit:
    return visit_of(request.scope)


async def _account(request: Request) -> Visit:
    visit = visit_of(request.scope)
    if visit.way is Way.LOCAL:
        raise SingleUserMode("Single-user mode has no accounts, sessions or tokens of its own.")
    return visit


Running = Annotated[Spectra, Depends(_spectra)]
"""Everything that is running."""
Asker = Annotated[Visit, Depends(_visit)]
"""Whoever asks, the local user included."""
Member = Annotated[Visit, Depends(_account)]
"""Somebody with an account; in single-user mode the answer is 409."""
