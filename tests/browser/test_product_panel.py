"""The product panel: candles that follow the price, other spans, depth, the large chart."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import HUB, NARROW, WIDE, Demo, Screen
from tests.waiting import wait_for

pytestmark = pytest.mark.browser

OpenScreen = Callable[..., Screen]
PANEL = 'globalThis[Symbol.for("spectra.product")]'
LAST = f"{PANEL}.chart.candles.at(-1)"
RANGE = (
    f"(() => {{ const {{ from, to }} = {PANEL}.chart.chart.timeScale().getVisibleLogicalRange();"
    " return `${from.toFixed(3)} ${to.toFixed(3)}` })()"
)


def open_product(tab: Screen, product: str = "BTC-USD") -> Screen:
    tab.open()
    tab.page.mouse.click(*tab.middle_of(product))
    expect(tab.page.locator(".sp-product-id")).to_have_text(product)
    return tab


def with_candles(tab: Screen) -> Screen:
    tab.until(f"{PANEL}?.chart.candles.length > 200", "candles")
    return tab


def colours_in(tab: Screen, canvas: Locator) -> int:
    """Count the different colours of a canvas, roughly."""
    return int(
        canvas.evaluate(
            """(canvas) => {
              const pen = canvas.getContext("2d");
              const { data } = pen.getImageData(0, 0, canvas.width, canvas.height);
              const seen = new Set();
              for (let at = 0; at < data.length; at += 28) seen.add(data.slice(at, at + 4).join());
              return seen.size;
            }"""
        )
    )


def test_candles_volume_averages_and_figures_are_drawn(screen: OpenScreen) -> None:
    tab = with_candles(open_product(screen()))
    expect(tab.page.locator(".sp-product-name")).to_have_text("Bitcoin")
    expect(tab.page.locator(".sp-legend")).to_contain_text("MA 20")
    wait_for(
        lambda: colours_in(tab, tab.page.locator(".sp-chart-canvas canvas").first) > 5, "a chart"
    )
    assert tab.js(f"{PANEL}.chart.candles.filter(c => c.volume > 0).length") > 200
    facts = tab.page.locator(".sp-product .sp-facts")
    for label in ("24 h range", "Volume 24 h", "Bid / ask", "Spread", "Last tick"):
        expect(facts).to_contain_text(label)
    expect(facts).to_contain_text("bp")


def test_the_last_candle_follows_the_live_price(screen: OpenScreen) -> None:
    tab = with_candles(open_product(screen()))
    closes = [tab.js(f"{LAST}.close")]
    for _ in range(3):
        tab.until(f"{LAST}.close !== {closes[-1]}", "a newer close")
        closes.append(tab.js(f"{LAST}.close"))
    tab.until(f"{LAST}.close === {HUB}.tickers.get('BTC-USD').price", "the price of the hub")
    assert tab.js(f"(() => {{ const c = {LAST}; return c.low <= c.close && c.close <= c.high }})()")


def test_zoom_and_pointer_survive_live_prices_and_fresh_candles(screen: OpenScreen) -> None:
    tab = with_candles(open_product(screen()))
    box = tab.page.locator(".sp-chart-canvas").bounding_box()
    assert box
    newest = tab.js(RANGE)
    tab.page.mouse.move(box["x"] + 80, box["y"] + 80)
    tab.page.mouse.wheel(0, -400)
    tab.until(f"{RANGE} !== {newest!r}", "a zoom")
    legend = tab.page.locator(".sp-legend")
    expect(legend).to_contain_text("O ")
    zoomed = tab.js(RANGE)
    close = tab.js(f"{LAST}.close")
    answered = tab.js(f"{PANEL}.data.answers")
    tab.js(f"{PANEL}.want()")
    tab.until(f"{PANEL}.data.answers > {answered}", "fresh candles")
    tab.until(f"{LAST}.close !== {close}", "a newer close")
    assert tab.js(RANGE) == zoomed
    expect(legend).to_contain_text("O ")


def test_another_span_is_loaded_and_kept_for_the_visit(screen: OpenScreen) -> None:
    tab = with_candles(open_product(screen()))
    tab.page.get_by_role("button", name="1h", exact=True).click()
    tab.until(
        f"(() => {{ const c = {PANEL}.chart.candles;"
        " return c.length > 200 && c[1].time - c[0].time === 3600 })()",
        "hourly candles",
    )
    tab.page.get_by_role("button", name="Close this product").click()
    expect(tab.page.locator(".sp-product")).to_have_count(0)
    tab.page.mouse.click(*tab.middle_of("ETH-USD"))
    hourly = tab.page.get_by_role("button", name="1h", exact=True)
    expect(hourly).to_have_attribute("aria-pressed", "true")
    with_candles(tab)
    assert tab.js(f"{PANEL}.seconds()") == 3600


def test_averages_can_be_taken_away(screen: OpenScreen) -> None:
    tab = with_candles(open_product(screen()))
    tab.page.get_by_role("button", name="MA", exact=True).click()
    expect(tab.page.locator(".sp-legend")).not_to_contain_text("MA")


def test_the_book_is_drawn_and_can_be_read_at_the_pointer(screen: OpenScreen) -> None:
    tab = open_product(screen())
    title = tab.page.locator(".sp-depth-title")
    expect(title).to_contain_text("|", timeout=20_000)
    expect(title).to_contain_text("±0.5 %")
    assert colours_in(tab, tab.page.locator(".sp-depth canvas")) > 3
    box = tab.page.locator(".sp-depth-stage").bounding_box()
    assert box
    tab.page.mouse.move(box["x"] + 20, box["y"] + 40)
    expect(title).to_contain_text("BTC")
    expect(title).not_to_contain_text("|")


def test_the_chart_grows_over_the_map_and_escape_brings_it_back(screen: OpenScreen) -> None:
    tab = with_candles(open_product(screen()))
    tab.page.get_by_role("button", name="Larger chart").click()
    chart = tab.page.locator(".sp-chart[data-wide]")
    box = chart.bounding_box()
    assert box
    assert box["width"] > 900
    assert box["height"] > 600
    tab.until(f"{PANEL}.chart.place.clientWidth > 900", "a resized chart")
    tab.shoot("product-wide-dark")
    tab.page.keyboard.press("Escape")
    expect(chart).to_have_count(0)
    expect(tab.page.locator(".sp-product")).to_be_visible()
    tab.page.keyboard.press("Escape")
    expect(tab.page.locator(".sp-product")).to_have_count(0)


def test_a_venue_that_refuses_candles_is_told_and_can_be_asked_again(
    screen: OpenScreen, demo: Demo
) -> None:
    faults = f"http://127.0.0.1:{demo.find('control=([0-9]+)')}/_sandbox/faults"
    path = "/api/v3/brokerage/market/products/LTC-USD/candles"
    fault = {"venue": "coinbase", "path": path, "kind": "500", "count": 1_000}
    httpx.post(faults, json=fault).raise_for_status()
    try:
        tab = open_product(screen(), "LTC-USD")
        notice = tab.page.locator(".sp-chart-notice[data-kind=error]")
        expect(notice).to_contain_text("No candles", timeout=30_000)
        expect(tab.page.locator(".sp-price")).not_to_have_text("–")
        tab.shoot("product-no-candles-dark")
    finally:
        httpx.delete(faults).raise_for_status()
    notice.get_by_role("button", name="Try again").click()
    with_candles(tab)
    expect(notice).to_have_count(0)


@pytest.mark.parametrize("theme", ["Dark", "Light"])
@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_the_panel_fits_beside_the_map(
    screen: OpenScreen, size: tuple[int, int], theme: str
) -> None:
    tab = with_candles(open_product(screen(size, theme=theme)))
    expect(tab.page.locator(".sp-depth-title")).to_contain_text("|", timeout=20_000)
    tab.page.mouse.move(5, 5)
    tab.shoot(f"product-{size[0]}-{theme.lower()}")
    bottom = tab.js("document.querySelector('.sp-depth').getBoundingClientRect().bottom")
    assert bottom <= size[1]
