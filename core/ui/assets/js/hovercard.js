/**
 * The card beside the pointer: everything known of one product, live while it is shown.
 *
 * It never takes the pointer, and shows what is unknown as "–".
 */

import { formatAge, formatCompact, formatPrice } from "./format.js";
import { COLOURS, quoteVolume, spreadBasisPoints } from "./measures.js";
import { make, say } from "./mount.js";

const OFFSET = 16;
const ROWS = {
  volume: "Volume 24 h, USD",
  quotes: "Bid / ask",
  spread: "Spread",
  hour: "Change over 1 h",
  open: "Since 00:00 UTC",
  btc: "24 h against BTC",
  unusual: "In own daily σ",
  age: "Last tick",
};

export class HoverCard {
  /** @param {Element} parent positioned; the card stays inside it */
  constructor(parent) {
    this.parent = parent;
    this.node = make("div", "card");
    this.node.setAttribute("aria-hidden", "true");
    const header = make("header");
    header.append((this.title = make("b")), (this.name = make("span")));
    const last = make("div", "last");
    last.append((this.price = make("span", "price")), (this.change = make("span")));
    this.range = make("div", "range");
    this.range.append((this.mark = make("i")));
    const ends = make("div", "ends");
    ends.append((this.low = make("span")), make("span", "", "24 h range"), (this.high = make("span")));
    const list = make("dl");
    this.values = {};
    for (const [key, label] of Object.entries(ROWS)) {
      list.append(make("dt", "", label), (this.values[key] = make("dd")));
    }
    this.node.append(header, last, this.range, ends, list);
    parent.append(this.node);
    this.id = null;
  }

  /**
   * @param {string} id
   * @param {{market: object, options: object, now: number, text: {up: string, down: string}}} context
   * @param {[number, number]} [at] pointer, in the parent's coordinates
   */
  show(id, context, at) {
    const ticker = context.market.tickers.get(id);
    if (!ticker) {
      this.hide();
      return;
    }
    this.id = id;
    this.fill(ticker, context);
    this.node.classList.add("shown");
    if (at) this.place(at);
  }

  hide() {
    this.id = null;
    this.node.classList.remove("shown");
  }

  fill(ticker, { market, options, now, text }) {
    const id = ticker.productId;
    const step = options.increments[id];
    const { format } = COLOURS.day;
    say(this.title, id);
    say(this.name, options.names[id] ?? "");
    say(this.price, formatPrice(ticker.price, step));
    const change = ticker.change24hPercent;
    say(this.change, `${format(change)} 24 h`);
    this.change.style.color = !change ? "" : change > 0 ? text.up : text.down;
    this.fillRange(ticker, step);
    say(this.values.volume, formatCompact(quoteVolume(ticker, undefined, market.tickers)));
    say(this.values.quotes, `${formatPrice(ticker.bestBid, step)} / ${formatPrice(ticker.bestAsk, step)}`);
    const spread = spreadBasisPoints(ticker);
    say(this.values.spread, spread === undefined ? "–" : `${spread.toFixed(spread < 10 ? 2 : 0)} bp`);
    const reference = market.references.get(id);
    for (const mode of ["hour", "open", "btc", "unusual"]) {
      const { value, format: print } = COLOURS[mode];
      say(this.values[mode], print(value(ticker, reference, market.tickers)));
    }
    say(this.values.age, `${formatAge(now - ticker.timestamp)} ago`);
  }

  fillRange({ price, low24h, high24h }, step) {
    say(this.low, formatPrice(low24h, step));
    say(this.high, formatPrice(high24h, step));
    const known = price !== undefined && high24h > low24h;
    this.range.classList.toggle("unknown", !known);
    const share = known ? Math.min(1, Math.max(0, (price - low24h) / (high24h - low24h))) : 0;
    this.mark.style.left = `${(share * 100).toFixed(1)}%`;
  }

  place([x, y]) {
    const room = this.parent.getBoundingClientRect();
    const { offsetWidth: w, offsetHeight: h } = this.node;
    const left = x + OFFSET + w > room.width ? x - OFFSET - w : x + OFFSET;
    const top = y + OFFSET + h > room.height ? y - OFFSET - h : y + OFFSET;
    this.node.style.transform = `translate(${Math.max(0, left)}px, ${Math.max(0, top)}px)`;
  }
}
