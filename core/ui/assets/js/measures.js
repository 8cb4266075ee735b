/**
 * What a tile's colour and size measure, which products are shown, and the figures beside the map.
 *
 * Pure: tickers and references in, numbers out. What is unknown stays undefined, never zero.
 */

import { formatPercent, formatSigma } from "./format.js";

/** The product every other one can be compared with. */
export const BENCHMARK = "BTC-USD";

const DOLLARS = new Set(["USD", "USDC", "USDT"]);
/** How many basis points there are in a whole. */
const BASIS_POINTS = 10000;

/**
 * Colour modes: how a value is made, what the legend and the lists call it, and where the scale ends.
 * @type {Record<string, {value: Function, legend: string, short: string, span: number,
 *   ends: string, format: (value: number|undefined) => string}>}
 */
export const COLOURS = Object.freeze({
  day: mode((t) => t.change24hPercent, "change over 24 h", "24 h", 10),
  hour: mode((t, r) => since(t.price, r?.price1hAgo), "change over 1 h", "1 h", 3),
  open: mode((t, r) => since(t.price, r?.openToday), "change since 00:00 UTC", "since 00:00", 10),
  btc: mode(againstBitcoin, "24 h change against BTC", "vs BTC", 10),
  unusual: {
    ...mode(unusual, "24 h change in this coin's own daily σ", "σ", 3),
    ends: "σ",
    format: formatSigma,
  },
});

/** Size modes. */
export const SIZES = Object.freeze({
  volume: { value: quoteVolume, legend: "volume 24 h" },
  equal: { value: () => 1, legend: "equal" },
});

function mode(value, legend, short, span) {
  return { value, legend, short, span, ends: "%", format: formatPercent };
}

function since(price, before) {
  return price === undefined || !(before > 0) ? undefined : (price / before - 1) * 100;
}

function againstBitcoin(ticker, _, tickers) {
  const own = ticker.change24hPercent;
  const benchmark = tickers.get(BENCHMARK)?.change24hPercent;
  if (own === undefined || benchmark === undefined) return undefined;
  return ((1 + own / 100) / (1 + benchmark / 100) - 1) * 100;
}

function unusual(ticker, reference) {
  const [change, sigma] = [ticker.change24hPercent, reference?.daySigmaPercent];
  return change === undefined || !(sigma > 0) ? undefined : change / sigma;
}

/**
 * Value traded in 24 h, in dollars; undefined where the quote currency has no dollar price.
 * @param {object} ticker
 * @param {object} [_]
 * @param {Map<string, object>} tickers
 */
export function quoteVolume(ticker, _, tickers) {
  const { price, volume24h, productId } = ticker;
  if (price === undefined || volume24h === undefined) return undefined;
  const quote = productId.slice(productId.lastIndexOf("-") + 1);
  const dollars = DOLLARS.has(quote) ? 1 : tickers.get(`${quote}-USD`)?.price;
  return dollars === undefined ? undefined : price * volume24h * dollars;
}

/**
 * Distance of the best ask from the best bid in basis points of their middle.
 * @param {object} ticker
 */
export function spreadBasisPoints({ bestBid, bestAsk }) {
  if (!(bestBid > 0) || !(bestAsk > 0)) return undefined;
  return ((bestAsk - bestBid) / ((bestAsk + bestBid) / 2)) * BASIS_POINTS;
}

/**
 * Whether a universe shows this product.
 * @param {string} universe all, gainers, losers or no-stablecoins
 * @param {object} ticker
 * @param {number|undefined} value of the colour mode
 * @param {Set<string>} stablecoins base currencies
 */
export function belongs(universe, ticker, value, stablecoins) {
  if (universe === "gainers") return value > 0;
  if (universe === "losers") return value < 0;
  return universe !== "no-stablecoins" || !stablecoins.has(ticker.symbol);
}

/**
 * How well a product answers a search: 0 not at all, 4 exactly.
 * @param {string} query
 * @param {string} id BASE-QUOTE
 * @param {string} [name]
 */
export function matchScore(query, id, name = "") {
  const wanted = query.trim().toUpperCase();
  if (!wanted) return 0;
  const symbol = id.slice(0, id.lastIndexOf("-"));
  if (symbol === wanted || id === wanted) return 4;
  // The quote currency is in every id: it only counts where the whole id is being typed.
  const own = wanted.includes("-") ? id : symbol;
  if (own.startsWith(wanted)) return 3;
  const words = name.toUpperCase();
  if (words.startsWith(wanted) || words.includes(` ${wanted}`)) return 2;
  return own.includes(wanted) || words.includes(wanted) ? 1 : 0;
}

/**
 * Products that answer a search, the best first.
 * @param {string} query
 * @param {Map<string, object>} tickers
 * @param {Record<string, string>} names
 * @returns {string[]} ids
 */
export function findProducts(query, tickers, names) {
  const volume = (ticker) => quoteVolume(ticker, undefined, tickers) ?? 0;
  return [...tickers.values()]
    .map((ticker) => ({ ticker, score: matchScore(query, ticker.productId, names[ticker.productId]) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || volume(b.ticker) - volume(a.ticker))
    .map(({ ticker }) => ticker.productId);
}

/**
 * Middle value; undefined of nothing.
 * @param {number[]} values
 */
export function median(values) {
  if (!values.length) return undefined;
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/**
 * Breadth, volume, median and the ranking of the products that belong to a universe.
 * @param {{tickers: Map<string, object>, references: Map<string, object>}} market
 * @param {{colour: string, universe: string, stablecoins: Set<string>}} options
 */
export function summarize(market, options) {
  const { value } = COLOURS[options.colour];
  const rows = [];
  let volume = 0;
  for (const ticker of market.tickers.values()) {
    const change = value(ticker, market.references.get(ticker.productId), market.tickers);
    if (!belongs(options.universe, ticker, change, options.stablecoins)) continue;
    volume += quoteVolume(ticker, undefined, market.tickers) ?? 0;
    rows.push({ ticker, change });
  }
  // What is printed as 0.00 counts as flat.
  const known = rows.filter(({ change }) => change !== undefined);
  const up = known.filter(({ change }) => change >= 0.005).length;
  const down = known.filter(({ change }) => change <= -0.005).length;
  const ranked = known.sort((a, b) => b.change - a.change);
  return {
    products: rows.length,
    unknown: rows.length - known.length,
    up,
    down,
    flat: known.length - up - down,
    volume: rows.length ? volume : undefined,
    median: median(known.map(({ change }) => change)),
    gainers: ranked.filter(({ change }) => change > 0),
    losers: ranked.filter(({ change }) => change < 0).reverse(),
  };
}
