/**
 * Beside the map: breadth, volume, median change, gainers and losers, all live from the same hub.
 *
 * Rows change places at most every two seconds and never under the pointer.
 */

import { formatCompact, formatPrice } from "./format.js";
import { hub, subscribe } from "./market.js";
import { COLOURS, summarize } from "./measures.js";
import { keepMounted, make, say } from "./mount.js";
import { PALETTES } from "./palette.js";
import { applySheet } from "./sheet.js";
import { readTheme } from "./theme.js";

const REFRESH_MS = 500;
const REORDER_MS = 2000;
const ROW_PX = 26;
const FIXED_PX = 186;
const MOST_ROWS = 16;

class Side {
  constructor(root) {
    this.root = root;
    this.node = make("div", "side");
    const top = make("div", "line");
    top.append((this.title = make("span")), (this.products = make("span")));
    this.bar = make("div", "bar");
    this.parts = ["up", "flat", "down"].map(() => make("i"));
    this.bar.append(...this.parts);
    const counts = make("div", "line");
    this.counts = ["", "", ""].map(() => make("span"));
    counts.append(...this.counts);
    this.volume = make("b", "", "–");
    this.median = make("b", "", "–");
    const figures = make("div", "figures");
    figures.append(figure("Volume 24 h, USD", this.volume), figure("Median change", this.median));
    this.gainers = new Movers("Gainers", (id) => this.trigger("open", id));
    this.losers = new Movers("Losers", (id) => this.trigger("open", id));
    this.node.append(top, this.bar, counts, figures, this.gainers.node, this.losers.node);
    root.append(this.node);
    this.dueAt = 0;
    this.leave = subscribe(({ kind }) => {
      if (kind === "snapshot" || kind === "link") this.draw();
    });
    this.timer = setInterval(() => this.draw(), REFRESH_MS);
  }

  update({ data, setTriggerValue }) {
    this.options = { ...data, stablecoins: new Set(data.stablecoins) };
    this.trigger = setTriggerValue;
    this.dueAt = 0;
    this.draw();
  }

  draw() {
    if (!this.options) return;
    const theme = readTheme(this.node);
    const { short, format } = COLOURS[this.options.colour];
    const summary = summarize(hub, this.options);
    const palette = PALETTES[this.options.palette];
    const text = palette.text[theme.dark ? "dark" : "light"];
    this.node.classList.toggle("faded", !hub.isLive());
    say(this.title, `Breadth, ${short}`);
    say(this.products, summary.products ? `${summary.products} products` : "–");
    this.drawBreadth(summary, palette, text);
    say(this.volume, formatCompact(summary.volume));
    say(this.median, format(summary.median));
    const rows = Math.min(MOST_ROWS, Math.max(3, Math.floor((this.node.clientHeight - FIXED_PX) / 2 / ROW_PX)));
    const reorder = performance.now() >= this.dueAt;
    if (reorder) this.dueAt = performance.now() + REORDER_MS;
    const context = { ...this.options, short, format, rows, reorder };
    this.gainers.draw(summary.gainers, { ...context, colour: text.up });
    this.losers.draw(summary.losers, { ...context, colour: text.down });
  }

  drawBreadth({ up, flat, down, unknown }, palette, text) {
    const [first, middle, last] = this.parts;
    for (const [part, count] of [[first, up], [middle, flat + unknown], [last, down]]) {
      part.style.flexGrow = String(count);
      part.hidden = count === 0;
    }
    first.style.background = palette.up;
    middle.style.background = "var(--st-gray-color)";
    last.style.background = palette.down;
    const known = up + flat + down + unknown > 0;
    say(this.counts[0], known ? `▲ ${up} up` : "–");
    say(this.counts[1], known ? `${flat} flat${unknown ? ` · ${unknown} unknown` : ""}` : "");
    say(this.counts[2], known ? `▼ ${down} down` : "–");
    this.counts[0].style.color = text.up;
    this.counts[2].style.color = text.down;
  }

  destroy() {
    this.leave();
    clearInterval(this.timer);
  }
}

class Movers {
  constructor(title, open) {
    this.node = make("section", "hold");
    const head = make("h3");
    head.append(make("span", "", title), (this.span = make("span")));
    this.list = make("ol");
    this.none = make("li", "empty");
    this.list.append(this.none);
    this.node.append(head, this.list);
    this.rows = [];
    this.ids = [];
    this.list.addEventListener("click", (event) => {
      const id = event.target.closest("button")?.dataset.id;
      if (id) open(id);
    });
  }

  draw(ranked, options) {
    say(this.span, options.short);
    const byId = new Map(ranked.map((row) => [row.ticker.productId, row]));
    const busy = this.list.matches(":hover, :focus-within");
    const gone = this.ids.some((id) => !byId.has(id));
    const room = this.ids.length !== Math.min(options.rows, byId.size);
    if (gone || room || (options.reorder && !busy)) this.ids = [...byId.keys()].slice(0, options.rows);
    while (this.rows.length < this.ids.length) this.rows.push(this.addRow());
    while (this.rows.length > this.ids.length) this.rows.pop().item.remove();
    // Before the first price the rows to come have their room already, so that nothing moves then.
    this.list.style.minHeight = hub.tickers.size ? "" : `${options.rows * ROW_PX}px`;
    this.none.hidden = this.ids.length > 0;
    say(this.none, hub.tickers.size ? "None right now" : "–");
    this.ids.forEach((id, i) => fillRow(this.rows[i], byId.get(id), options));
  }

  addRow() {
    const item = make("li");
    const button = make("button");
    const row = { item, button, symbol: make("b"), price: make("span"), change: make("span") };
    button.type = "button";
    button.append(row.symbol, row.price, row.change);
    item.append(button);
    this.list.append(item);
    return row;
  }
}

function fillRow(row, { ticker, change }, options) {
  row.button.dataset.id = ticker.productId;
  row.button.title = options.names[ticker.productId] ?? "";
  say(row.symbol, ticker.symbol);
  say(row.price, formatPrice(ticker.price, options.increments[ticker.productId]));
  say(row.change, options.format(change));
  row.change.style.color = options.colour;
}

function figure(label, value) {
  const node = make("div");
  node.append(make("span", "", label), value);
  return node;
}

/** Streamlit's entry: called at first and again at every change of `data` or theme. */
export async function mount(component) {
  await applySheet(component.parentElement, "movers");
  return keepMounted(component, (root) => new Side(root));
}
