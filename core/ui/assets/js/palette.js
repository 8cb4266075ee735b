/**
 * Colours of change: neutral → end of a palette, and the ink that can be read on each.
 *
 * Pure: the page's colours come in as arguments. The curve and the ends were chosen by measuring
 * contrast and colour distance under simulated colour-blindness.
 */

/** Exponent of the ramp: without it a change of 1 % on a scale of ±10 % looks grey. */
const CURVE = 0.72;
const STEPS = 64;
const STALE_FILL = 0.42;
const STALE_INK = 0.66;

/** Fill of a tile, and text, by palette; text has one colour on dark pages and one on light. */
export const PALETTES = Object.freeze({
  "red-green": ends("#16835d", "#c2384a", "#3fb68b", "#f0616d", "#0b7a53", "#c4283b"),
  "red-up": ends("#c2384a", "#16835d", "#f0616d", "#3fb68b", "#c4283b", "#0b7a53"),
  "blue-orange": ends("#2a72c8", "#a85a14", "#6aa5ff", "#f0954a", "#1f62c4", "#b0500a"),
});

/** Fill of a tile without change. */
export const NEUTRAL = Object.freeze({ dark: "#2a313c", light: "#dfe4ea" });

function ends(up, down, upOnDark, downOnDark, upOnLight, downOnLight) {
  const text = { dark: { up: upOnDark, down: downOnDark }, light: { up: upOnLight, down: downOnLight } };
  return Object.freeze({ up, down, text });
}

/**
 * Red, green and blue of "#rrggbb" or "rgb(…)".
 * @param {string} colour
 * @returns {number[]}
 */
export function parseColour(colour) {
  const hex = /^#([0-9a-f]{6})/i.exec(colour.trim());
  if (hex) return [0, 2, 4].map((at) => parseInt(hex[1].slice(at, at + 2), 16));
  const parts = colour.match(/[\d.]+/g)?.slice(0, 3).map(Number);
  return parts?.length === 3 ? parts : [0, 0, 0];
}

/** @param {number[]} rgb */
export function toHex(rgb) {
  return "#" + rgb.map((part) => Math.round(part).toString(16).padStart(2, "0")).join("");
}

/**
 * The colour `share` of the way from one to the other.
 * @param {string} from
 * @param {string} to
 * @param {number} share 0 … 1
 */
export function mix(from, to, share) {
  const [a, b] = [parseColour(from), parseColour(to)];
  return toHex(a.map((part, i) => part + (b[i] - part) * share));
}

/**
 * WCAG contrast of two colours, 1 … 21.
 * @param {string} one
 * @param {string} other
 */
export function contrast(one, other) {
  const [high, low] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (high + 0.05) / (low + 0.05);
}

/**
 * Relative luminance, 0 … 1.
 * @param {string} colour
 */
export function luminance(colour) {
  const [r, g, b] = parseColour(colour).map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/**
 * White where it can be read, else black.
 * @param {string} fill
 */
export function inkOn(fill) {
  return contrast(fill, "#ffffff") >= 4.5 ? "#ffffff" : "#000000";
}

/**
 * How far along the ramp a change lies: 0 … 1.
 * @param {number} value
 * @param {number} span the value at either end of the scale
 */
export function strength(value, span) {
  return Math.min(1, Math.abs(value) / span) ** CURVE;
}

/**
 * Every colour a map needs in one palette and theme.
 * @param {keyof PALETTES} name
 * @param {{dark: boolean, background: string}} theme
 */
export function makeRamp(name, theme) {
  const palette = PALETTES[name] ?? PALETTES["red-green"];
  const neutral = theme.dark ? NEUTRAL.dark : NEUTRAL.light;
  const shades = (end) =>
    Array.from({ length: STEPS + 1 }, (_, i) => shade(mix(neutral, end, i / STEPS), theme.background));
  const up = shades(palette.up);
  const down = shades(palette.down);
  return {
    ...palette,
    neutral,
    text: palette.text[theme.dark ? "dark" : "light"],
    unknown: up[0],
    /** Fill and ink of a change, both as they are and faded for a stale one. */
    at(value, span) {
      if (value === undefined) return up[0];
      const step = Math.round(strength(value, span) * STEPS);
      return (value < 0 ? down : up)[step];
    },
  };
}

function shade(fill, background) {
  const ink = inkOn(fill);
  const staleFill = mix(background, fill, STALE_FILL);
  return { fill, ink, staleFill, staleInk: mix(staleFill, inkOn(staleFill), STALE_INK) };
}
