/**
 * Candles as a list that a live price extends, and their moving averages.
 *
 * Pure. Times are seconds since the epoch, as the chart library wants them; a span in which nothing
 * was traded has no candle, and a volume that is not known is absent.
 */

/** @typedef {{time: number, open: number, high: number, low: number, close: number, volume?: number}} Candle */

/**
 * Candles from their wire form.
 * @param {number[][]} rows time, open, high, low, close, volume
 * @returns {Candle[]}
 */
export function readCandles(rows) {
  return rows.map(([time, open, high, low, close, volume]) => ({ time, open, high, low, close, volume }));
}

/**
 * What a live price does to the candles: the last one, changed or new; null when it is too old.
 * @param {Candle|undefined} last
 * @param {{price: number, at: number, span: number}} tick at in ms, span in seconds
 * @returns {Candle|null}
 */
export function extendCandle(last, { price, at, span }) {
  const time = Math.floor(at / 1000 / span) * span;
  if (last && time < last.time) return null;
  if (!last || time > last.time) return { time, open: price, high: price, low: price, close: price };
  return { ...last, high: Math.max(last.high, price), low: Math.min(last.low, price), close: price };
}

/**
 * Simple moving average of the closes; the first `length - 1` candles have none.
 * @param {Candle[]} candles
 * @param {number} length
 * @returns {{time: number, value: number}[]}
 */
export function movingAverage(candles, length) {
  const points = [];
  let sum = 0;
  candles.forEach(({ time, close }, i) => {
    sum += close;
    if (i >= length) sum -= candles[i - length].close;
    if (i >= length - 1) points.push({ time, value: sum / length });
  });
  return points;
}

/** The newest point of the same average, without going over all candles; null if there is none. */
export function lastAverage(candles, length) {
  if (candles.length < length) return null;
  const closes = candles.slice(-length).map(({ close }) => close);
  return { time: candles.at(-1).time, value: closes.reduce((sum, close) => sum + close, 0) / length };
}
