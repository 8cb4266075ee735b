/**
 * One product beside the map: price, candles that follow it, and the figures of its day.
 *
 *   /ws/market → price, last candle, figures     data from Python → the candles themselves
 *
 * The price lives on the hub and needs no rerun; candles are asked for ("want") when the panel opens,
 * another span is chosen, a candle has ended, or a minute has passed. What is known stays on screen.
 */

import { CandleChart } from "./candlechart.js";
import { readCandles } from "./candleseries.js";
import { formatPercent, formatPrice, formatTime } from "./format.js";
import { icon, iconButton, setIcon } from "./icons.js";
import { hub, subscribe } from "./market.js";
import { keepMounted, make, say } from "./mount.js";
import { PALETTES } from "./palette.js";
import { productFacts } from "./productfacts.js";
import { readTheme } from "./theme.js";

const REFRESH_MS = 60_000;
const SETTLE_MS = 2_000;
const AGAIN_MS = 250;
const FACTS_MS = 250;
const GAP_PX = 14;
const EDGE_PX = 4;
const NARROW_PX = 420;

/** What an Escape belongs to before it can belong to the chart. */
const OTHERS = "[role=menu], [role=dialog], [role=listbox], [role=combobox], input";

/** Where tests and the console find the open panel. */
const OPEN = Symbol.for("spectra.product");

class ProductPanel {
  constructor(root, component) {
    globalThis[OPEN] = this;
    this.component = component;
    this.wide = false;
    this.frame = 0;
    this.loaded = "";
    this.panel = make("section", "sp-product");
    this.panel.append(this.buildHead(), this.buildPrice(), this.buildChart(), this.buildFacts());
    root.append(this.panel);
    this.chart = new CandleChart(this.canvas);
    this.end = subscribe(({ changed }) => changed.includes(this.data.product) && this.wake());
    this.facts = setInterval(() => this.drawFacts(), FACTS_MS);
    this.refresh = setInterval(() => document.hidden || this.want(), REFRESH_MS);
    this.onKey = (event) => this.leaveWide(event);
    this.onResize = () => this.wide && this.place();
    addEventListener("keydown", this.onKey, true);
    addEventListener("resize", this.onResize);
    addEventListener("scroll", this.onResize, true);
  }

  buildHead() {
    this.title = make("h2", "sp-product-id");
    this.name = make("span", "sp-product-name");
    const close = iconButton("close", "Close this product", () =>
      this.component.setTriggerValue("close", Date.now()));
    const head = make("div", "sp-product-head");
    head.append(this.title, this.name, close);
    return head;
  }

  buildPrice() {
    this.price = make("span", "sp-price");
    this.change = make("span", "sp-change");
    const line = make("div", "sp-price-line");
    line.append(this.price, this.change, make("span", "sp-muted", "24 h"));
    return line;
  }

  buildChart() {
    this.box = make("div", "sp-chart");
    this.spans = make("div", "sp-segments");
    this.spans.role = "group";
    this.spans.ariaLabel = "Length of a candle";
    this.averages = make("button", "sp-toggle", "MA");
    this.averages.type = "button";
    this.averages.title = "Moving averages of 20 and 50 candles";
    this.averages.addEventListener("click", () => this.toggleAverages());
    this.widen = iconButton("widen", "Larger chart", () => this.toggleWide());
    const tools = make("div", "sp-chart-tools");
    tools.append(this.spans, this.averages, this.widen);
    this.canvas = make("div", "sp-chart-canvas");
    this.canvas.role = "img";
    this.notice = make("div", "sp-chart-notice");
    this.asOf = make("p", "sp-chart-asof");
    const stage = make("div", "sp-chart-stage");
    stage.append(this.canvas, this.notice);
    this.box.append(tools, stage, this.asOf);
    return this.box;
  }

  buildFacts() {
    this.values = new Map();
    this.list = make("dl", "sp-facts");
    return this.list;
  }

  /** New data or another theme; candles come only when they were asked for. */
  update(component) {
    const before = this.data?.product;
    this.component = component;
    this.data = component.data;
    this.wanted ??= this.data.span;
    if (this.data.error) this.error = this.data.error;
    say(this.title, this.data.product);
    say(this.name, this.data.name);
    this.canvas.ariaLabel = `Candles of ${this.data.product}`;
    if (before !== this.data.product) this.forget();
    this.dress();
    // A change of theme brings the same data again, by now older than what is drawn.
    const known = this.data === this.drawn;
    this.drawn = this.data;
    if (this.data.candles) known || this.keepCandles();
    else if (this.data.error) this.drawNotice();
    else if (this.data.onItsWay) this.wantAgain();
    else if (this.loaded !== this.key()) this.want();
    this.draw();
    this.drawFacts();
  }

  key() {
    return `${this.data.product} ${this.wanted}`;
  }

  forget() {
    this.loaded = "";
    this.error = "";
    this.chart.show([], { fresh: false });
    say(this.asOf, "");
  }

  dress() {
    const theme = readTheme(this.panel);
    const palette = PALETTES[this.data.palette] ?? PALETTES["red-green"];
    this.colours = palette.text[theme.dark ? "dark" : "light"];
    this.panel.style.setProperty("--sp-up", this.colours.up);
    this.panel.style.setProperty("--sp-down", this.colours.down);
    this.showAverages ??= this.data.averages;
    this.chart.dress({
      theme, colours: this.colours, averages: this.showAverages, span: this.seconds(),
      increment: this.data.increment,
    });
    this.drawTools();
    this.drawNotice();
  }

