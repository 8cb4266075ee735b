"""What a person does with the heatmap: search, open, go back, move by keyboard, read the table."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import HEATMAP, HUB, NARROW, Screen

pytestmark = pytest.mark.browser

OpenScreen = Callable[..., Screen]
SELECTED = f"{HEATMAP}.view.model.options.selected"


def small_product(tab: Screen) -> str:
    return str(tab.until(f"{HEATMAP}.view.model.other?.ids.at(-1)", "an other tile"))


def test_slash_searches_and_dims_the_rest(screen: OpenScreen) -> None:
    tab = screen().open()
    tab.page.keyboard.press("/")
    tab.page.keyboard.type("eth")
    tab.until(f"{HEATMAP}.view.model.matches('ETH-USD')", "the match")
    fills = tab.js(
        f"""() => {{
          const {{ view }} = {HEATMAP};
          const face = (id) => view.faceOf(id, view.model.rectOf(id), {HUB}.now());
          return [face("ETH-USD").ring === view.theme.accent, face("BTC-USD").ring,
            face("BTC-USD").fill === view.ramp.at(view.model.valueOf("BTC-USD"), 10).fill];
        }}"""
    )
    assert fills == [True, None, False]
    tab.shoot("heatmap-search")
    tab.page.keyboard.press("Escape")
    tab.until(f"{HEATMAP}.view.model.matches('ETH-USD') === null", "an empty search")


def test_search_and_enter_open_a_product_inside_other(screen: OpenScreen) -> None:
    tab = screen(NARROW).open()
    product = small_product(tab)
    tab.page.keyboard.press("/")
    tab.page.keyboard.type(product)
    tab.page.keyboard.press("Enter")
    expect(tab.page.locator(".st-key-product-panel")).to_contain_text(product)
    tab.until(f"{HEATMAP}.view.model.options.query === ''", "a map without a search")
    tab.shoot("heatmap-1024-panel-from-search")


def test_a_click_opens_the_panel_and_the_map_keeps_its_size(screen: OpenScreen) -> None:
    tab = screen().open()
    room = tab.js(f"{HEATMAP}.view.box")
    tab.page.mouse.click(*tab.middle_of("SOL-USD"))
    expect(tab.page.locator(".st-key-product-panel")).to_contain_text("SOL-USD")
    tab.until(f"{SELECTED} === 'SOL-USD'", "a ring around the tile")
    assert tab.js(f"{HEATMAP}.view.box") == room
    tab.shoot("heatmap-panel")
    tab.page.keyboard.press("Escape")
    tab.until(f"{SELECTED} === null", "a closed panel")
    expect(tab.page.locator(".st-key-product-panel")).to_have_count(0)


def test_other_opens_and_shows_all_its_products(screen: OpenScreen) -> None:
    tab = screen().open()
    inside = tab.until(f"{HEATMAP}.view.model.other?.ids", "an other tile")
    tab.page.mouse.click(*tab.middle_of("other"))
    tab.until(f"{HEATMAP}.view.model.path.length === 1", "the opened tile")
    shown = tab.js(f"{HEATMAP}.view.model.products()")
    assert sorted(shown) == sorted(inside)
    tab.shoot("heatmap-other")
    tab.page.get_by_role("button", name="All products").click()
    tab.until(f"{HEATMAP}.view.model.path.length === 0", "the whole map")


def test_arrows_move_enter_opens_and_escape_closes(screen: OpenScreen) -> None:
    tab = screen().open()
    tab.page.locator("canvas[role=application]").focus()
    tab.page.keyboard.press("ArrowRight")
    first = tab.js(f"{HEATMAP}.view.focused")
    tab.page.keyboard.press("ArrowRight")
    second = tab.js(f"{HEATMAP}.view.focused")
    assert first == "BTC-USD"
    assert second != first
    assert second in tab.page.locator("[aria-live=polite].hidden").first.inner_text()
    tab.shoot("heatmap-keyboard")
    tab.page.keyboard.press("Enter")
    tab.until(f"{SELECTED} === '{second}'", "the opened product")
    tab.page.keyboard.press("Escape")
    tab.until(f"{SELECTED} === null", "a closed panel")


def test_filters_change_the_map_and_last_over_pages(screen: OpenScreen) -> None:
    tab = screen().open()
    tab.choose("Products", "Losers")
    tab.until(f"{HEATMAP}.view.model.options.universe === 'losers'", "the universe")
    tab.choose("Size", "Size: equal")
    tab.until(f"{HEATMAP}.view.model.options.size === 'equal'", "equal sizes")
    tab.until(
        f"[...{HEATMAP}.view.model.tiles.keys()].every((id) => "
        f"{HUB}.tickers.get(id).change24hPercent < 0.2)",
        "losers only",
    )
    tab.shoot("heatmap-losers-equal")
    tab.page.get_by_role("link", name="Settings").click()
    expect(tab.page.get_by_role("heading", name="Settings")).to_be_visible()
    tab.page.get_by_role("link", name="Heatmap").click()
    tab.until(f"{HEATMAP}.view?.model.options?.size === 'equal'", "the choices of before")
    assert tab.js(f"{HEATMAP}.view.model.options.universe") == "losers"


def test_the_table_twin_follows_the_search_and_keeps_its_place(screen: OpenScreen) -> None:
    tab = screen().open()
    tab.switch_to("table")
    grid = tab.page.get_by_test_id("stDataFrame")
    expect(grid).to_be_visible()
    scroller = 'document.querySelector(".dvn-scroller")'
    tab.until(f"{scroller}?.scrollHeight > 1000", "a filled table")
    tab.js(f"() => {{ {scroller}.scrollTop = 400; {scroller}.mine = true; }}")
    cells = 'document.querySelector("[data-testid=stDataFrame] table")?.textContent'
    before = tab.until(cells, "the table's text")
    tab.until(f"{cells} !== {json.dumps(before)}", "a refresh")
    assert tab.js(f"[{scroller}.scrollTop, {scroller}.mine]") == [400, True]
    tab.shoot("heatmap-table")
    tab.page.keyboard.press("/")
    tab.page.keyboard.type("bitcoin")
    rows = 'document.querySelector("[data-testid=stDataFrame] table").ariaRowCount'
    tab.until(f"{rows} === '3'", "a head, Bitcoin and Bitcoin Cash")
    tab.shoot("heatmap-table-search")


def test_a_row_of_the_movers_opens_its_product(screen: OpenScreen) -> None:
    tab = screen().open()
    row = tab.page.locator(".side ol button").first
    row.hover()
    product = row.get_attribute("data-id")
    row.click()
    expect(tab.page.locator(".st-key-product-panel")).to_contain_text(str(product))
