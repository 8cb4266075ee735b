"""Signing in and out in Chromium, two people side by side, and what outlives a visit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import (
    NARROW,
    PASSWORD,
    WIDE,
    Demo,
    Screen,
    add_person,
    multi_user_app,
    open_screens,
    running_app,
)
from tests.waiting import wait_for

pytestmark = pytest.mark.browser

OpenScreen = Callable[..., Screen]
ANN, BOB = "ann@example.com", "bob@example.com"


@pytest.fixture
def screen(chromium: Browser, several: Demo) -> Iterator[OpenScreen]:
    """Tabs, each in a browser of its own: nobody is signed in."""
    with open_screens(chromium, several) as opener:
        yield opener


def fill_in(page: Page, email: str, password: str = PASSWORD) -> None:
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()


def signed_in(tab: Screen, email: str, path: str = "/settings") -> Screen:
    tab.page.goto(tab.base + path)
    fill_in(tab.page, email)
    tab.page.wait_for_url(f"**{path}")
    expect(tab.page.get_by_role("heading", level=1)).to_be_visible()
    return tab


def sign_out(tab: Screen) -> None:
    tab.page.locator(".sp-user").click()
    tab.page.get_by_role("button", name="Sign out").click()
    tab.page.wait_for_url("**/sign-in**")


@pytest.mark.parametrize("theme", ["Dark", "Light"])
def test_a_stranger_is_led_to_the_sign_in_page_and_back(screen: OpenScreen, theme: str) -> None:
    tab = screen(theme=theme)
    tab.page.goto(tab.base + "/security")
    tab.page.wait_for_url("**/sign-in**")
    expect(tab.page.get_by_label("E-mail")).to_be_visible()
    tab.shoot(f"sign-in-{theme.lower()}")
    fill_in(tab.page, ANN)
    tab.page.wait_for_url("**/security")
    expect(tab.page.get_by_role("heading", name="Security", level=1)).to_be_visible()
    expect(tab.page.locator(".sp-user-name")).to_have_text("Ann")


def test_a_wrong_password_says_so_and_nothing_of_it_stays(screen: OpenScreen) -> None:
    tab = screen()
    tab.page.goto(tab.base + "/sign-in")
    fill_in(tab.page, ANN, "certainly not this one")
    expect(tab.page.get_by_role("alert")).to_be_visible()
    expect(tab.page.get_by_label("Password", exact=True)).to_have_value("")
    tab.shoot("sign-in-wrong")
    assert "certainly not this one" not in tab.page.content() + tab.page.url
    tab.page.reload()
    assert tab.page.url == f"{tab.base}/sign-in?next=%2F"
    expect(tab.page.get_by_role("alert")).to_have_count(0)
    tab.complaints.clear()


def test_an_account_is_locked_out_after_too_many_tries(chromium: Browser, tmp_path: Path) -> None:
    add_person(tmp_path, "eve")
    with multi_user_app(tmp_path) as app, open_screens(chromium, app) as opener:
        tab = opener()
        tab.page.goto(tab.base + "/sign-in")
        for _ in range(6):
            fill_in(tab.page, "eve@example.com", "certainly not this one")
            expect(tab.page.get_by_role("alert")).to_be_visible()
        expect(tab.page.get_by_role("alert")).to_contain_text("minutes")
        tab.shoot("sign-in-locked")
        fill_in(tab.page, "eve@example.com")
        expect(tab.page.get_by_role("alert")).to_contain_text("minutes")
        tab.complaints.clear()


def test_signing_out_ends_it_for_every_page(screen: OpenScreen) -> None:
    tab = signed_in(screen(), ANN)
    tab.page.locator(".sp-user").click()
    tab.shoot("user-menu")
    tab.page.keyboard.press("Escape")
    sign_out(tab)
    tab.shoot("sign-in-signed-out")
    tab.page.go_back()
    tab.page.wait_for_url("**/sign-in?next=%2Fsettings")
    tab.page.goto(tab.base + "/heatmap")
    tab.page.wait_for_url("**/sign-in**")
    tab.complaints.clear()


def test_the_user_menu_leads_to_the_pages_without_a_reload(screen: OpenScreen) -> None:
    tab = signed_in(screen(), ANN)
    tab.js("globalThis.here = true")
    tab.page.locator(".sp-user").click()
    tab.page.get_by_role("button", name="Security").click()
    expect(tab.page.get_by_role("heading", name="Security", level=1)).to_be_visible()
    assert tab.js("globalThis.here")


def test_two_people_side_by_side_have_their_own_choices(screen: OpenScreen) -> None:
    ann = signed_in(screen(), ANN, "/heatmap")
    bob = signed_in(screen(), BOB, "/heatmap")
    ann.choose("Size", "Size: equal")
    bob.choose("Colour", "Colour: 1 h")
    for tab, size, colour in (
        (ann, "Size: equal", "Colour: 24 h"),
        (bob, "Size: volume 24 h", "Colour: 1 h"),
    ):
        expect(tab.page.get_by_role("combobox", name="Size")).to_have_value(size)
        tab.page.wait_for_timeout(300)
        tab.page.reload()
        expect(tab.page.get_by_role("combobox", name="Size")).to_have_value(size)
        expect(tab.page.get_by_role("combobox", name="Colour")).to_have_value(colour)
        expect(tab.page.locator(".sp-user-name")).to_have_text("Ann" if tab is ann else "Bob")


def test_a_revoked_browser_is_thrown_out_at_once(screen: OpenScreen) -> None:
    here = signed_in(screen(), BOB, "/security")
    there = signed_in(screen(), BOB, "/heatmap")
    here.page.reload()
    here.page.get_by_role("button", name="Revoke all others").click()
    here.page.get_by_role("dialog").get_by_role("button", name="Revoke all others").click()
    there.page.wait_for_url("**/sign-in?reason=ended**", timeout=10_000)
    there.shoot("sign-in-ended")
    expect(here.page.get_by_role("heading", name="Security", level=1)).to_be_visible()
    there.complaints.clear()


def test_the_audit_log_is_downloaded_once_by_whom_it_is_of(screen: OpenScreen) -> None:
    tab = signed_in(screen(), BOB, "/security")
    tab.page.get_by_role("button", name="Export").click()
    dialog = tab.page.get_by_role("dialog")
    dialog.get_by_role("button", name="Prepare").click()
    link = dialog.get_by_role("link", name="Download")
    expect(link).to_be_visible()
    tab.shoot("security-export")
    address = f"{tab.base}{link.get_attribute('href')}"
    stranger = tab.page.context.browser.new_context()  # type: ignore[union-attr]
    assert stranger.request.get(address, max_redirects=0).status == 401
    stranger.close()
    fetched = tab.page.context.request.get(address)
    assert fetched.headers["content-disposition"].startswith("attachment")
    assert "session.started" in fetched.text()
    assert "ann@example.com" not in fetched.text()
    assert tab.page.context.request.get(address).status == 404
    dialog.get_by_role("button", name="Done").click()
    expect(dialog).to_be_hidden()


def test_a_dialog_closes_by_escape_and_stays_closed(screen: OpenScreen) -> None:
    tab = signed_in(screen(), BOB, "/security")
    dialog = tab.page.get_by_role("dialog")
    for button in ("Create token", "Verify chain", "Export"):
        tab.page.get_by_role("button", name=button).click()
        expect(dialog).to_be_visible()
        tab.page.keyboard.press("Escape")
        expect(dialog).to_be_hidden()
    tab.page.get_by_role("button", name="Verify chain").click()
    expect(dialog.get_by_text("each unchanged and in its place")).to_be_visible()
    tab.shoot("security-verified")
    dialog.get_by_role("button", name="Done").click()
    expect(dialog).to_be_hidden()


def test_settings_survive_a_reload_and_a_restart(chromium: Browser, tmp_path: Path) -> None:
    add_person(tmp_path, "ann")
    with multi_user_app(tmp_path) as app, open_screens(chromium, app) as opener:
        tab = signed_in(opener(), ANN)
        dust = tab.page.get_by_role("textbox", name="Dust threshold")
        dust.fill("2.50")
        card = tab.page.get_by_test_id("stForm").filter(has=dust)
        card.get_by_role("button", name="Save").click()
        expect(tab.page.get_by_text("Display saved.")).to_be_visible()
        tab.page.reload()
        expect(tab.page.get_by_role("textbox", name="Dust threshold")).to_have_value("2.5")
    with multi_user_app(tmp_path) as app, open_screens(chromium, app) as opener:
        tab = signed_in(opener(), ANN)
        expect(tab.page.get_by_role("textbox", name="Dust threshold")).to_have_value("2.5")


def test_what_was_typed_while_spectra_restarted_is_saved_by_the_first_click(
    chromium: Browser, tmp_path: Path
) -> None:
    page = chromium.new_page()
    nowhere = {"SPECTRA_COINBASE_WS_URL": "ws://127.0.0.1:9"}
    with running_app(tmp_path, **nowhere) as app:
        page.goto(f"{app.url}/settings")
        page.get_by_role("textbox", name="Name").fill("Ann")
        port = app.url.rpartition(":")[2]
    expect(page.get_by_test_id("stConnectionStatus")).to_be_visible()
    with running_app(tmp_path, "--port", port, **nowhere):
        expect(page.get_by_test_id("stConnectionStatus")).to_be_hidden(timeout=20_000)
        page.wait_for_timeout(1_500)
        expect(page.get_by_role("textbox", name="Name")).to_have_value("Ann")
        page.get_by_role("button", name="Save").first.click()
        expect(page.get_by_text("Profile saved.")).to_be_visible()
        page.close()


COUNT_DIALOGS = """
globalThis.dialogs = 0;
new MutationObserver((changes) => {
  const added = changes.flatMap((change) => [...change.addedNodes]);
  dialogs += added.filter((node) => node.textContent.includes("not responding")).length;
}).observe(document.body, { childList: true });
"""


def test_no_dialog_covers_the_page_while_spectra_is_away(chromium: Browser, tmp_path: Path) -> None:
    page = chromium.new_page()
    with running_app(tmp_path, SPECTRA_COINBASE_WS_URL="ws://127.0.0.1:9") as app:
        page.goto(f"{app.url}/settings")
        expect(page.get_by_role("textbox", name="Name")).to_be_visible()
        page.evaluate(COUNT_DIALOGS)
    wait_for(lambda: page.evaluate("dialogs"), "the dialog")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.locator(".sp-status").click()
    expect(page.locator(".sp-status-panel")).to_be_visible()
    page.close()


@pytest.mark.parametrize("theme", ["Dark", "Light"])
@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_the_pages_of_someone_signed_in_fit_the_screen(
    screen: OpenScreen, size: tuple[int, int], theme: str
) -> None:
    tab = signed_in(screen(size, theme=theme), ANN, "/security")
    expect(tab.page.get_by_test_id("stDataFrame")).to_be_visible()
    shoot_fitting(tab, f"security-{size[0]}-{theme.lower()}")
    for section in ("Personal", "Safekeeping", "System"):
        tab.page.goto(f"{tab.base}/settings?section={section}")
        expect(tab.page.get_by_role("heading", level=3).nth(1)).to_be_visible()
        shoot_fitting(tab, f"settings-{section.lower()}-{size[0]}-{theme.lower()}")


def shoot_fitting(tab: Screen, name: str) -> None:
    expect(tab.page.locator(".sp-status-word")).to_have_text("Connected")
    tab.page.wait_for_timeout(600)
    tab.shoot(name)
    assert tab.js(
        "(() => { const m = document.querySelector('[data-testid=stMain]');"
        " return m.scrollWidth <= m.clientWidth && m.scrollHeight <= m.clientHeight + 1 })()"
    ), f"{name} does not fit"
