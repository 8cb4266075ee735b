/**
 * The words around the map: legend, count line, the banner of trouble, and what a screen reader hears.
 *
 * It says what is the matter, since when, and what happens next; it never blames the wrong machine.
 */

import { ABSENT, formatAge, formatCompact, formatTime } from "./format.js";
import { COLOURS, SIZES } from "./measures.js";
import { make, say } from "./mount.js";

const SHADES = 11;
const YOUNG_MS = 10000;
/** Pixels of the line under the map, and between the banner and whatever is next to it. */
const FOOT = 24;
const MARGIN = 12;

/** The scale of colour with its ends, and what colour and size measure. */
export class Legend {
  constructor(parent) {
    this.low = make("span");
    this.scale = make("span", "scale");
    this.scale.append(...Array.from({ length: SHADES }, () => make("i")));
    this.high = make("span");
    this.measures = make("span", "measures");
    parent.append(this.low, this.scale, this.high, this.measures);
  }

  draw(options, ramp) {
    const { span, ends, legend } = COLOURS[options.colour];
    say(this.low, `−${span} ${ends}`);
    say(this.high, `+${span} ${ends}`);
    const middle = (SHADES - 1) / 2;
    [...this.scale.children].forEach((shade, i) => {
      shade.style.background = ramp.at(((i - middle) / middle) * span, span).fill;
    });
    say(this.measures, `colour: ${legend} · size: ${SIZES[options.size].legend}`);
    this.measures.title = this.measures.textContent;
  }
}

/**
 * How many products there are and how fresh: "83 products · 97.6 % younger than 10 s · updates/s 43".
 * @param {object} hub
 * @param {string[]} ids products of the map
 * @param {boolean} live
 */
export function countLine(hub, ids, live) {
  if (!ids.length) return "";
  const now = hub.now();
  const young = ids.filter((id) => now - hub.tickers.get(id).timestamp < YOUNG_MS).length;
  const noun = ids.length === 1 ? "product" : "products";
  const fresh = `${((young / ids.length) * 100).toFixed(1)} % younger than 10 s`;
  const perSecond = hub.updatesPerSecond();
  const known = perSecond === undefined ? ABSENT : Math.round(perSecond);
  const rate = live ? `updates/s ${known}` : "no updates";
  return `${ids.length} ${noun} · ${fresh} · ${rate}`;
}

/** Line of the "other" tile, from the longest to the shortest. */
export function otherWords(count, volume, change, colour, matching) {
  const products = `Other: ${count} product${count === 1 ? "" : "s"}`;
  const found = matching ? ` · ${matching} found inside` : "";
  const middle = change === undefined ? "" : ` · median ${COLOURS[colour].format(change)}`;
  return [
    `${products} · ${formatCompact(volume)}${middle}${found}`,
    `${products}${found}`,
    products,
    `Other: ${count}`,
  ];
}

/** The banner at the bottom left, over the empty part of a big tile. */
export class Banner {
  /** @param {{retry: () => void, reconnect: () => void}} actions */
  constructor(parent, actions) {
    this.node = make("div", "banner");
    this.node.setAttribute("role", "status");
    this.title = make("b");
    this.words = make("span");
    this.button = make("button");
    this.button.type = "button";
    this.button.addEventListener("click", () => this.act());
    this.actions = actions;
    this.node.append(this.title, this.words, this.button);
    parent.append(this.node);
  }

  act() {
    if (this.unreachable) this.actions.reconnect();
    else this.actions.retry();
    this.pressedAt = Date.now();
    this.button.disabled = true;
  }

  draw(hub) {
    const trouble = troubleOf(hub);
    this.node.classList.toggle("shown", trouble !== null);
    if (!trouble) return;
    this.unreachable = trouble.unreachable;
    this.node.classList.toggle("waiting", Boolean(trouble.waiting));
    say(this.title, trouble.title);
    say(this.words, trouble.words);
    say(this.button, trouble.action ?? "");
    this.button.hidden = !trouble.action;
    this.button.disabled = Date.now() - (this.pressedAt ?? 0) < 1000;
    this.node.title = hub.status?.reason ?? "";
  }

  /** Stand above the "other" tile's words rather than on them. */
  keepClearOf(rect, canvas) {
    const covers = rect && rect.x < MARGIN + this.node.offsetWidth;
    const above = covers ? canvas.clientHeight - rect.y : 0;
    this.node.style.bottom = `${FOOT + MARGIN + above}px`;
  }
}

/**
 * What is wrong with the market data, in words; null when nothing is.
 * @param {object} hub
 * @returns {{title: string, words: string, action?: string, unreachable: boolean, waiting?: boolean}|null}
 */
export function troubleOf(hub) {
  const { status, tickers } = hub;
  const asOf = tickers.size
    ? `prices as of ${formatTime(status?.lastMessageAt ?? hub.lastSentAt)}`
    : "no prices yet";
  if (!hub.serverReachable) {
    const words = `${asOf} · trying again`;
    return { title: "Spectra itself does not answer", words, action: "Try now", unreachable: true };
  }
  if (!status || status.state === "connected") {
    if (tickers.size) return null;
    return { title: "Waiting for the first prices", words: status?.source ?? "", unreachable: false, waiting: true };
  }
  if (!tickers.size && status.state === "connecting" && status.attempt <= 1) {
    return { title: "Connecting to the market", words: status.source, unreachable: false, waiting: true };
  }
  // Without any price the guidance card speaks for the whole page.
  if (!tickers.size) return null;
  const wait = status.retryAt === undefined ? 0 : status.retryAt - hub.now();
  const next = wait > 0 ? `retry ${status.attempt} in ${Math.ceil(wait / 1000)} s` : `retry ${status.attempt} under way`;
  return { title: "Market feed disconnected", words: `${asOf} · ${next}`, action: "Retry now", unreachable: false };
}

/** One sentence on a product for a screen reader. */
export function describeProduct(model, id, now) {
  const { options, market } = model;
  const ticker = market.tickers.get(id);
  const { format, legend } = COLOURS[options.colour];
  const name = options.names[id] ?? "";
  const age = formatAge(now - ticker.timestamp);
  return `${id} ${name}, ${format(model.valueOf(id))}, ${legend}, last tick ${age} ago. Enter opens it.`;
}

/** One sentence on the whole market for a screen reader. */
export function describeMarket(summary, options) {
  if (!summary.products) return "No prices yet.";
  const { legend } = COLOURS[options.colour];
  const middle = COLOURS[options.colour].format(summary.median);
  return `${summary.products} products, ${legend}: ${summary.up} up, ${summary.down} down, median ${middle}.`;
}

