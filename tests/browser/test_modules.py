"""The pure modules, imported in Chromium from where the app serves them."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from core.ui.numbers import format_age, format_compact, format_percent, format_price

pytestmark = pytest.mark.browser

Run = Callable[..., Any]


PRICES = [(64281.7, None), (1, None), (0.5321, None), (0.00001234, None), (1e-7, None), (0, None)]
PRICES += [(64281.7, "0.01"), (0.00001234, "0.00000001"), (5040, "1"), (-3.5, "0.1"), (1e-9, None)]
PERCENTS = [1.23, -0.41, 0, -0.004, 0.005, 1234.5, -100]
AMOUNTS = [33.4e9, 1.5e6, 820, 999.96e3, 999.94e3, 0.5, 0, 1e12, -2.5e3, 99.96e6]
AGES = [0.2, 9.94, 9.96, 14, 119, 120, 7199, 7200, 172799, 172800, -3]


def test_prices_read_the_same_here_and_in_python(run: Run) -> None:
    steps = [(value, float(step) if step else None) for value, step in PRICES]
    there = run("format", "(m, a) => a.map(([v, s]) => m.formatPrice(v, s ?? undefined))", steps)
    here = [format_price(value, Decimal(step) if step else None) for value, step in PRICES]
    assert there == here
    assert there[:5] == ["64,281.70", "1.00", "0.5321", "0.00001234", "0.0000001000"]


def test_changes_amounts_and_ages_read_the_same_here_and_in_python(run: Run) -> None:
    there = run(
        "format",
        """(m, [p, c, a]) =>
           [p.map(m.formatPercent), c.map(m.formatCompact), a.map((s) => m.formatAge(s * 1000))]""",
        [PERCENTS, AMOUNTS, AGES],
    )
    here = [
        [format_percent(value) for value in PERCENTS],
        [format_compact(value) for value in AMOUNTS],
        [format_age(value) for value in AGES],
    ]
    assert there == here
    assert there[0][:4] == ["+1.23 %", "−0.41 %", "0.00 %", "0.00 %"]


def test_what_is_absent_is_a_dash_everywhere(run: Run) -> None:
    texts = run(
        "format",
        """(m) => ["Price", "Percent", "Sigma", "Compact", "Age", "Time"]
           .map((name) => m["format" + name]).flatMap((f) => [f(undefined), f(NaN), f(null)])""",
    )
    assert set(texts) == {"–"}


@pytest.mark.parametrize("count", [1, 2, 7, 83, 400])
def test_tiles_cover_the_box_without_overlap(run: Run, count: int) -> None:
    cover, worst = run(
        "treemap",
        """(m, n) => {
          const item = (_, i) => ({ id: `p${i}`, size: 1 / (i + 1) ** 1.3 });
          const items = Array.from({ length: n }, item);
          const box = { x: 0, y: 0, w: 1100, h: 700 };
          const { tiles, other } = m.layout(items, box, (_, { w, h }) => w > 30 && h > 18,
            (_, { h }) => h > 22);
          const all = [...tiles.map((t) => t.rect), ...(other ? [other.rect] : [])];
          const cover = all.reduce((sum, { w, h }) => sum + w * h, 0) / (box.w * box.h);
          let worst = 0;
          all.forEach((a, i) => all.slice(i + 1).forEach((b) => {
            const w = Math.min(a.x + a.w, b.x + b.w) - Math.max(a.x, b.x);
            const h = Math.min(a.y + a.h, b.y + b.h) - Math.max(a.y, b.y);
            if (w > 0 && h > 0) worst = Math.max(worst, Math.min(w, h));
          }));
          return [cover, worst];
        }""",
        count,
    )
    assert cover == pytest.approx(1)
    assert worst < 1e-6


def test_every_product_is_a_tile_or_inside_other(run: Run) -> None:
    shown, hidden = run(
        "treemap",
        """(m) => {
          const item = (_, i) => ({ id: `p${i}`, size: 1 / (i + 1) ** 1.3 });
          const items = Array.from({ length: 83 }, item);
          const { tiles, other } = m.layout(items, { x: 0, y: 0, w: 700, h: 500 },
            (_, { w, h }) => w > 30 && h > 18, (_, { h }) => h > 22);
          return [tiles.map((t) => t.id), other.ids];
        }""",
    )
    assert sorted(shown + hidden) == sorted(f"p{i}" for i in range(83))
    assert hidden


def test_neighbours_trade_places_only_when_one_has_clearly_outgrown_the_other(run: Run) -> None:
    orders = run(
        "treemap",
        """(m) => {
          const order = (b) => m.stableOrder(
            [{ id: "a", size: 100 }, { id: "b", size: b }, { id: "new", size: 50 }],
            ["a", "b"]).map((i) => i.id).join("");
          return [order(105), order(120)];
        }""",
    )
    assert orders == ["abnew", "banew"]


def test_small_changes_can_be_told_from_none(run: Run) -> None:
    share = run("palette", "(m) => [m.strength(1, 10), m.strength(-10, 10), m.strength(50, 10)]")
    assert share == [pytest.approx(0.1**0.72), 1, 1]


def test_a_search_ranks_symbols_before_names_and_ignores_the_quote(run: Run) -> None:
    scores = run(
        "measures",
        """(m) => [m.matchScore("btc", "BTC-USD", "Bitcoin"), m.matchScore("bt", "BTC-USD"),
          m.matchScore("cash", "BCH-USD", "Bitcoin Cash"),
          m.matchScore("usd", "BTC-USD", "Bitcoin"),
          m.matchScore("btc-u", "BTC-USD"), m.matchScore("  ", "BTC-USD")]""",
    )
    assert scores == [4, 3, 2, 0, 3, 0]


def test_a_volume_in_another_currency_is_counted_in_dollars_or_not_at_all(run: Run) -> None:
    volumes = run(
        "measures",
        """(m) => {
          const bitcoin = { productId: "BTC-USD", price: 100, volume24h: 2 };
          const tickers = new Map([["BTC-USD", bitcoin]]);
          const volume = (productId) =>
            m.quoteVolume({ productId, price: 3, volume24h: 4 }, undefined, tickers) ?? null;
          return [volume("ETH-BTC"), volume("ETH-USDC"), volume("ETH-EUR")];
        }""",
    )
    assert volumes == [1200, 12, None]


def test_a_place_on_the_page_holds_one_live_object_however_it_is_ended(run: Run) -> None:
    begun, shown, left = run(
        "mount",
        """async (m) => {
          const root = document.createElement("div");
          let made = 0;
          const create = () => {
            root.append(document.createElement("p"));
            made += 1;
            return { update() {}, destroy() {} };
          };
          const component = { parentElement: root };
          const end = m.keepMounted(component, create);
          end();
          const endAgain = m.keepMounted(component, create);
          end();
          const shown = root.children.length;
          endAgain();
          while (root.children.length) await new Promise(requestAnimationFrame);
          m.keepMounted(component, create);
          return [made, shown, root.children.length];
        }""",
    )
    assert (begun, shown, left) == (2, 1, 1)
