/**
 * The heatmap on a canvas: relay batch → dirty tiles → next frame → painted, without any rerun.
 *
 *   hub event ─ mark ─┐                      ┌ click, key → event to Python
 *   tick (1 s) ─ mark ┴ requestAnimationFrame → paint what is marked
 *
 * It never computes a price: it draws what the relay sent, and says how old that is.
 */

import { Faces } from "./faces.js";
import { HoverCard } from "./hovercard.js";
import { MapInput } from "./mapinput.js";
import { Banner, countLine, describeMarket, Legend } from "./mapnotes.js";
import { hub, subscribe } from "./market.js";
import { summarize } from "./measures.js";
import { MapModel, OTHER } from "./model.js";
import { keepMounted, make, say } from "./mount.js";
import { paintStrip, paintTile } from "./painter.js";
import { makeRamp } from "./palette.js";
import { onSearchText, searchText } from "./searchtext.js";
import { applySheet } from "./sheet.js";
import { readTheme } from "./theme.js";
import { makeRuler } from "./tiletext.js";

const TICK_MS = 1000;
const MOVE_MS = 260;
/** The map may move at most this often: soon while it fills, seldom afterwards. */
const SETTLE_MS = { filling: 600, settled: 5000 };
const PAINTED_KEPT = 4096;

/** What tests and benchmarks read: frames painted, tiles painted, ms from send to paint. */
const stats = (globalThis[Symbol.for("spectra.heatmap")] ??= {
  frames: 0,
  tiles: 0,
  latencies: [],
  firstPricesAt: 0,
  view: null,
});

class HeatmapView {
  constructor(root) {
    this.build(root);
    this.context = this.canvas.getContext("2d", { alpha: false });
    this.model = new MapModel(hub, (ticker, rect) => this.faces.fit(ticker, rect) !== null);
    this.faces = new Faces(this.model);
    this.painted = new Map();
    this.dirty = new Set();
    this.everything = true;
    this.motion = null;
    this.focused = null;
    this.frame = 0;
    this.arrangedAt = -Infinity;
    this.batchSentAt = 0;
    this.calm = matchMedia("(prefers-reduced-motion: reduce)");
    this.card = new HoverCard(this.map);
    this.leave = [subscribe((event) => this.heard(event)), onSearchText(() => this.searched())];
    this.observer = new ResizeObserver(() => this.resized());
    this.input = new MapInput(this);
    this.timer = setInterval(() => this.tick(), TICK_MS);
    stats.view = this;
  }

  build(root) {
    this.map = make("div", "map");
    const stage = make("div", "stage");
    this.back = make("button", "back");
    this.back.type = "button";
    this.backWords = make("span");
    this.back.append("‹ All products", this.backWords);
    this.canvas = make("canvas");
    this.canvas.tabIndex = 0;
    this.canvas.setAttribute("role", "application");
    this.canvas.setAttribute("aria-describedby", "summary");
    stage.append(this.back, this.canvas);
    const foot = make("div", "foot");
    this.legend = new Legend(foot);
    foot.append((this.count = make("span", "count")));
    this.summary = make("p", "hidden");
    this.summary.id = "summary";
    this.said = make("p", "hidden");
    this.said.setAttribute("aria-live", "polite");
    this.map.append(stage, foot, this.summary, this.said);
    this.banner = new Banner(this.map, {
      retry: () => this.trigger("retry", Date.now()),
      reconnect: () => hub.reconnectNow(),
    });
    root.append(this.map);
  }

  /** Take what Python says: choices, names, what is selected. */
  update({ data, setTriggerValue }) {
    this.trigger = setTriggerValue;
    const first = !this.model.options;
    const before = this.model.options;
    this.model.options = { ...data, stablecoins: new Set(data.stablecoins), query: searchText() };
    if (before && before.universe !== data.universe) this.model.path = [];
    this.canvas.setAttribute("aria-label", "Heatmap of the market; arrow keys move, Enter opens, Escape closes");
    this.themed();
    if (first) this.observer.observe(this.canvas);
    else if (before.universe !== data.universe || before.size !== data.size) this.arrange({ animate: false });
    this.tick();
    this.markAll();
  }

