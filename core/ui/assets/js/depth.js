/**
 * The order book near the price as two rising steps: what rests to buy, what rests to sell.
 *
 *   data from Python, once a second → canvas
 *
 * Where the venue tells no further prices the curve ends; it never draws a level that was not sent.
 */

import { formatCompact, formatPrice } from "./format.js";
import { keepMounted, make, say } from "./mount.js";
import { PALETTES } from "./palette.js";
import { readTheme } from "./theme.js";

const AXIS_PX = 34;
const LABEL_PX = 16;
const TOP_PX = 4;
const FONT_PX = 11;
const FILL = "26";
const PATIENCE_MS = 6_000;

class DepthChart {
  constructor(root) {
    this.since = Date.now();
    this.box = make("section", "sp-depth");
    this.title = make("p", "sp-depth-title");
    this.canvas = make("canvas");
    this.notice = make("p", "sp-depth-notice");
    const stage = make("div", "sp-depth-stage");
    stage.append(this.canvas, this.notice);
    this.box.append(this.title, stage);
    root.append(this.box);
    this.stage = stage;
    this.resized = new ResizeObserver(() => this.draw());
    this.resized.observe(stage);
    stage.addEventListener("pointermove", ({ offsetX }) => this.point(offsetX));
    stage.addEventListener("pointerleave", () => this.point(undefined));
  }

  update({ data }) {
    if (data.product !== this.data?.product) this.since = Date.now();
    this.data = data;
    this.theme = readTheme(this.box);
    const palette = PALETTES[data.palette] ?? PALETTES["red-green"];
    this.colours = palette.text[this.theme.dark ? "dark" : "light"];
    this.draw();
  }

  point(x) {
    this.pointed = x;
    this.draw();
  }

  draw() {
    const { curve } = this.data;
    say(this.title, this.describe(curve));
    say(this.notice, curve ? "" : this.waiting());
    const { clientWidth: width, clientHeight: height } = this.stage;
    const ratio = devicePixelRatio;
    Object.assign(this.canvas, { width: width * ratio, height: height * ratio });
    if (!curve || !width) return;
    const pen = this.canvas.getContext("2d");
    pen.scale(ratio, ratio);
    pen.font = `${FONT_PX}px ${this.theme.font}`;
    const scale = makeScale(curve, { width: width - AXIS_PX, height: height - LABEL_PX });
    this.drawAxes(pen, curve, scale);
    this.drawSide(pen, curve.bids, scale, this.colours.up, curve.low);
    this.drawSide(pen, curve.asks, scale, this.colours.down, curve.high);
    if (this.pointed !== undefined) this.drawPointer(pen, scale);
  }

  describe(curve) {
    const total = (points) => formatCompact(points.at(-1)?.[1]);
    if (!curve) return `Depth, ±${this.data.percent} %`;
    if (this.pointed === undefined) {
      const { base } = this.data;
      return `Depth, ±${this.data.percent} % · ${total(curve.bids)} | ${total(curve.asks)} ${base}`;
    }
    const found = restingAt(curve, this.priceAt(this.pointed, curve));
    return `${formatPrice(found.price, this.data.increment)} · ${formatCompact(found.size)} ${this.data.base}`;
  }

  waiting() {
    const late = Date.now() - this.since > PATIENCE_MS;
    return late ? "No order book has come yet. Is the market connected?" : "Waiting for the order book…";
  }

  priceAt(x, { low, high }) {
    return low + (Math.min(x / Math.max(1, this.stage.clientWidth - AXIS_PX), 1)) * (high - low);
  }

  drawAxes(pen, { low, high, middle }, { x, y, top, width, height }) {
    pen.fillStyle = this.theme.muted;
    pen.strokeStyle = this.theme.border;
    pen.lineWidth = 1;
    for (const size of [0, top / 2, top]) {
      const line = Math.round(y(size)) + 0.5;
      pen.beginPath();
      pen.moveTo(0, line);
      pen.lineTo(width, line);
      pen.stroke();
      pen.textAlign = "left";
      pen.fillText(formatCompact(size), width + 5, Math.max(line + 4, FONT_PX));
    }
    for (const [price, align] of [[low, "left"], [middle, "center"], [high, "right"]]) {
      pen.textAlign = align;
      pen.fillText(formatPrice(price, this.data.increment), x(price), height + LABEL_PX - 3);
    }
  }

  drawSide(pen, points, { x, y }, colour, end) {
    if (!points.length) return;
    pen.beginPath();
    pen.moveTo(x(points[0][0]), y(0));
    points.forEach(([price, size], i) => {
      pen.lineTo(x(price), y(i ? points[i - 1][1] : 0));
      pen.lineTo(x(price), y(size));
    });
    const last = points.at(-1)[0];
    // The book goes on past its last drawn step when that lies at the edge of the chart.
    const edge = Math.abs(last - end) < Math.abs(points[0][0] - end) / 20 ? end : last;
    pen.lineTo(x(edge), y(points.at(-1)[1]));
    pen.strokeStyle = colour;
    pen.lineWidth = 1.25;
    pen.stroke();
    pen.lineTo(x(edge), y(0));
    pen.fillStyle = colour + FILL;
    pen.fill();
  }

  drawPointer(pen, { width, height }) {
    const at = Math.min(this.pointed, width);
    pen.strokeStyle = this.theme.muted;
    pen.setLineDash([3, 3]);
    pen.beginPath();
    pen.moveTo(at, TOP_PX);
    pen.lineTo(at, height);
    pen.stroke();
    pen.setLineDash([]);
  }

  destroy() {
    this.resized.disconnect();
    this.box.remove();
  }
}

function makeScale({ low, high, bids, asks }, { width, height }) {
  const most = Math.max(bids.at(-1)?.[1] ?? 0, asks.at(-1)?.[1] ?? 0);
  const top = roundUp(most) || 1;
  const x = (price) => ((price - low) / (high - low || 1)) * width;
  const y = (size) => height - (size / top) * (height - TOP_PX);
  return { x, y, top, width, height };
}

/** The next 1, 2, 4, 5 or 10 times a power of ten. */
function roundUp(value) {
  if (!(value > 0)) return 0;
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 4, 5, 10].map((step) => step * power).find((step) => step >= value);
}

/** What rests between the middle and this price. */
function restingAt({ middle, bids, asks }, price) {
  const points = price < middle ? bids : asks;
  const reached = points.filter(([at]) => (price < middle ? at >= price : at <= price));
  return { price, size: reached.at(-1)?.[1] ?? 0 };
}

/** Called by the component loader. */
export function mount(component) {
  return keepMounted(component, (root) => new DepthChart(root));
}
