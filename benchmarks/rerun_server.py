"""One server for rerun.py: `rerun_server.py freeze|plain` prints its port."""

from __future__ import annotations

import gc
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import plotly.graph_objects  # noqa: F401  the page draws with it; loaded before the freeze
import streamlit as st

import app as spectra_app
from core.web import bind, serve


@asynccontextmanager
async def lifespan(_: object) -> AsyncIterator[None]:
    sys.setswitchinterval(0.0005)
    spectra_app.load_what_pages_need()
    if sys.argv[1] == "freeze":
        gc.collect()
        gc.freeze()
    yield


def main() -> None:
    """Serve until terminated."""
    front = spectra_app.front
    page = Path(__file__).with_name("rerun_page.py")
    application = st.App(page, lifespan=lifespan, routes=front.routes, middleware=front.middleware)
    listener = bind("127.0.0.1", 0)
    port = listener.getsockname()[1]
    serve(application, listener, ready=lambda: print(port, flush=True))


if __name__ == "__main__":
    main()
