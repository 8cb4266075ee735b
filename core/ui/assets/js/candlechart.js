/**
 * Candles, volume and two moving averages on one chart that follows the live price.
 *
 *   candles once → setData … tick → update of one bar, so zoom and crosshair stay where they are
 *
 * It asks nobody for anything; who owns it feeds it.
 */

import { extendCandle, lastAverage, movingAverage } from "./candleseries.js";
import { formatCompact, formatPercent, formatPrice, timeZone } from "./format.js";
import { make, say } from "./mount.js";
import {
  CandlestickSeries, ColorType, createChart, CrosshairMode, HistogramSeries, LineSeries, LineStyle,
} from "./vendor/lightweight-charts.js";

export const AVERAGES = [20, 50];
const BAR_PX = 5.5;
const AXIS_PX = 60;
const NARROW_PX = 420;
const TIGHT_PX = 260;
const EMPTY_BARS = 2;
const DAY = 86400;

export class CandleChart {
  /** @param {HTMLElement} place an element with a height */
  constructor(place) {
    this.candles = [];
    this.legend = make("div", "sp-legend");
    this.chart = createChart(place, { autoSize: true, layout: { attributionLogo: false, fontSize: 11 } });
    this.volume = this.chart.addSeries(HistogramSeries, {
      priceScaleId: "volume", lastValueVisible: false, priceLineVisible: false,
    });
    this.bars = this.chart.addSeries(CandlestickSeries, { borderVisible: false });
    this.lines = AVERAGES.map(() =>
      this.chart.addSeries(LineSeries, {
        lineWidth: 1, lastValueVisible: false, priceLineVisible: false, crosshairMarkerVisible: false,
      }));
    this.chart.priceScale("volume").applyOptions({ scaleMargins: { top: 0.84, bottom: 0 } });
    this.chart.priceScale("right").applyOptions({ scaleMargins: { top: 0.14, bottom: 0.2 } });
    this.chart.subscribeCrosshairMove((move) => this.drawLegend(move.seriesData?.get(this.bars)));
    place.append(this.legend);
    this.place = place;
  }

  /**
   * @param {{theme: object, colours: {up: string, down: string}, averages: boolean, span: number,
   *   increment?: number}} look
   */
  dress(look) {
    const { theme, colours, averages, span, increment } = look;
    this.look = look;
    this.lineColours = theme.dark ? ["#4fb3c8", "#b7a2f3"] : ["#16849c", "#7c5cd6"];
    this.chart.applyOptions({
      layout: {
        background: { type: ColorType.Solid, color: theme.background },
        textColor: theme.muted, fontFamily: theme.font,
      },
      grid: { vertLines: { visible: false }, horzLines: { color: theme.border } },
      crosshair: { mode: CrosshairMode.Normal },
      rightPriceScale: { borderVisible: false },
      timeScale: { borderVisible: false, timeVisible: span < DAY, secondsVisible: false, rightOffset: EMPTY_BARS,
        tickMarkFormatter: (time, kind) => formatTick(time, kind, span) },
      localization: { locale: "en-US", timeFormatter: (time) => formatMoment(time, span) },
    });
    this.bars.applyOptions({
      upColor: colours.up, wickUpColor: colours.up, downColor: colours.down, wickDownColor: colours.down,
      priceLineStyle: LineStyle.Dashed,
      priceFormat: {
        type: "custom", formatter: (price) => formatPrice(price, increment),
        minMove: increment || 1e-8,
      },
    });
    this.volume.applyOptions({ priceFormat: { type: "custom", formatter: formatCompact } });
    this.lines.forEach((line, i) => line.applyOptions({ color: this.lineColours[i], visible: averages }));
    this.volume.setData(this.candles.map((candle) => this.volumeBar(candle)));
    this.drawLegend();
  }

  /**
   * Draw these candles instead; `fresh` shows the newest ones, else the view stays.
   * @param {import("./candleseries.js").Candle[]} candles
   * @param {{fresh: boolean}} options
   */
  show(candles, { fresh }) {
    const view = fresh ? null : this.viewOf(candles);
    this.candles = candles;
    this.bars.setData(candles);
    this.volume.setData(candles.map((candle) => this.volumeBar(candle)));
    this.lines.forEach((line, i) => line.setData(movingAverage(candles, AVERAGES[i])));
    if (fresh) this.showNewest();
    if (view) this.chart.timeScale().setVisibleLogicalRange(view);
    this.drawLegend();
  }

