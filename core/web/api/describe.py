"""The OpenAPI document, with what FastAPI cannot know: how people and programs come in.

Pure: one document in, the same with the ways in and the shape of problems out.
"""

from __future__ import annotations

from typing import Any

from core.web.api.shapes import WireProblem
from core.web.paths import API, FORMS_BEFORE_A_SESSION

_SCHEMES = {
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "description": "An API token (`spx_…`) or the 15-minute token of POST /auth/token.",
    },
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "__Host-spectra",
        "description": "The browser's session; `spectra_<port>` without TLS.",
    },
    "csrf": {
        "type": "apiKey",
        "in": "header",
        "name": "X-CSRF-Token",
        "description": "The csrfToken of GET /auth/session, with every unsafe session request.",
    },
}
_SAFE = ("get", "head", "options")


def describe(document: dict[str, Any]) -> dict[str, Any]:
    """Return `document` with its security schemes and the problem's shape."""
    components = document.setdefault("components", {})
    components["securitySchemes"] = _SCHEMES
    components.setdefault("schemas", {})["Problem"] = WireProblem.model_json_schema(
        ref_template="#/components/schemas/{model}"
    )
    components["schemas"]["Problem"].pop("$defs", None)
    for unused in ("HTTPValidationError", "ValidationError"):
        components["schemas"].pop(unused, None)
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            if API + path in FORMS_BEFORE_A_SESSION:
                operation["security"] = []
            else:
                needed = ("session",) if method in _SAFE else ("session", "csrf")
                operation["security"] = [{"bearer": []}, {name: [] for name in needed}]
    return document
