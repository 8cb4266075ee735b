/**
 * Numbers as text, the same way everywhere in the browser: "−0.41 %", "0.00001234", "33.4B", "14 s",
 * with the separators and the time zone of the person who reads.
 *
 * Absent is "–" and only zero is zero. It never rounds a small price away.
 */

const MINUS = "\u2212";
export const ABSENT = "–";
const SMALL_DIGITS = 4;
const formats = new Map();
let reader = { locale: "en-US", timeZone: "UTC" };
let clock = clockOf(reader);

/**
 * Write numbers and times for this person from now on.
 * @param {{locale?: string, timeZone?: string}} data BCP 47 tag and IANA name; a browser that does
 *   not know one of them goes on as before
 */
export function writeFor({ locale = "en-US", timeZone = "UTC" }) {
  if (locale === reader.locale && timeZone === reader.timeZone) return;
  const wanted = { locale, timeZone };
  try {
    new Intl.NumberFormat(locale);
    clock = clockOf(wanted);
  } catch {
    return;
  }
  reader = wanted;
  formats.clear();
}

/** The time zone that times are written in. */
export function timeZone() {
  return reader.timeZone;
}

function clockOf({ timeZone }) {
  const parts = { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" };
  return new Intl.DateTimeFormat("en-GB", { ...parts, timeZone, timeZoneName: "short" });
}

function format(decimals) {
  let found = formats.get(decimals);
  if (!found) {
    const options = { minimumFractionDigits: decimals, maximumFractionDigits: decimals, numberingSystem: "latn" };
    found = new Intl.NumberFormat(reader.locale, options);
    formats.set(decimals, found);
  }
  return found;
}

function known(value) {
  return typeof value === "number" && Number.isFinite(value);
}

function signed(text) {
  return text.startsWith("-") ? MINUS + text.slice(1) : text;
}

/**
 * Decimals a step of this size needs: 0.01 → 2, 1 → 0, 0.00000001 → 8.
 * @param {number} increment
 */
export function decimalsOf(increment) {
  const [digits, exponent = "0"] = String(increment).split("e");
  const shown = digits.includes(".") ? digits.split(".")[1].length : 0;
  return Math.min(20, Math.max(0, shown - Number(exponent)));
}

/**
 * A price: to the product's own step, else 2 decimals above 1 and 4 digits below.
 * @param {number|undefined} value
 * @param {number} [increment] step of the price, where it is known
 */
export function formatPrice(value, increment) {
  if (!known(value)) return ABSENT;
  if (increment > 0) return signed(format(decimalsOf(increment)).format(value));
  const size = Math.abs(value);
  if (size === 0 || size >= 1) return signed(format(2).format(value));
  const leading = Math.floor(Math.log10(size));
  return signed(format(Math.min(20, SMALL_DIGITS - 1 - leading)).format(value));
}

/**
 * A change in percent with its sign: "+1.23 %", "−0.41 %", "0.00 %".
 * @param {number|undefined} value
 */
export function formatPercent(value) {
  return withSign(value, " %");
}

/**
 * A distance in standard deviations with its sign: "+1.23 σ".
 * @param {number|undefined} value
 */
export function formatSigma(value) {
  return withSign(value, " σ");
}

function withSign(value, unit) {
  if (!known(value)) return ABSENT;
  const text = format(2).format(Math.abs(value));
  const zero = !/[1-9]/.test(text);
  return (zero ? "" : value > 0 ? "+" : MINUS) + text + unit;
}

/**
 * A large amount in few characters: 33.4B, 1.5M, 820.
 * @param {number|undefined} value
 */
export function formatCompact(value) {
  if (!known(value)) return ABSENT;
  const size = Math.abs(value);
  const [unit, by] =
    [["T", 1e12], ["B", 1e9], ["M", 1e6], ["K", 1e3]].find(([, at]) => size >= at * 0.99995) ?? ["", 1];
  const scaled = value / by;
  const decimals = unit === "" ? (size !== 0 && size < 1 ? 2 : 0) : Math.abs(scaled) >= 99.95 ? 0 : 1;
  return signed(format(decimals).format(scaled)) + unit;
}

/**
 * How old something is: "0.2 s", "14 s", "3 min", "2 h", "5 d".
 * @param {number|undefined} ms
 */
export function formatAge(ms) {
  if (!known(ms)) return ABSENT;
  const seconds = Math.max(0, ms) / 1000;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  if (seconds < 120) return `${Math.floor(seconds)} s`;
  if (seconds < 7200) return `${Math.floor(seconds / 60)} min`;
  return seconds < 172800 ? `${Math.floor(seconds / 3600)} h` : `${Math.floor(seconds / 86400)} d`;
}

/** A whole number with separators: "12,345". */
export function formatCount(value) {
  return known(value) ? format(0).format(value) : ABSENT;
}

/**
 * Time of day with its zone: "14:32:07 UTC", "15:32:07 CET", "18:32:07 UTC+4".
 * @param {number|undefined} ms since the epoch
 */
export function formatTime(ms) {
  return known(ms) ? clock.format(ms).replace("GMT", "UTC") : ABSENT;
}
