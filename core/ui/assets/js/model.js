/**
 * The map without its pixels: which products are tiles, where they lie, and what lies where.
 *
 * It keeps still: positions change only with the universe, the room, or a lasting change of sizes.
 */

import { belongs, COLOURS, matchScore, SIZES } from "./measures.js";
import { layout, stableOrder } from "./treemap.js";

/** A tile's area may be this far from what it should be before the map moves. */
const TOLERANCE = 0.12;
export const OTHER = "\u0000other";
const OTHER_HEIGHT = 22;
const OTHER_WIDTH = 120;

/** Sizes that look like a market, for the seconds before there is one. */
const SKELETON = Array.from({ length: 34 }, (_, i) => ({ id: `skeleton-${i}`, size: 1 / (i + 1.2) ** 1.25 }));

export class MapModel {
  /**
   * @param {{tickers: Map<string, object>, references: Map<string, object>}} market
   * @param {(ticker: object, rect: object) => boolean} fits whether a product can be read there
   */
  constructor(market, fits) {
    this.market = market;
    this.fits = fits;
    this.options = null;
    this.box = { x: 0, y: 0, w: 0, h: 0 };
    /** @type {Map<string, {id: string, rect: object}>} in drawing order */
    this.tiles = new Map();
    /** @type {{ids: string[], rect: object}|null} */
    this.other = null;
    /** Products that cannot be sized, such as those without a volume yet. */
    this.unsized = [];
    /** Ids of the opened "other" tiles, the innermost last. */
    this.path = [];
    this._order = [];
    this._sizes = new Map();
  }

  /** Value of the colour mode; undefined when unknown. */
  valueOf(id) {
    const ticker = this.market.tickers.get(id);
    const { value } = COLOURS[this.options.colour];
    return ticker && value(ticker, this.market.references.get(id), this.market.tickers);
  }

  /** Value of the size mode; undefined when unknown. */
  sizeOf(id) {
    const ticker = this.market.tickers.get(id);
    return ticker && SIZES[this.options.size].value(ticker, undefined, this.market.tickers);
  }

  /** Every product of the universe, and of the opened "other" tile if one is open. */
  products() {
    const inside = this.path.length ? new Set(this.path.at(-1)) : null;
    const { universe, stablecoins } = this.options;
    return [...this.market.tickers.values()]
      .filter((t) => !inside || inside.has(t.productId))
      .filter((t) => belongs(universe, t, this.valueOf(t.productId), stablecoins))
      .map((t) => t.productId);
  }

  /** Whether the map as it lies tells the truth, within tolerance. */
  isCurrent() {
    const ids = this.products();
    if (ids.length !== this._sizes.size) return false;
    let [now, then] = [0, 0];
    for (const id of ids) {
      if (!this._sizes.has(id)) return false;
      now += this.sizeOf(id) || 0;
      then += this._sizes.get(id);
    }
    if (!then) return !now;
    // Only what can be seen to be wrong counts: a tile off by a tolerance, and by some pixels.
    const area = this.box.w * this.box.h;
    return ids.every((id) => {
      const [share, before] = [(this.sizeOf(id) || 0) / now, this._sizes.get(id) / then];
      return Math.abs(share - before) * area < 60 || Math.abs(share / before - 1) < TOLERANCE;
    });
  }

  /** Lay everything out anew. */
  arrange(box = this.box) {
    this.box = box;
    const ids = this.products();
    this._sizes = new Map(ids.map((id) => [id, this.sizeOf(id) || 0]));
    this.unsized = ids.filter((id) => !this._sizes.get(id));
    const items = ids.filter((id) => this._sizes.get(id)).map((id) => ({ id, size: this._sizes.get(id) }));
    const ordered = stableOrder(items, this._order);
    this._order = ordered.map(({ id }) => id);
    const made = layout(
      ordered,
      box,
      ({ id }, rect) => this.fits(this.market.tickers.get(id), rect),
      (_, rect) => rect.h >= OTHER_HEIGHT && rect.w >= OTHER_WIDTH,
    );
    this.tiles = new Map(made.tiles.map((tile) => [tile.id, tile]));
    this.other = made.other;
  }

  /** Grey tiles in a plausible arrangement. */
  skeleton(box) {
    return layout(SKELETON, box).tiles;
  }

  /** Open the "other" tile. */
  enterOther() {
    if (this.other) this.path.push([...this.other.ids]);
  }

  /** Close the innermost opened "other" tile; false when none is open. */
  leaveOther() {
    return this.path.pop() !== undefined;
  }

  /** Id of what lies at a point: a product, OTHER, or null. */
  at(x, y) {
    const inside = ({ rect }) =>
      x >= rect.x && x < rect.x + rect.w && y >= rect.y && y < rect.y + rect.h;
    if (this.other && inside(this.other)) return OTHER;
    for (const tile of this.tiles.values()) if (inside(tile)) return tile.id;
    return null;
  }

  rectOf(id) {
    return id === OTHER ? this.other?.rect : this.tiles.get(id)?.rect;
  }

  /** The nearest tile in a direction, as the eye would go; the same one at the edge. */
  neighbour(id, dx, dy) {
    const all = [...this.tiles.values(), ...(this.other ? [{ id: OTHER, rect: this.other.rect }] : [])];
    const from = this.rectOf(id);
    if (!from) return all[0]?.id ?? null;
    const middle = ({ x, y, w, h }) => [x + w / 2, y + h / 2];
    const [fx, fy] = middle(from);
    let [best, distance] = [id, Infinity];
    for (const { id: other, rect } of all) {
      const ahead = dx ? (dx > 0 ? rect.x - from.x - from.w : from.x - rect.x - rect.w)
        : dy > 0 ? rect.y - from.y - from.h : from.y - rect.y - rect.h;
      if (other === id || ahead < -1) continue;
      const [x, y] = middle(rect);
      const aside = dx ? overlapGap(fy, from.h, y, rect.h) : overlapGap(fx, from.w, x, rect.w);
      const score = ahead + aside * 3 + (dx ? Math.abs(y - fy) : Math.abs(x - fx)) * 0.1;
      if (score < distance) [best, distance] = [other, score];
    }
    return best;
  }

  /** Whether a product answers the search; null while there is none. */
  matches(id) {
    const { query, names } = this.options;
    return query ? matchScore(query, id, names[id]) > 0 : null;
  }
}

function overlapGap(a, aSize, b, bSize) {
  return Math.max(0, Math.abs(a - b) - (aSize + bSize) / 2);
}
