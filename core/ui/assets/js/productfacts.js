/**
 * The figures of one product's day as label and value; what is not known is "–".
 *
 * Pure.
 */

import { formatAge, formatCompact, formatPrice } from "./format.js";

/**
 * @param {object|undefined} ticker
 * @param {{quote: string, increment?: number, now: number}} context now in ms, on the server's clock
 * @returns {[string, string, boolean?][]} true where only a large panel has room for it
 */
export function productFacts(ticker, { quote, increment, now }) {
  const price = (value) => formatPrice(value, increment);
  const { low24h, high24h, low52w, high52w, bestBid, bestAsk, bestBidSize, bestAskSize } = ticker ?? {};
  return [
    ["24 h range", `${price(low24h)} – ${price(high24h)}`],
    ["Volume 24 h", withUnit(formatCompact(quoteVolume(ticker)), quote)],
    ["Bid / ask", `${price(bestBid)} / ${price(bestAsk)}`],
    ["Spread", withUnit(spread(bestBid, bestAsk), "bp")],
    ["Size at bid / ask", `${formatCompact(bestBidSize)} / ${formatCompact(bestAskSize)}`, true],
    ["52 week range", `${price(low52w)} – ${price(high52w)}`, true],
    ["Last tick", ticker ? `${formatAge(Math.max(0, now - ticker.timestamp))} ago` : "–"],
  ];
}

function quoteVolume(ticker) {
  if (ticker?.volume24h === undefined || ticker.price === undefined) return undefined;
  return ticker.volume24h * ticker.price;
}

/** Basis points of the middle; a crossed or half-known book has no spread. */
function spread(bid, ask) {
  if (!(bid > 0) || !(ask >= bid)) return "–";
  const points = ((ask - bid) / ((ask + bid) / 2)) * 1e4;
  return points.toFixed(points < 10 ? 2 : 1);
}

function withUnit(text, unit) {
  return text === "–" ? text : `${text} ${unit}`;
}