  themed() {
    const theme = readTheme(this.map);
    const { palette } = this.model.options;
    if (this.theme?.id === theme.id && this.rampName === palette) return;
    if (this.theme?.font !== theme.font) this.newFont(theme.font);
    this.theme = theme;
    this.rampName = palette;
    this.ramp = makeRamp(palette, theme);
    this.faces.dress(this);
    this.markAll();
  }

  newFont(font) {
    this.ruler = makeRuler(this.context, font);
    const again = () => {
      this.ruler = makeRuler(this.context, font);
      this.faces.dress(this);
      this.arrange({ animate: false });
    };
    Promise.all([400, 600].map((weight) => document.fonts.load(`${weight} 12px ${font}`))).then(again, again);
  }

  heard({ kind, changed }) {
    if (kind === "link" || kind === "status" || !this.model.options) {
      this.markWhenStateChanges();
      return;
    }
    this.batchSentAt ||= hub.lastSentAt;
    const fresh = changed.some((id) => !this.model.tiles.has(id) && !this.painted.has(id));
    if (kind === "snapshot" || (fresh && !this.model.tiles.size)) this.settle();
    if (kind === "snapshot" || this.model.options.colour === "btc") this.markAll();
    for (const id of changed) this.dirty.add(id);
    this.markWhenStateChanges();
    this.request();
  }

  markWhenStateChanges() {
    const live = this.isLive();
    if (live !== this.live) {
      this.live = live;
      this.markAll();
    }
    this.banner.draw(hub);
    this.banner.keepClearOf(this.model.other?.rect, this.canvas);
  }

  isLive() {
    return hub.isLive();
  }

  /** What changes with time alone: ages, counts, the banner, a map that has become untrue. */
  tick() {
    if (!this.model.options || !this.theme) return;
    this.themed();
    if (this.ratio !== devicePixelRatio) this.resized();
    this.settle();
    const moment = { now: hub.now(), live: this.isLive() };
    for (const id of this.model.tiles.keys()) {
      if (this.faces.isStale(id, moment) !== this.painted.get(id)?.stale) this.dirty.add(id);
    }
    this.dirty.add(OTHER);
    say(this.count, countLine(hub, this.model.products(), this.isLive()));
    say(this.summary, describeMarket(summarize(hub, this.model.options), this.model.options));
    this.legend.draw(this.model.options, this.ramp);
    this.markWhenStateChanges();
    if (this.card.id) this.input.refreshCard();
    this.canvas.dataset.frames = String(stats.frames);
    this.request();
  }

  settle() {
    const pause = this.model.tiles.size ? SETTLE_MS.settled : SETTLE_MS.filling;
    const filling = hub.tickers.size !== this.known;
    const due = performance.now() - this.arrangedAt >= (filling ? SETTLE_MS.filling : pause);
    if (!due && this.model.tiles.size) return;
    if (this.model.tiles.size && this.model.isCurrent()) return;
    this.arrange({ animate: this.model.tiles.size > 0 });
  }

  arrange({ animate }) {
    if (!this.model.options || !this.box) return;
    const before = new Map([...this.model.tiles].map(([id, { rect }]) => [id, this.rectNow(id, rect)]));
    this.model.arrange(this.box);
    this.known = hub.tickers.size;
    this.arrangedAt = performance.now();
    this.faces.forget();
    if (!this.model.rectOf(this.focused)) this.focused = null;
    this.map.classList.toggle("drilled", this.model.path.length > 0);
    say(this.backWords, this.model.path.length ? `Other: ${this.model.products().length} products` : "");
    const moves = animate && !this.calm.matches && before.size;
    this.motion = moves ? { from: before, start: performance.now() } : null;
    this.markAll();
  }

