"""Every door of the server, read from its own tables, so that none can be forgotten."""

from __future__ import annotations

from typing import Any

from fastapi.routing import APIRoute
from starlette.routing import Mount, Route

import app as spectra_app
from core.web.api.app import ROUTERS
from core.web.paths import API


def api_doors() -> list[tuple[str, str]]:
    """Return method and path of every endpoint of the REST API."""
    return sorted(
        (method, API + route.path)
        for module in ROUTERS
        for route in module.router.routes
        if isinstance(route, APIRoute)
        for method in route.methods or ()
    )


def front_doors() -> list[tuple[str, str]]:
    """Return method and path of every other route of ours; a mounted folder has no method."""
    found: list[tuple[str, str]] = []
    for route in spectra_app.front.routes:
        if isinstance(route, Mount):
            found.append(("MOUNT", route.path))
        elif isinstance(route, Route):
            found.extend((method, route.path) for method in route.methods or ())
    return sorted(found)


def described() -> dict[str, Any]:
    """Return the OpenAPI document."""
    (api,) = (
        route.app
        for route in spectra_app.front.routes
        if isinstance(route, Mount) and route.path == API
    )
    document: dict[str, Any] = api.openapi()  # type: ignore[attr-defined]
    return document
