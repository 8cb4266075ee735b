"""Chromium in front of the real app in demo mode; screenshots go to test-artifacts/."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request

from core.sandbox import start_sandbox
from core.ui.session import KEPT
from tests.waiting import DEADLINE, wait_for

ROOT = Path(__file__).resolve().parents[2]
ARTIFACTS = ROOT / "test-artifacts"
WIDE, NARROW = (1440, 900), (1024, 768)
HEATMAP = 'globalThis[Symbol.for("spectra.heatmap")]'
HUB = 'globalThis[Symbol.for("spectra.market")]'
_ADDRESS = r"ready: (http://127.0.0.1:\d+)"
_CONTROL = r"control=(\d+)"
# Streamlit looks for its server beside a deep link first, and finds it at the root.
_EXPECTED_MISSES = ("/_stcore/health", "/_stcore/host-config")


@dataclass
class Demo:
    """The app in demo mode in a process of its own, and its sandbox's control port."""

    process: subprocess.Popen[str]
    said: list[str] = field(default_factory=list)

    def find(self, pattern: str) -> str | None:
        found = re.search(pattern, "".join(self.said))
        return found[1] if found else None

    @property
    def url(self) -> str:
        return self.find(_ADDRESS) or ""

    def feed_state(self) -> str:
        return str(httpx.get(f"{self.url}/health").json()["feed"]["state"])

    def forget_choices(self) -> None:
        """Put the choices that outlive a visit back to their defaults."""
        defaults = {key: str(value) for key, value in KEPT.items()}
        body = {"palette": defaults.pop("palette"), "pages": defaults}
        address = f"{self.url}/api/v1/users/me/preferences"
        httpx.patch(address, json=body).raise_for_status()

    def venue(self, action: str) -> None:
        """Take the sandbox's exchange `down`, or bring it `up` again."""
        control = f"http://127.0.0.1:{self.find(_CONTROL)}/_sandbox/connections"
        body = {"venue": "coinbase", "action": action}
        httpx.post(control, json=body).raise_for_status()


@dataclass
class Screen:
    """One tab on the heatmap; every message of its console is kept."""

    page: Page
    base: str
    complaints: list[str] = field(default_factory=list)

    def js(self, expression: str, argument: object = None) -> Any:
        return self.page.evaluate(expression, argument)

    def until(self, expression: str, what: str, argument: object = None) -> Any:
        return wait_for(lambda: self.js(expression, argument), what)

    def open(self, path: str = "/heatmap", *, painted: bool = True) -> Screen:
        self.page.goto(self.base + path)
        if painted:
            self.until(f"{HEATMAP}?.view?.model.tiles.size > 5", "a painted map")
        return self

    def middle_of(self, product: str) -> tuple[float, float]:
        """Return where on the page the middle of a tile lies; "other" for the strip."""
        box = self.js(
            """(id) => {
              const view = globalThis[Symbol.for("spectra.heatmap")].view;
              const rect = id === "other" ? view.model.other?.rect : view.model.rectOf(id);
              const { left, top } = view.canvas.getBoundingClientRect();
              return rect && [left + rect.x + rect.w / 2, top + rect.y + rect.h / 2];
            }""",
            product,
        )
        assert box, f"{product} has no tile"
        return box[0], box[1]

    def choose(self, label: str, option: str) -> None:
        self.page.get_by_role("combobox", name=label).click()
        self.page.get_by_role("option", name=option).click()

    def switch_to(self, view: str) -> None:
        """Show the "map" or the "table"."""
        buttons = self.page.locator(".st-key-heatmap-view button")
        buttons.nth(("map", "table").index(view)).click()

    def shoot(self, name: str) -> None:
        ARTIFACTS.mkdir(exist_ok=True)
        self.page.screenshot(path=ARTIFACTS / f"{name}.png")


def environment_of(home: Path) -> dict[str, str]:
    """Return an environment with nothing of this machine's in it but the way to programs."""
    return {"PATH": os.environ["PATH"], "HOME": str(home), "SPECTRA_HOME": str(home / "spectra")}


