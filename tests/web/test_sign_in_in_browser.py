"""Signing in with Chromium: the form works with and without scripts, in both themes, in words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import ConsoleMessage, Page, expect

from tests.web.people import Team

pytestmark = pytest.mark.browser


@contextmanager
def a_page(chromium: Chromium, *, scripts: bool = True, theme: str = "Dark") -> Iterator[Page]:
    context = chromium.new_context(java_script_enabled=scripts, viewport=SMALL)
    context.add_init_script(f"localStorage.setItem('spectra.theme', '\"{theme}\"')")
    page = context.new_page()
    trouble: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type == "error" and "401" not in message.text:
            trouble.append(message.text)

    page.on("console", note)
    page.on("pageerror", lambda error: trouble.append(str(error)))
    yield page
    assert not trouble
    context.close()


SMALL = {"width": 1024, "height": 768}


@pytest.mark.parametrize("scripts", [True, False])
def test_wrong_then_right_then_back_where_one_wanted_to_go(
    chromium: Chromium, team: Team, scripts: bool
) -> None:
    ada = team.person("ada")
    with a_page(chromium, scripts=scripts) as page:
        page.goto(f"{team.server.url}/settings?from=test")
        expect(page).to_have_title("Sign in · Spectra")
        expect(page.get_by_label("E-mail")).to_be_focused()
        page.get_by_label("E-mail").fill(ada.email)
        page.get_by_label("Password").fill("not her password")
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("alert")).to_contain_text("password")
        expect(page.get_by_label("E-mail")).to_have_value(ada.email)
        expect(page.get_by_label("Password")).to_be_focused()
        expect(page.get_by_label("Password")).to_have_value("")
        page.get_by_label("Password").fill(ada.password)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(f"{team.server.url}/settings?from=test", wait_until="commit")


def test_the_password_can_be_shown_and_is_hidden_when_sent(chromium: Chromium, team: Team) -> None:
    with a_page(chromium) as page:
        page.goto(f"{team.server.url}/sign-in")
        password = page.get_by_label("Password")
        password.fill("secret")
        page.get_by_role("button", name="Show").click()
        expect(password).to_have_attribute("type", "text")
        expect(password).to_be_focused()
        page.get_by_role("button", name="Hide").click()
        expect(password).to_have_attribute("type", "password")


@pytest.mark.parametrize(("theme", "ground"), [("Dark", "11, 14, 20"), ("Light", "255, 255, 255")])
def test_it_has_the_theme_that_was_chosen(
    chromium: Chromium, team: Team, theme: str, ground: str
) -> None:
    with a_page(chromium, theme=theme) as page:
        page.goto(f"{team.server.url}/sign-in?reason=ended")
        expect(page.locator("body")).to_have_css("background-color", f"rgb({ground})")
        expect(page.get_by_role("status")).to_have_text("Your session has ended. Sign in to go on.")
        font = page.evaluate("document.fonts.check('14px \"IBM Plex Sans\"')")
        assert font


def test_nothing_is_wider_than_a_telephone(chromium: Chromium, team: Team) -> None:
    with a_page(chromium) as page:
        page.set_viewport_size({"width": 360, "height": 640})
        page.goto(f"{team.server.url}/sign-in")
        expect(page.get_by_role("button", name="Sign in")).to_be_in_viewport()
        assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_the_api_can_be_read_and_tried_in_its_page(chromium: Chromium, team: Team) -> None:
    ada = team.person("ada")
    with a_page(chromium) as page:
        page.goto(f"{team.server.url}/api/v1/docs")
        page.get_by_label("E-mail").fill(ada.email)
        page.get_by_label("Password").fill(ada.password)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(f"{team.server.url}/api/v1/docs")
        row = page.locator("details", has_text="Change the profile")
        row.locator("summary").click()
        row.get_by_label("Body").fill('{"fullName": "Tried in the page"}')
        row.get_by_role("button", name="Send PATCH").click()
        expect(row.locator(".answer")).to_contain_text('"fullName": "Tried in the page"')
