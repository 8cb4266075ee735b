"""The heatmap over time: one socket for a tab, nothing left behind, nothing that jumps."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import HEATMAP, HUB, Screen

pytestmark = pytest.mark.browser

OpenScreen = Callable[..., Screen]
WATCH_SHIFTS = """
globalThis.shifts = [];
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) globalThis.shifts.push([entry.startTime, entry.value]);
}).observe({ type: "layout-shift", buffered: true });
"""


def test_ten_reruns_and_ten_page_switches_share_one_socket(screen: OpenScreen) -> None:
    tab = screen().open()
    for turn in range(10):
        size = ("equal", "volume 24 h")[turn % 2]
        tab.choose("Size", f"Size: {size}")
        tab.until(f"{HEATMAP}.view.model.options.size === '{size.split()[0]}'", "the rerun")
    for _ in range(10):
        tab.page.get_by_role("link", name="Settings").click()
        expect(tab.page.get_by_role("heading", name="Settings")).to_be_visible()
        tab.until(f"{HEATMAP}.view === null", "an ended map")
        tab.page.get_by_role("link", name="Heatmap").click()
        tab.until(f"{HEATMAP}.view?.model.tiles.size > 5", "a new map")
    assert tab.js(f"[{HUB}.socketsOpened, {HUB}.openSockets()]") == [1, 1]
    listeners = tab.js(f"{HUB}._listeners.size")
    tab.page.get_by_role("link", name="Settings").click()
    tab.until(f"{HEATMAP}.view === null", "an ended map")
    assert tab.js(f"{HUB}._listeners.size") < listeners <= 8


def test_nothing_jumps_when_prices_arrive(screen: OpenScreen) -> None:
    tab = screen()
    tab.page.add_init_script(WATCH_SHIFTS)
    tab.open()
    tab.until(f"{HEATMAP}.frames > 60", "sixty frames")
    first_paint = tab.js(f"{HEATMAP}.firstPricesAt")
    late = tab.js(
        "(at) => globalThis.shifts.filter(([t]) => t >= at).reduce((sum, [, v]) => sum + v, 0)",
        first_paint,
    )
    assert late < 0.01
