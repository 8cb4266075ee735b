"""A plain start where no venue can be reached: the page explains itself, leads on, and recovers."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from core.sandbox import start_sandbox
from tests.browser.conftest import ARTIFACTS, HEATMAP, HUB, Demo, running_app
from tests.waiting import wait_for

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def free_base() -> int:
    """Three neighbouring ports that nobody uses."""
    for base in range(20_100, 60_000, 10):
        try:
            for port in range(base, base + 3):
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", port))
        except OSError:
            continue
        return base
    pytest.fail("no free ports")


@pytest.fixture(scope="module")
def mute_venue(free_base: int) -> Iterator[socket.socket]:
    """A host that takes calls and never says a word."""
    with socket.create_server(("127.0.0.1", free_base + 1), backlog=64) as listener:
        yield listener


@pytest.fixture(scope="module")
def lone(
    tmp_path_factory: pytest.TempPathFactory, free_base: int, mute_venue: socket.socket
) -> Iterator[Demo]:
    """`python app.py` whose venue is the mute one."""
    venue = {
        "SPECTRA_COINBASE_WS_URL": f"ws://127.0.0.1:{free_base + 1}",
        "SPECTRA_COINBASE_REST_URL": f"http://127.0.0.1:{free_base}",
    }
    with running_app(tmp_path_factory.mktemp("lone"), **venue) as app:
        yield app


@pytest.fixture(scope="module")
def page(chromium: Browser, lone: Demo) -> Iterator[Page]:
    """One tab for the whole story, so that nothing but the market changes it."""
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=lone.url)
    yield context.new_page()
    context.close()


def test_a_deep_link_works_as_the_first_request_of_a_fresh_server(page: Page, lone: Demo) -> None:
    page.goto(lone.url + "/settings")
    expect(page.get_by_role("heading", name="Settings", level=1)).to_be_visible(timeout=30_000)
    assert page.url.endswith("/settings")
    expect(page.get_by_text("DEMO")).to_have_count(0)


def test_a_venue_that_has_not_answered_yet_is_connecting(page: Page) -> None:
    expect(page.locator(".sp-status-word")).to_have_text("Connecting…", timeout=45_000)
    expect(page.locator(".sp-status > .sp-status-glyph")).to_have_text("◐")


def test_the_first_screen_says_what_this_is_why_it_is_empty_and_what_to_do(
    page: Page, lone: Demo, mute_venue: socket.socket
) -> None:
    mute_venue.close()
    page.goto(lone.url)
    page.wait_for_url("**/heatmap")
    card = page.locator(".sp-guidance")
    expect(card).to_be_visible()
    expect(card).to_contain_text("Spectra shows the whole market on one live map")
    expect(card).to_contain_text("Disconnected", timeout=45_000)
    expect(card).to_contain_text("Next attempt")
    expect(card).to_contain_text("python app.py --demo")
    expect(page.locator(".sp-status > .sp-status-glyph")).to_have_text("○")
    for width, height in ((1440, 900), (1024, 768)):
        page.set_viewport_size({"width": width, "height": height})
        shoot(page, f"first-screen-{width}-dark")
        box = card.bounding_box()
        assert box
        assert box["y"] + box["height"] <= height
    page.set_viewport_size({"width": 1440, "height": 900})


def test_the_command_can_be_copied(page: Page) -> None:
    page.get_by_role("button", name="Copy the command").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == "python app.py --demo"


def test_try_now_does_not_wait_for_the_next_attempt(page: Page) -> None:
    far = f"{HUB}.status?.retryAt - {HUB}.now() > 5000"
    wait_for(lambda: page.evaluate(far), "a long wait")
    planned = page.evaluate(f"{HUB}.status.retryAt")
    attempt = page.evaluate(f"{HUB}.status.attempt")
    page.get_by_role("button", name="Try now").click()
    wait_for(lambda: page.evaluate(f"{HUB}.status.attempt") > attempt, "another attempt")
    assert page.evaluate(f"{HUB}.now()") < planned


def test_the_first_price_takes_the_card_away_and_nothing_moves(page: Page, free_base: int) -> None:
    where = (
        "JSON.stringify(['.st-key-heatmap-body', '.sp-status', '.st-key-heatmap-side']"
        ".map(name => document.querySelector(name).getBoundingClientRect()))"
    )
    before = page.evaluate(where)
    with start_sandbox(port_base=free_base):
        expect(page.locator(".sp-guidance")).to_be_hidden(timeout=60_000)
        expect(page.locator(".sp-status-word")).to_have_text("Connected")
        wait_for(lambda: page.evaluate(f"{HEATMAP}.view.model.tiles.size > 5"), "a painted map")
        assert page.evaluate(where) == before


def shoot(page: Page, name: str) -> None:
    ARTIFACTS.mkdir(exist_ok=True)
    page.screenshot(path=Path(ARTIFACTS) / f"{name}.png")
