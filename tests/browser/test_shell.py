"""The frame around every page: theme, addresses, header line, live status and its details."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import HUB, NARROW, WIDE, Demo, Screen
from tests.waiting import wait_for

pytestmark = pytest.mark.browser

OpenScreen = Callable[..., Screen]
DARK, LIGHT = "rgb(11, 14, 20)", "rgb(255, 255, 255)"


def background(page: Page) -> str:
    return str(page.evaluate("getComputedStyle(document.querySelector('.stApp')).backgroundColor"))


def choose_theme(page: Page, name: str) -> None:
    menu = page.get_by_test_id("stMainMenu").locator("button")
    item = page.get_by_test_id(f"stMainMenuItem-theme-{name}")
    wait_for(lambda: item.is_visible() or menu.click() or page.wait_for_timeout(200), "the menu")
    item.click()
    page.keyboard.press("Escape")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_dark_until_someone_chooses(chromium: Browser, demo: Demo, scheme: str) -> None:
    context = chromium.new_context(color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(demo.url + "/settings")
    expect(page.get_by_role("heading", name="Settings")).to_be_visible()
    assert background(page) == DARK
    context.close()


def test_a_chosen_theme_holds_on_every_page_and_after_a_reload(
    chromium: Browser, demo: Demo
) -> None:
    context = chromium.new_context()
    page = context.new_page()
    page.goto(demo.url + "/settings")
    expect(page.get_by_role("heading", name="Settings")).to_be_visible()
    choose_theme(page, "Light")
    wait_for(lambda: background(page) == LIGHT, "a light page")
    for path in ("/settings", "/heatmap", "/"):
        page.goto(demo.url + path)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        assert background(page) == LIGHT
    context.close()


def test_the_bare_address_leads_to_the_heatmap(screen: OpenScreen) -> None:
    tab = screen().open("/", painted=False)
    tab.page.wait_for_url("**/heatmap")
    expect(tab.page.get_by_role("heading", name="Heatmap", level=1)).to_be_visible()


def test_the_navigation_holds_what_exists_and_its_links_are_the_names(screen: OpenScreen) -> None:
    tab = screen().open()
    links = tab.page.get_by_test_id("stTopNavLink")
    expect(links).to_have_text(["Heatmap", "Security", "Settings"])
    links.nth(2).click()
    tab.page.wait_for_url("**/settings")
    expect(tab.page.get_by_role("heading", name="Settings", level=1)).to_be_visible()


def test_the_header_shows_a_live_feed_and_says_demo(screen: OpenScreen) -> None:
    tab = screen().open()
    status = tab.page.locator(".sp-status")
    expect(status.locator(".sp-status-glyph")).to_have_text("●")
    expect(status.locator(".sp-status-word")).to_have_text("Connected")
    tab.until(
        r"/^· \d/.test(document.querySelector('.sp-status-age')?.textContent)", "the age of a tick"
    )
    expect(tab.page.locator(".stMarkdownBadge")).to_contain_text("DEMO")


def test_the_status_opens_its_details_and_they_stay_live(screen: OpenScreen) -> None:
    tab = screen().open()
    tab.page.locator(".sp-status").click()
    panel = tab.page.locator(".sp-status-panel")
    expect(panel).to_contain_text("127.0.0.1")
    expect(panel).to_contain_text("Messages per second")
    expect(panel).to_contain_text("Reconnects")
    tab.shoot("shell-status-details")
    ages = "document.querySelector('.sp-status-panel').textContent"
    before = tab.js(ages)
    tab.until(f"{ages} !== {before!r}", "a newer figure")
    tab.page.keyboard.press("Escape")
    expect(panel).to_be_hidden()


def test_the_header_keeps_its_places_when_the_server_is_lost(screen: OpenScreen) -> None:
    tab = screen()
    gone: list[bool] = []
    tab.page.route_web_socket(
        "/ws/market", lambda route: route.close() if gone else route.connect_to_server()
    )
    tab.open()
    where = "(() => { const { left, width } = document.querySelector('.sp-status')"
    where += ".getBoundingClientRect(); return [left, width].join() })()"
    before = tab.js(where)
    gone.append(True)
    tab.js(f"{HUB}._drop()")
    word = tab.page.locator(".sp-status-word")
    expect(word).to_have_text("Disconnected")
    expect(tab.page.locator(".sp-status > .sp-status-glyph")).to_have_text("○")
    expect(tab.page.locator(".sp-status-age")).to_contain_text("last tick")
    assert tab.js(where) == before
    gone.clear()
    expect(word).to_have_text("Connected", timeout=20_000)


def test_the_settings_page_follows_by_itself(screen: OpenScreen) -> None:
    tab = screen().open("/settings?section=System", painted=False)
    row = tab.page.get_by_role("row", name="Last message")
    expect(row).to_contain_text("UTC")
    before = row.inner_text()
    wait_for(lambda: row.inner_text() != before, "a later figure")


@pytest.mark.parametrize("theme", ["Dark", "Light"])
@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_the_settings_page_fits_the_screen(
    screen: OpenScreen, size: tuple[int, int], theme: str
) -> None:
    tab = screen(size, theme=theme).open("/settings?section=System", painted=False)
    expect(tab.page.get_by_role("row", name="Refused frames and values")).to_be_visible()
    expect(tab.page.get_by_role("row", name="Streamlit")).to_be_visible()
    expect(tab.page.locator(".sp-status-word")).to_have_text("Connected")
    tab.shoot(f"settings-demo-{size[0]}-{theme.lower()}")
    assert tab.js(
        "(() => { const m = document.querySelector('[data-testid=stMain]');"
        " return m.scrollWidth <= m.clientWidth && m.scrollHeight <= m.clientHeight + 1 })()"
    )
