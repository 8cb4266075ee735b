/**
 * What each tile shows: colours from its change and age, words from its price, type from its room.
 *
 *   ticker, reference, age, search, selection → fill, ink, ring, words, fit → painter
 *
 * It decides and never paints; what is unknown is hatched and says "–".
 */

import { formatPrice } from "./format.js";
import { otherWords } from "./mapnotes.js";
import { COLOURS, median } from "./measures.js";
import { OTHER } from "./model.js";
import { mix } from "./palette.js";
import { fitText } from "./tiletext.js";

const STALE_MS = 30000;
/** How much is left of a tile that the search does not ask for. */
const FADED = 0.3;
/** "−0.00 %": a shorter change must not get larger type, or tiles would flicker around zero. */
const SHORTEST_CHANGE = 7;

/** @typedef {{now: number, live: boolean, focused: string|null}} Moment */

export class Faces {
  /** @param {object} model the map whose tiles these are */
  constructor(model) {
    this.model = model;
    this.ruler = null;
    this._fits = new Map();
  }

  /** Take on colours and a ruler for text; either may be what it was. */
  dress({ theme, ramp, ruler }) {
    Object.assign(this, { theme, ramp, ruler });
    this.forget();
  }

  /** Measure every text anew: rooms or type have changed. */
  forget() {
    this._fits.clear();
  }

  /** Whether a price is too old to be trusted at a glance. */
  isStale(id, { now, live }) {
    return !live || now - (this.model.market.tickers.get(id)?.timestamp ?? 0) > STALE_MS;
  }

  /**
   * @param {string} id
   * @param {{w: number, h: number}} rect
   * @param {Moment} moment
   */
  of(id, rect, moment) {
    const { span, format } = COLOURS[this.model.options.colour];
    const ticker = this.model.market.tickers.get(id);
    const value = this.model.valueOf(id);
    const stale = this.isStale(id, moment);
    const shade = this.ramp.at(value, span);
    const plain = stale ? [shade.staleFill, shade.staleInk] : [shade.fill, shade.ink];
    const faded = this.model.matches(id) === false;
    const [fill, ink] = faded ? plain.map((c) => mix(this.theme.background, c, FADED)) : plain;
    const words = [ticker?.symbol ?? "", format(value), this._price(ticker)];
    const ring = this._ring(id, moment.focused);
    const fit = this._cachedFit(id, ticker, rect, words);
    const key = [fill, ink, ring, fit?.symbol, fit?.lines, ...words].join("|");
    return { fill, ink, ring, hatched: value === undefined, fit, words, stale, key };
  }

  /** The strip of all that is too small, in one line. */
  ofOther({ live, focused }) {
    const { ids } = this.model.other;
    const { options } = this.model;
    const values = ids.map((id) => this.model.valueOf(id)).filter((value) => value !== undefined);
    const volume = ids.reduce((sum, id) => sum + (this.model.sizeOf(id) ?? 0), 0);
    const found = ids.filter((id) => this.model.matches(id)).length;
    const shownVolume = options.size === "volume" ? volume : undefined;
    const ringed = focused === OTHER || found > 0 || ids.includes(options.selected);
    return {
      fill: mix(this.theme.background, this.theme.panel, live ? 1 : 0.6),
      ink: this.theme.muted,
      ring: ringed ? this.theme.accent : null,
      hatched: false,
      words: otherWords(ids.length, shownVolume, median(values), options.colour, found),
    };
  }

  /** A tile before there is a market. */
  ofSkeleton() {
    const fill = mix(this.theme.background, this.theme.panel, 0.9);
    return { fill, ink: this.theme.muted, ring: null, hatched: false, fit: null, words: [] };
  }

  /** The type a product would get there; null when it could not be read. */
  fit(ticker, rect) {
    if (!ticker || !this.ruler) return null;
    const change = COLOURS[this.model.options.colour].format(this.model.valueOf(ticker.productId));
    const words = { symbol: ticker.symbol, price: this._price(ticker), change };
    return fitText({ w: rect.w - 2, h: rect.h - 2 }, words, this.ruler);
  }

  /** Text is measured anew only when it has grown or shrunk by a character. */
  _cachedFit(id, ticker, rect, [, change, price]) {
    const length = price.length + Math.max(change.length, SHORTEST_CHANGE) * 100;
    const known = this._fits.get(id);
    if (known?.length === length) return known.fit;
    const fit = this.fit(ticker, rect);
    this._fits.set(id, { fit, length });
    return fit;
  }

  _price(ticker) {
    return formatPrice(ticker?.price, this.model.options.increments[ticker?.productId]);
  }

  _ring(id, focused) {
    if (id === this.model.options.selected) return this.theme.dark ? "#ffffff" : "#000000";
    return id === focused || this.model.matches(id) ? this.theme.accent : null;
  }
}