  /** Where the same moments will lie among these candles; the library would jump to the newest. */
  viewOf(candles) {
    const range = this.chart.timeScale().getVisibleLogicalRange();
    const dropped = this.candles.findIndex(({ time }) => time === candles[0]?.time);
    return range && dropped >= 0 ? { from: range.from - dropped, to: range.to - dropped } : null;
  }

  /** Show as many of the newest candles as can be told apart. */
  showNewest() {
    const room = Math.max(100, this.place.clientWidth - AXIS_PX);
    const to = this.candles.length - 1 + EMPTY_BARS;
    this.chart.priceScale("right").applyOptions({ autoScale: true });
    this.chart.timeScale().setVisibleLogicalRange({ from: to - room / BAR_PX, to });
  }

  /**
   * Follow a live price.
   * @param {{price: number, at: number}} tick
   * @returns {boolean} whether it began a new candle
   */
  follow(tick) {
    const last = this.candles.at(-1);
    const candle = extendCandle(last, { ...tick, span: this.look.span });
    if (!candle || (last?.time === candle.time && last.close === candle.close)) return false;
    const isNew = candle.time !== last?.time;
    if (isNew) this.candles.push(candle);
    else this.candles[this.candles.length - 1] = candle;
    this.bars.update(candle);
    this.volume.update(this.volumeBar(candle));
    this.lines.forEach((line, i) => {
      const point = lastAverage(this.candles, AVERAGES[i]);
      if (point) line.update(point);
    });
    if (!this.hovering) this.drawLegend();
    return isNew;
  }

  volumeBar({ time, open, close, volume }) {
    if (volume === undefined || !this.look) return { time };
    const { up, down } = this.look.colours;
    return { time, value: volume, color: `${close < open ? down : up}66` };
  }

  /** Averages always, the figures of one candle while it is pointed at. */
  drawLegend(candle) {
    this.hovering = Boolean(candle);
    const parts = candle ? this.candleFigures(candle) : [];
    const room = !candle || this.place.clientWidth > NARROW_PX;
    if (this.look?.averages && this.candles.length && room) {
      AVERAGES.forEach((length, i) => {
        const point = candle ? averageAt(this.candles, length, candle.time) : lastAverage(this.candles, length);
        const value = this.place.clientWidth < TIGHT_PX ? "" : formatPrice(point?.value, this.look.increment);
        parts.push([`MA ${length} ${value}`, this.lineColours[i]]);
      });
    }
    while (this.legend.childElementCount < parts.length) this.legend.append(make("span"));
    [...this.legend.children].forEach((item, i) => {
      say(item, parts[i]?.[0] ?? "");
      item.style.color = parts[i]?.[1] ?? "";
    });
  }

  candleFigures({ time, open, high, low, close }) {
    const price = (value) => formatPrice(value, this.look.increment);
    const volume = this.candles.findLast((candle) => candle.time === time)?.volume;
    const colour = close < open ? this.look.colours.down : this.look.colours.up;
    return [
      [`O ${price(open)}`], [`H ${price(high)}`], [`L ${price(low)}`], [`C ${price(close)}`],
      [formatPercent((close / open - 1) * 100), colour], [`V ${formatCompact(volume)}`],
    ];
  }

  destroy() {
    this.chart.remove();
    this.legend.remove();
  }
}

function averageAt(candles, length, time) {
  const at = candles.findLastIndex((candle) => candle.time === time);
  return at < 0 ? null : lastAverage(candles.slice(Math.max(0, at + 1 - length), at + 1), length);
}

function formatMoment(time, span) {
  // A day's candle is the venue's day, which is one of UTC, wherever it is read.
  if (span >= DAY) return inZone(time, "UTC", { day: "numeric", month: "short", year: "numeric" });
  const parts = { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZoneName: "short" };
  return inZone(time, timeZone(), parts).replace(",", "").replace("GMT", "UTC");
}

/** What stands under the chart; `kind` is the library's TickMarkType. */
function formatTick(time, kind, span) {
  const parts = [{ year: "numeric" }, { month: "short" }, { day: "numeric" }][kind];
  const clock = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  return inZone(time, span < DAY ? timeZone() : "UTC", parts ?? clock);
}

function inZone(time, zone, parts) {
  return new Date(time * 1000).toLocaleString("en-GB", { ...parts, timeZone: zone });
}
