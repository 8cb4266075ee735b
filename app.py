"""The front door: settings in, one server out, for `python app.py`, `streamlit run` and uvicorn.

    settings → lifespan: sandbox (demo only) → open_spectra → relay → pages
    request  → gate → doors of core.web | Streamlit → core/ui/shell.py

Nothing starts when this file is imported; everything starts in the lifespan, once.
"""

from __future__ import annotations

import argparse
import gc
import importlib
import os
import pkgutil
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import NoReturn

import streamlit as st
from streamlit import config

from core.bootstrap import VERSION, install, is_running, open_spectra, prepare_home
from core.errors import ConfigurationError
from core.logs import configure_logs
from core.settings import DEFAULT_PRODUCTS, Settings, check_bind, load_settings
from core.web import Front, bind, check_options, serve

ROOT = Path(__file__).resolve().parent
SHELL = ROOT / "core" / "ui" / "shell.py"
ASSETS = ROOT / "core" / "ui" / "assets"
HEAVY = ("pandas",)
DEMO_SEED = 20260101

# Streamlit looks for .streamlit/config.toml beside its main script, which is this file however the
# process was started and from whichever folder.
config._main_script_path = config._main_script_path or str(ROOT / "app.py")


@asynccontextmanager
async def lifespan(_: object) -> AsyncIterator[None]:
    """Start everything once for the time of this block; inside another one, start nothing."""
    if is_running():
        yield
        return
    settings = prepare()
    sys.setswitchinterval(0.0005)
    async with AsyncExitStack() as stack:
        if settings.demo:
            settings = open_demo(settings, stack)
        load_what_pages_need()
        spectra = stack.enter_context(open_spectra(settings))
        install(spectra)
        stack.callback(install, None)
        await stack.enter_async_context(front.serving(spectra))
        # Streamlit collects garbage after every run of a page; what is loaded now will never be
        # garbage, and looking at it each time costs ten times the run itself.
        gc.collect()
        gc.freeze()
        yield


def load_what_pages_need() -> None:
    """Import now what the first page would import: it is faster, and can be frozen."""
    parts = (found.name for found in pkgutil.iter_modules([str(SHELL.parent)], "core.ui."))
    for name in (*HEAVY, *(part for part in parts if part != "core.ui.shell")):
        importlib.import_module(name)


def prepare() -> Settings:
    """Read arguments and settings and check Streamlit's options; ConfigurationError when wrong."""
    arguments = read_arguments()
    settings = load_settings(**({"demo": True} if arguments.demo else {}))
    configure_logs(settings.log_level, hide=settings.secrets())
    check_options(config.get_option)
    prepare_home(settings.home)
    return settings


def read_arguments() -> argparse.Namespace:
    """Parse what `python app.py` got, or `streamlit run app.py --` passed on."""
    parser = _Parser(prog="python app.py", description="Spectra, a live view of the market.")
    parser.add_argument("--demo", action="store_true", help="run against the bundled sandbox")
    parser.add_argument("--host", default="127.0.0.1", help="a loopback address")
    parser.add_argument("--port", default=8501, type=_port, help="0 picks a free one")
    ours = Path(sys.argv[0]).resolve() == ROOT / "app.py"
    return parser.parse_args(sys.argv[1:] if ours else [])


def open_demo(settings: Settings, stack: AsyncExitStack) -> Settings:
    """Start the sandbox and return settings that point at it, with a data folder of its own."""
    from core.sandbox import PRODUCTS, start_sandbox

    coinbase = stack.enter_context(start_sandbox(seed=DEMO_SEED)).urls["coinbase"]
    home = stack.enter_context(tempfile.TemporaryDirectory(prefix="spectra-demo-"))
    return load_settings(
        demo=True,
        home=home,
        # Nothing of the operator's is touched: not the database, and not the keys to it.
        database_url="",
        encryption_key="",
        encryption_key_previous="",
        products=PRODUCTS if settings.products == DEFAULT_PRODUCTS else settings.products,
        coinbase_ws_url=coinbase["ws"],
        coinbase_rest_url=coinbase["url"],
    )


def installed_text(package: str, name: str) -> str:
    """Read a file of an installed package without importing it: a component must not load early."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(f"{package} is not installed: pip install -r requirements.txt")
    return (Path(spec.origin).parent / name).read_text(encoding="utf-8")


def main() -> int:
    """Serve until stopped; 2 when a setting is wrong, said in one line."""
    os.umask(0o077)
    try:
        arguments = read_arguments()
        check_bind(arguments.host, prepare())
        listener = bind(arguments.host, arguments.port)
    except ConfigurationError as error:
        print(f"Spectra cannot start. {error}", file=sys.stderr)
        return 2
    port = listener.getsockname()[1]
    config.set_option("server.port", port)
    host = f"[{arguments.host}]" if ":" in arguments.host else arguments.host
    line = f"Spectra {VERSION} is ready: http://{host}:{port}"
    return 0 if serve(app, listener, ready=lambda: print(line, flush=True)) else 2


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise ConfigurationError("arguments", f"{message}.", cure="See python app.py --help.")


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port between 0 and 65535")
    return int(text)


INDEX_HTML = installed_text("streamlit", "static/index.html")
COMPONENT_HTML = installed_text("streamlit_autorefresh", "frontend/build/index.html")

front = Front(index_html=INDEX_HTML, component_html=COMPONENT_HTML, assets=ASSETS)
app = st.App(
    SHELL,
    lifespan=lifespan,
    routes=front.routes,
    middleware=front.middleware,
    exception_handlers={Exception: front.broken},
)

if __name__ == "__main__":
    sys.exit(main())
