"""What the heatmap says before there are prices, when they stop, and when the server is gone."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import WebSocketRoute, expect

from tests.browser.conftest import HEATMAP, HUB, Demo, Screen
from tests.waiting import wait_for

pytestmark = pytest.mark.browser

OpenScreen = Callable[..., Screen]


@pytest.fixture
def venue_down(demo: Demo) -> Iterator[Callable[[], None]]:
    """Take the exchange away; it is back, and the feed with it, when the test ends."""

    def take_down() -> None:
        demo.venue("down")
        wait_for(lambda: demo.feed_state() != "connected", "a lost feed")

    yield take_down
    demo.venue("up")
    wait_for(lambda: demo.feed_state() == "connected", "a connected feed")


def test_before_the_first_price_the_map_has_its_shape(screen: OpenScreen) -> None:
    tab = screen()
    tab.page.route_web_socket("**/ws/market", lambda _: None)
    tab.open(painted=False)
    tab.until(f"{HEATMAP}?.frames > 0", "a skeleton")
    expect(tab.page.locator(".banner.shown")).to_contain_text("Waiting for the first prices")
    colours = tab.js(
        f"""() => {{
          const {{ context, canvas }} = {HEATMAP}.view;
          const {{ data }} = context.getImageData(0, 0, canvas.width, canvas.height);
          const seen = new Set();
          for (let at = 0; at < data.length; at += 4000) seen.add(data.slice(at, at + 3).join());
          return seen.size;
        }}"""
    )
    assert colours >= 2
    tab.shoot("heatmap-skeleton")


def test_a_lost_feed_dims_everything_and_offers_a_retry(
    screen: OpenScreen, demo: Demo, venue_down: Callable[[], None]
) -> None:
    tab = screen().open()
    venue_down()
    banner = tab.page.locator(".banner.shown")
    expect(banner).to_contain_text("Market feed disconnected", timeout=20_000)
    expect(banner).to_contain_text("prices as of")
    expect(banner).to_contain_text("retry")
    tab.until(f"[...{HEATMAP}.view.painted.values()].every((face) => face.stale)", "dimmed tiles")
    expect(tab.page.locator(".count")).to_contain_text("no updates")
    tab.shoot("heatmap-disconnected")
    demo.venue("up")
    tab.page.get_by_role("button", name="Retry now").click()
    expect(banner).to_have_count(0, timeout=40_000)
    tab.until(f"[...{HEATMAP}.view.painted.values()].some((face) => !face.stale)", "bright tiles")


def test_a_silent_server_is_told_apart_from_a_lost_feed(screen: OpenScreen) -> None:
    tab = screen()
    routes: list[WebSocketRoute] = []
    gone = False

    def relay(route: WebSocketRoute) -> None:
        if gone:
            route.close()
            return
        routes.append(route)
        route.connect_to_server()

    tab.page.route_web_socket("**/ws/market", relay)
    tab.open()
    gone = True
    routes[0].close()
    banner = tab.page.locator(".banner.shown")
    expect(banner).to_contain_text("Spectra itself does not answer")
    tab.until(f"[...{HEATMAP}.view.painted.values()].every((face) => face.stale)", "dimmed tiles")
    tab.shoot("heatmap-server-gone")
    gone = False
    tab.page.get_by_role("button", name="Try now").dispatch_event("click")
    expect(banner).to_have_count(0)
    tab.until(f"{HUB}.serverReachable", "the server")


def test_a_tile_dims_when_its_own_price_is_old(screen: OpenScreen) -> None:
    tab = screen().open()
    stale = tab.js(
        f"""() => {{
          const {{ view }} = {HEATMAP};
          const now = {HUB}.now();
          const ticker = {{ ...{HUB}.tickers.get("BTC-USD"), timestamp: now - 31_000 }};
          {HUB}.tickers.set("BTC-USD", ticker);
          const face = view.faceOf("BTC-USD", view.model.rectOf("BTC-USD"), now);
          const shade = view.ramp.at(view.model.valueOf("BTC-USD"), 10);
          return [face.stale, face.fill === shade.staleFill, face.ink === shade.staleInk];
        }}"""
    )
    assert stale == [True, True, True]


def test_an_open_product_fades_with_the_feed_too(
    screen: OpenScreen, venue_down: Callable[[], None]
) -> None:
    tab = screen().open()
    tab.page.mouse.click(*tab.middle_of("BTC-USD"))
    expect(tab.page.locator(".sp-product:not([data-faded])")).to_be_visible(timeout=45_000)
    venue_down()
    expect(tab.page.locator(".sp-product[data-faded]")).to_be_visible(timeout=45_000)
