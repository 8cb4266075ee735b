"""The REST door under /api/v1: small routers, one error shape, one description of itself.

build_api     the FastAPI app, as front.py mounts it
api_routes    the mount, and a 404 that programs can read for everything else under /api
"""

from core.web.api.app import api_routes, build_api

__all__ = ["api_routes", "build_api"]