  seconds() {
    return this.data.spans.find(([name]) => name === this.wanted)?.[2] ?? 900;
  }

  drawTools() {
    if (!this.spans.childElementCount) {
      for (const [name, label] of this.data.spans) {
        const button = make("button", "", label);
        button.type = "button";
        button.dataset.span = name;
        button.addEventListener("click", () => this.chooseSpan(name));
        this.spans.append(button);
      }
    }
    for (const button of this.spans.children) button.ariaPressed = button.dataset.span === this.wanted;
    this.averages.ariaPressed = this.showAverages;
  }

  chooseSpan(name) {
    if (name === this.wanted) return;
    this.wanted = name;
    this.forget();
    this.dress();
    this.want();
  }

  toggleAverages() {
    this.showAverages = !this.showAverages;
    this.dress();
    this.component.setTriggerValue("averages", this.showAverages ? "on" : "off");
  }

  /** Ask Python for the candles of what is chosen now. */
  want() {
    this.component.setTriggerValue("want", { span: this.wanted, at: Date.now() });
  }

  wantAgain() {
    clearTimeout(this.again);
    this.again = setTimeout(() => this.want(), AGAIN_MS);
  }

  keepCandles() {
    if (this.data.span !== this.wanted) return;
    const fresh = this.loaded !== this.key();
    this.loaded = this.key();
    this.error = "";
    this.chart.show(readCandles(this.data.candles), { fresh });
    this.drawNotice();
    const when = formatTime(this.data.asOf);
    say(this.asOf, this.data.stale ? `The venue cannot be asked now; candles as of ${when}.` : "");
  }

  drawNotice() {
    const known = this.loaded === this.key();
    let text = "Loading candles…";
    if (known) text = this.chart.candles.length ? "" : "Nothing was traded in this time.";
    if (this.error && !known) text = this.error;
    const notice = this.error && !known ? "error" : known ? "" : "loading";
    if (this.notice.dataset.kind === notice && this.notice.dataset.text === text) return;
    Object.assign(this.notice.dataset, { kind: notice, text });
    this.notice.replaceChildren(...(text ? [make("p", "", text)] : []));
    if (notice === "error") this.notice.append(this.retryButton());
  }

  retryButton() {
    const retry = make("button", "sp-button", "Try again");
    retry.type = "button";
    retry.prepend(icon("retry"));
    retry.addEventListener("click", () => {
      this.error = "";
      this.drawNotice();
      this.want();
    });
    return retry;
  }

  wake() {
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      this.draw();
    });
  }

  draw() {
    const ticker = hub.tickers.get(this.data.product);
    const change = ticker?.change24hPercent;
    say(this.price, formatPrice(ticker?.price, this.data.increment));
    say(this.change, formatPercent(change));
    this.change.dataset.way = change > 0 ? "up" : change < 0 ? "down" : "flat";
    if (ticker?.price === undefined || this.loaded !== this.key()) return;
    const isNew = this.chart.follow({ price: ticker.price, at: ticker.timestamp });
    if (isNew) setTimeout(() => this.panel.isConnected && this.want(), SETTLE_MS);
  }

  drawFacts() {
    this.panel.toggleAttribute("data-faded", !hub.isLive());
    const ticker = hub.tickers.get(this.data.product);
    for (const [label, value, more] of productFacts(ticker, { ...this.data, now: hub.now() })) {
      if (!this.values.has(label)) {
        const rest = more ? "sp-more" : "";
        this.values.set(label, make("dd", rest));
        this.list.append(make("dt", rest, label), this.values.get(label));
      }
      say(this.values.get(label), value);
    }
  }

  /** The chart over the map, with its zoom as it was; the map goes on underneath. */
  toggleWide() {
    this.wide = !this.wide;
    this.box.toggleAttribute("data-wide", this.wide);
    setIcon(this.widen, this.wide ? "narrow" : "widen", this.wide ? "Back to the side" : "Larger chart");
    if (this.wide) this.place();
    else this.box.removeAttribute("style");
    requestAnimationFrame(() => requestAnimationFrame(() => this.chart.showNewest()));
  }

  /** Escape leaves the large chart first; only the next one closes the panel. */
  leaveWide(event) {
    if (event.key !== "Escape" || !this.wide || event.target.closest?.(OTHERS)) return;
    event.preventDefault();
    event.stopPropagation();
    this.toggleWide();
  }

  place() {
    const panel = this.panel.getBoundingClientRect();
    const page = (this.panel.closest(".stMainBlockContainer") ?? document.body).getBoundingClientRect();
    const left = page.left + GAP_PX;
    const right = panel.left - GAP_PX - left < NARROW_PX ? panel.right : panel.left - GAP_PX;
    Object.assign(this.box.style, {
      left: `${left}px`, top: `${panel.top}px`, width: `${right - left}px`,
      height: `${Math.max(320, innerHeight - panel.top - EDGE_PX)}px`,
    });
  }

  destroy() {
    if (globalThis[OPEN] === this) delete globalThis[OPEN];
    this.end();
    cancelAnimationFrame(this.frame);
    clearTimeout(this.again);
    clearInterval(this.facts);
    clearInterval(this.refresh);
    removeEventListener("keydown", this.onKey, true);
    removeEventListener("resize", this.onResize);
    removeEventListener("scroll", this.onResize, true);
    this.chart.destroy();
    this.panel.remove();
  }
}

/** Called by the component loader. */
export function mount(component) {
  return keepMounted(component, (root) => new ProductPanel(root, component));
}
