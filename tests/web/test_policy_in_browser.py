"""The content policy in Chromium: our pages and components run, nothing reaches outside."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Browser, ConsoleMessage, expect

from tests.web.conftest import Running

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def framed(start: Callable[..., Running]) -> Running:
    arguments = ("-m", "uvicorn", "tests.web.tiny_app:app", "--port", "0", "--log-level", "info")
    return start(*arguments, health="/_stcore/health", TINY_PAGE="framed_page.py")


def test_components_run_and_outside_pictures_do_not_load(
    chromium: Browser, framed: Running
) -> None:
    violations: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            violations.append(message.text)

    page = chromium.new_page()
    page.on("console", note)
    page.goto(framed.url)
    expect(page.get_by_text("inline component ran")).to_be_visible(timeout=60_000)
    expect(page.get_by_text("refreshed 4")).to_be_visible(timeout=60_000)
    expect(page.locator(".js-plotly-plot .barlayer path")).to_have_count(3, timeout=60_000)
    expect(page.locator("img[alt=beacon]")).to_be_attached(timeout=60_000)
    assert violations, "the picture from outside was not refused"
    assert all("beacon.invalid" in violation for violation in violations), violations
    page.close()


def test_our_page_cannot_be_framed_by_another(chromium: Browser, framed: Running) -> None:
    with a_site(f'<iframe src="{framed.url}"></iframe>') as site:
        page = chromium.new_page()
        with page.expect_event("requestfailed", timeout=60_000) as failed:
            page.goto(site)
        assert failed.value.url.startswith(framed.url)
        assert failed.value.failure == "net::ERR_BLOCKED_BY_RESPONSE"
        page.close()


@contextmanager
def a_site(html: str) -> Iterator[str]:
    """Serve one page from another origin on this machine."""

    class OnePage(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("content-type", "text/html")
            self.end_headers()
            self.wfile.write(html.encode())

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), OnePage) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()