  resized() {
    const { clientWidth: w, clientHeight: h } = this.canvas;
    if (!w || !h) return;
    this.ratio = devicePixelRatio;
    this.canvas.width = Math.round(w * this.ratio);
    this.canvas.height = Math.round(h * this.ratio);
    this.box = { x: -1, y: -1, w: w + 2, h: h + 2 };
    this.arrange({ animate: false });
    this.everything = true;
    this.paint();
  }

  searched() {
    this.model.options = { ...this.model.options, query: searchText() };
    this.markAll();
  }

  markAll() {
    this.everything = true;
    this.request();
  }

  request() {
    this.frame ||= requestAnimationFrame(() => this.paint());
  }

  paint() {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    if (!this.box || !this.theme || !this.model.options) return;
    const moving = this.motion && performance.now() - this.motion.start < MOVE_MS;
    if (!moving && this.motion) [this.motion, this.everything] = [null, true];
    const all = this.everything || moving;
    this.context.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    if (all) this.clear();
    if (!this.model.tiles.size && !this.model.other) this.paintSkeleton();
    else this.paintTiles(all);
    this.dirty.clear();
    this.everything = false;
    this.record();
    if (moving) this.request();
  }

  clear() {
    this.painted.clear();
    this.context.fillStyle = this.theme.background;
    this.context.fillRect(0, 0, this.canvas.width, this.canvas.height);
  }

  paintTiles(all) {
    const look = this.look();
    const now = hub.now();
    for (const id of all ? this.model.tiles.keys() : this.dirty) {
      const tile = this.model.tiles.get(id);
      if (!tile) continue;
      const face = this.faceOf(id, tile.rect, now);
      const before = this.painted.get(id);
      if (before?.key === face.key) continue;
      paintTile(this.context, this.rectNow(id, tile.rect), face, look);
      this.painted.set(id, face);
      stats.tiles += 1;
    }
    if (this.model.other && (all || this.dirty.has(OTHER))) {
      const face = this.faces.ofOther({ live: this.isLive(), focused: this.focused });
      paintStrip(this.context, this.model.other.rect, face, look);
    }
  }

  look() {
    return { background: this.theme.background, font: this.theme.font, ratio: this.ratio };
  }

  paintSkeleton() {
    const face = this.faces.ofSkeleton();
    for (const { rect } of this.model.skeleton(this.box)) {
      paintTile(this.context, rect, face, this.look());
    }
  }

  faceOf(id, rect, now) {
    return this.faces.of(id, rect, { now, live: this.isLive(), focused: this.focused });
  }

  rectNow(id, to) {
    const from = this.motion?.from.get(id);
    if (!from) return to;
    const t = Math.min(1, (performance.now() - this.motion.start) / MOVE_MS);
    const share = 1 - (1 - t) ** 3;
    const between = (key) => from[key] + (to[key] - from[key]) * share;
    return { x: between("x"), y: between("y"), w: between("w"), h: between("h") };
  }

  record() {
    stats.frames += 1;
    if (this.model.tiles.size) stats.firstPricesAt ||= performance.now();
    if (!this.batchSentAt) return;
    const now = performance.timeOrigin + performance.now();
    stats.latencies.push(now - this.batchSentAt);
    if (stats.latencies.length > PAINTED_KEPT) stats.latencies.shift();
    this.batchSentAt = 0;
  }

  destroy() {
    this.leave.forEach((leave) => leave());
    this.input.end();
    this.observer.disconnect();
    clearInterval(this.timer);
    cancelAnimationFrame(this.frame);
    if (stats.view === this) stats.view = null;
  }
}

/** Streamlit's entry: called at first and again at every change of `data` or theme. */
export async function mount(component) {
  await applySheet(component.parentElement, "heatmap");
  return keepMounted(component, (root) => new HeatmapView(root));
}
