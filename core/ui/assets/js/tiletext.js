/**
 * Which text a tile can carry, and how large: fixed steps of type, never fluid.
 *
 * Pure but for the width of text, which it is told by `width`. It never shrinks below 11 px.
 */

/** Type of a tile: pixels of the symbol, of the lines under it, and of the padding. */
export const LEVELS = Object.freeze([
  { symbol: 26, text: 15, pad: 12 },
  { symbol: 22, text: 15, pad: 10 },
  { symbol: 18, text: 12, pad: 8 },
  { symbol: 15, text: 12, pad: 6 },
  { symbol: 13, text: 11, pad: 5 },
  { symbol: 12, text: 11, pad: 4 },
  { symbol: 11, text: 11, pad: 4 },
]);

const SYMBOL_LINE = 1.18;
const TEXT_LINE = 1.4;
/** Room for a sign even while there is none: type must not change when a price crosses its open. */
const SHORTEST_CHANGE = "−0.00 %";

/** @typedef {{symbol: number, text: number, pad: number, lines: 1|2|3}} Fit */

/**
 * The largest type with all three lines, else with two, else the symbol alone; null when not even that.
 * @param {{w: number, h: number}} rect
 * @param {{symbol: string, price: string, change: string}} words
 * @param {(text: string, weight: number) => number} width in em
 * @returns {Fit|null}
 */
export function fitText(rect, { symbol, price, change }, width) {
  const zeroed = (text) => text.replace(/\d/g, "0");
  const symbolEm = width(symbol, 600);
  const changeEm = Math.max(width(zeroed(change), 600), width(SHORTEST_CHANGE, 600));
  const priceEm = width(zeroed(price), 400);
  for (const lines of [3, 2, 1]) {
    const textEm = lines === 3 ? Math.max(changeEm, priceEm) : lines === 2 ? changeEm : 0;
    const found = LEVELS.find((level) => {
      if (lines === 1 && level.symbol > 15) return false;
      const wide = Math.max(symbolEm * level.symbol, textEm * level.text) + 2 * level.pad;
      return wide <= rect.w && heightOf(level, lines) <= rect.h;
    });
    if (found) return { ...found, lines };
  }
  return null;
}

function heightOf(level, lines) {
  return level.symbol * SYMBOL_LINE + (lines - 1) * level.text * TEXT_LINE + 1.4 * level.pad;
}

/**
 * Baselines of the lines, from the tile's top edge.
 * @param {Fit} fit
 */
export function baselines(fit) {
  const first = fit.pad * 0.7 + fit.symbol * 0.95;
  const second = first + fit.symbol * 0.23 + fit.text * 1.06;
  return [first, second, second + fit.text * TEXT_LINE];
}

/**
 * A cached `width` for one canvas and font.
 * @param {CanvasRenderingContext2D} context
 * @param {string} font family
 */
export function makeRuler(context, font) {
  const widths = new Map();
  return (text, weight) => {
    const key = `${weight}${text}`;
    let found = widths.get(key);
    if (found === undefined) {
      context.font = `${weight} 100px ${font}`;
      found = context.measureText(text).width / 100;
      widths.set(key, found);
    }
    return found;
  };
}