@contextmanager
def running_app(home: Path, *arguments: str, **env: str) -> Iterator[Demo]:
    """`python app.py` on a free port, with a data folder and an environment of its own."""
    app = Demo(
        subprocess.Popen(
            [sys.executable, "app.py", "--port", "0", *arguments],
            cwd=ROOT,
            env=environment_of(home) | env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
    )
    reader = threading.Thread(target=_collect, args=(app,), daemon=True)
    reader.start()
    wait_for(lambda: app.url or app.process.poll() is not None, "the app")
    assert app.process.poll() is None, "".join(app.said)
    yield app
    app.process.send_signal(signal.SIGTERM)
    app.process.wait(timeout=DEADLINE)
    reader.join()


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The app in demo mode with its feed connected."""
    with running_app(tmp_path_factory.mktemp("demo"), "--demo") as app:
        wait_for(lambda: app.feed_state() == "connected", "a connected feed")
        yield app


PASSWORD = "correct horse battery staple"
KEY = "a key for tests only, 0123456789 abcdefghij"


@contextmanager
def multi_user_app(home: Path, **env: str) -> Iterator[Demo]:
    """The app in multi-user mode, following a sandbox of its own; accounts by `add_person`."""
    with start_sandbox(seed=1) as sandbox:
        coinbase = sandbox.urls["coinbase"]
        several = {
            "SPECTRA_MODE": "multi",
            "ENCRYPTION_KEY": KEY,
            "SPECTRA_COINBASE_WS_URL": coinbase["ws"],
            "SPECTRA_COINBASE_REST_URL": coinbase["url"],
        }
        with running_app(home, **(several | env)) as app:
            yield app


def add_person(home: Path, name: str, *flags: str) -> str:
    """Make an account as an administrator would, by command; returns its e-mail."""
    email = f"{name}@example.com"
    command = ["create-user", email, "--name", name.title(), "--password-stdin", *flags]
    subprocess.run(
        [sys.executable, "-m", "core.admin", *command],
        cwd=ROOT,
        env=environment_of(home) | {"SPECTRA_MODE": "multi", "ENCRYPTION_KEY": KEY},
        input=f"{PASSWORD}\n",
        text=True,
        check=True,
        capture_output=True,
        timeout=DEADLINE,
    )
    return email


@pytest.fixture(scope="module")
def several(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The app in multi-user mode with Ann, an administrator, and Bob."""
    home = tmp_path_factory.mktemp("several")
    add_person(home, "ann", "--admin")
    add_person(home, "bob")
    with multi_user_app(home) as app:
        yield app


def _collect(app: Demo) -> None:
    assert app.process.stdout is not None
    with app.process.stdout as lines:
        app.said.extend(lines)


@contextmanager
def open_screens(chromium: Browser, demo: Demo) -> Iterator[Callable[..., Screen]]:
    """Open tabs of a given size and theme; none may end with a complaint in its console."""
    opened: list[Screen] = []

    def opener(size: tuple[int, int] = WIDE, *, theme: str = "Dark", **context: Any) -> Screen:
        made = chromium.new_context(viewport={"width": size[0], "height": size[1]}, **context)
        made.add_init_script(f"localStorage.setItem('spectra.theme', '\"{theme}\"')")
        tab = Screen(made.new_page(), demo.url)
        tab.page.on("console", lambda message: _note(tab, message))
        tab.page.on("pageerror", lambda error: tab.complaints.append(str(error)))
        tab.page.on("requestfailed", lambda request: _note_failed(tab, request))
        opened.append(tab)
        return tab

    yield opener
    complaints = [line for tab in opened for line in tab.complaints]
    for tab in opened:
        tab.page.context.close()
    assert not complaints


@pytest.fixture
def screen(chromium: Browser, demo: Demo) -> Iterator[Callable[..., Screen]]:
    """Tabs for one test, which finds nothing of what the one before has chosen."""
    demo.forget_choices()
    with open_screens(chromium, demo) as opener:
        yield opener


@pytest.fixture(scope="module")
def tab(chromium: Browser, demo: Demo) -> Iterator[Screen]:
    """One tab on the painted heatmap, for a module's tests that each choose what they need."""
    demo.forget_choices()
    with open_screens(chromium, demo) as opener:
        yield opener().open()


def _note(tab: Screen, message: ConsoleMessage) -> None:
    missed = message.location.get("url", "").endswith(_EXPECTED_MISSES)
    if message.type == "error" and not missed:
        tab.complaints.append(f"{message.text} ({message.location.get('url')})")


def _note_failed(tab: Screen, request: Request) -> None:
    if request.failure and "csp" in request.failure.lower():
        tab.complaints.append(f"{request.url}: {request.failure}")


@pytest.fixture(scope="module")
def run(chromium: Browser, demo: Demo) -> Iterator[Callable[..., Any]]:
    """Call a function with the exports of one of our browser modules and an argument."""
    page = chromium.new_page()
    page.goto(f"{demo.url}/health")

    def runner(module: str, function: str, argument: object = None) -> Any:
        script = f"(arg) => import('/assets/js/{module}.js').then((m) => ({function})(m, arg))"
        return page.evaluate(script, argument)

    yield runner
    page.close()
