"""The heatmap paints what the relay sent, in the colours and sizes its legend promises."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import HEATMAP, HUB, NARROW, WIDE, Screen

pytestmark = pytest.mark.browser

OpenScreen = Callable[..., Screen]


@pytest.mark.parametrize("theme", ["Dark", "Light"])
def test_the_map_fills_the_screen_without_a_scrollbar(screen: OpenScreen, theme: str) -> None:
    tab = screen(WIDE, theme=theme).open()
    for (width, height), side in ((WIDE, 280), (NARROW, 240)):
        tab.page.set_viewport_size({"width": width, "height": height})
        tab.until(f"innerWidth === {width} && {HEATMAP}.view.box.w < {width - side}", "a new map")
        frames = tab.js(f"{HEATMAP}.frames")
        tab.until(f"{HEATMAP}.frames > {frames + 60}", "sixty frames")
        tab.shoot(f"heatmap-{width}-{theme.lower()}")
        sizes = tab.js(
            """() => {
              const main = document.querySelector("[data-testid=stMain]");
              const side = document.querySelector(".st-key-heatmap-side");
              return [main.scrollHeight - main.clientHeight, side.clientWidth];
            }"""
        )
        assert sizes == [0, side]


def test_batches_are_painted_as_they_come_on_one_socket(screen: OpenScreen) -> None:
    tab = screen().open()
    before = tab.js(f"[{HEATMAP}.frames, {HUB}.messages]")
    tab.until(f"{HUB}.messages > {before[1] + 50}", "fifty more messages")
    frames, messages = tab.js(f"[{HEATMAP}.frames, {HUB}.messages]")
    assert frames - before[0] > (messages - before[1]) * 0.5
    assert tab.js(f"[{HUB}.socketsOpened, {HUB}.openSockets()]") == [1, 1]


def test_numbers_on_the_card_are_the_relays(tab: Screen) -> None:
    tab.page.mouse.move(*tab.middle_of("ETH-USD"))
    card = tab.page.locator(".card.shown")
    expect(card).to_contain_text("ETH-USD")
    expect(card).to_contain_text("Ethereum")
    shown, sent = tab.js(
        f"""() => {{
          const {{ view }} = {HEATMAP};
          view.input.refreshCard();
          const text = (name) => view.card.values[name].textContent;
          const t = {HUB}.tickers.get("ETH-USD");
          return [
            [view.card.price.textContent, text("quotes"), view.card.low.textContent],
            [t.price, t.bestBid, t.bestAsk, t.low24h],
          ];
        }}"""
    )
    price, bid, ask, low = (f"{value:,.2f}" for value in sent)
    assert shown == [price, f"{bid} / {ask}", low]
    tab.shoot("heatmap-hover")


def test_a_tiles_area_is_its_share_of_the_volume(tab: Screen) -> None:
    worst = tab.js(
        f"""() => {{
          const {{ model }} = {HEATMAP}.view;
          model.arrange();
          const area = (rect) => rect.w * rect.h;
          const room = area(model.box);
          const sizes = model._sizes;
          const total = [...sizes.values()].reduce((a, b) => a + b, 0);
          const errors = [...model.tiles.values()].map(
            ({{ id, rect }}) => Math.abs(area(rect) / room - sizes.get(id) / total));
          const others = model.other.ids.reduce((sum, id) => sum + sizes.get(id), 0);
          errors.push(Math.abs(area(model.other.rect) / room - others / total));
          return Math.max(...errors);
        }}"""
    )
    assert worst < 1e-9


@pytest.mark.parametrize(
    ("option", "legend", "end"),
    [
        ("Colour: 1 h", "change over 1 h", "+3 %"),
        ("Colour: since 00:00", "change since 00:00 UTC", "+10 %"),
        ("Colour: against BTC", "24 h change against BTC", "+10 %"),
        ("Colour: unusual, σ", "own daily σ", "+3 σ"),
    ],
)
def test_a_colour_mode_says_what_it_measures(
    tab: Screen, option: str, legend: str, end: str
) -> None:
    tab.until(f"{HUB}.references.size > 20", "references")
    tab.choose("Colour", option)
    expect(tab.page.locator(".measures")).to_contain_text(legend)
    expect(tab.page.locator(".foot")).to_contain_text(end)
    values = tab.js(
        f"""() => {{
          const {{ model }} = {HEATMAP}.view;
          return [...model.tiles.keys()].map((id) => model.valueOf(id) ?? null);
        }}"""
    )
    assert len({value for value in values if value is not None}) > 5


def test_against_bitcoin_is_the_ratio_of_the_two_changes(tab: Screen) -> None:
    tab.choose("Colour", "Colour: against BTC")
    tab.until(f"{HEATMAP}.view.model.options.colour === 'btc'", "the mode")
    shown, own, btc = tab.js(
        f"""[{HEATMAP}.view.model.valueOf("ETH-USD"), {HUB}.tickers.get("ETH-USD").change24hPercent,
             {HUB}.tickers.get("BTC-USD").change24hPercent]"""
    )
    assert shown == pytest.approx(((1 + own / 100) / (1 + btc / 100) - 1) * 100)


def test_what_is_unknown_is_hatched_and_never_zero(tab: Screen) -> None:
    tab.choose("Colour", "Colour: 1 h")
    tab.until(f"{HEATMAP}.view.model.options.colour === 'hour'", "the mode")
    face = tab.js(
        f"""() => {{
          const {{ view }} = {HEATMAP};
          {HUB}.references.delete("BTC-USD");
          view.markAll();
          const face = view.faceOf("BTC-USD", view.model.rectOf("BTC-USD"), {HUB}.now());
          return [face.hatched, face.words[1], face.fill === view.ramp.unknown.fill];
        }}"""
    )
    assert face == [True, "–", True]
    tab.shoot("heatmap-unknown")


@pytest.mark.parametrize("palette", ["red-up", "blue-orange"])
def test_a_palette_recolours_map_legend_and_lists(tab: Screen, palette: str) -> None:
    first = tab.js(f"{HEATMAP}.view.ramp.up")
    tab.choose("Palette", f"Palette: {palette}")
    tab.until(f"{HEATMAP}.view.ramp.up !== '{first}'", "the palette")
    ramp, bar = tab.js(
        f"""[{HEATMAP}.view.ramp.up, getComputedStyle([...document.querySelectorAll("*")]
          .find((e) => e.shadowRoot?.querySelector(".bar"))
          .shadowRoot.querySelector(".bar i")).backgroundColor]"""
    )
    red, green, blue = (int(ramp[at : at + 2], 16) for at in (1, 3, 5))
    assert bar == f"rgb({red}, {green}, {blue})"
    tab.shoot(f"heatmap-{palette}")


def test_a_theme_switch_repaints_without_a_new_map(screen: OpenScreen) -> None:
    tab = screen().open()
    tab.js(f"() => {{ {HEATMAP}.view.marked = true; }}")
    tab.page.get_by_test_id("stMainMenu").click()
    tab.page.get_by_role("button", name="Light").or_(tab.page.get_by_text("Light")).first.click()
    tab.until(f"{HEATMAP}.view.theme.dark === false", "the light theme")
    assert tab.js(f"[{HEATMAP}.view.marked, {HUB}.socketsOpened]") == [True, 1]
    corner = f"[...{HEATMAP}.view.context.getImageData(0, 0, 1, 1).data]"
    tab.until(f"{corner}.slice(0, 3).every((x) => x > 180)", "a light map")


def test_every_ink_can_be_read_on_its_tile(tab: Screen) -> None:
    worst = tab.js(
        """async () => {
          const { PALETTES, makeRamp, contrast } = await import("/assets/js/palette.js");
          let worst = 21;
          for (const name of Object.keys(PALETTES)) {
            for (const background of ["#0b0e14", "#ffffff"]) {
              const theme = { dark: background !== "#ffffff", background };
              const ramp = makeRamp(name, theme);
              for (let change = -12; change <= 12; change += 0.1) {
                const { fill, ink } = ramp.at(change, 10);
                worst = Math.min(worst, contrast(fill, ink));
              }
            }
          }
          return worst;
        }"""
    )
    assert worst >= 4.5
