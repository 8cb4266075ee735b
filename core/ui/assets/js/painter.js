/**
 * Puts one tile on the canvas: fill, ink, ring. Each tile is painted on its own, over itself.
 *
 * It knows nothing of markets; it is handed what to write and in which colours.
 */

import { baselines } from "./tiletext.js";

const GAP = 2;
const RADIUS = 3;
const HATCH = 7;

/** @typedef {{fill: string, ink: string, ring: string|null, hatched: boolean, fit: object|null,
 *   words: string[], bold?: boolean}} Face */

/**
 * @param {CanvasRenderingContext2D} context in CSS pixels
 * @param {{x: number, y: number, w: number, h: number}} rect
 * @param {Face} face
 * @param {{background: string, font: string, ratio: number}} look
 */
export function paintTile(context, rect, face, look) {
  const box = snap(rect, look.ratio);
  context.fillStyle = look.background;
  context.fillRect(box.x - 1, box.y - 1, box.w + 2, box.h + 2);
  if (box.w <= 0 || box.h <= 0) return;
  context.beginPath();
  context.roundRect(box.x, box.y, box.w, box.h, Math.min(RADIUS, box.w / 2, box.h / 2));
  context.fillStyle = face.fill;
  context.fill();
  if (face.hatched) hatch(context, box, face.ink);
  if (face.ring) paintRing(context, box, face.ring);
  if (face.fit) write(context, box, face, look.font);
}

/** The tile without its half of the gap, on whole device pixels so that edges are sharp. */
function snap({ x, y, w, h }, ratio) {
  const whole = (value) => Math.round(value * ratio) / ratio;
  const left = whole(x + GAP / 2);
  const top = whole(y + GAP / 2);
  return { x: left, y: top, w: whole(x + w - GAP / 2) - left, h: whole(y + h - GAP / 2) - top };
}

function hatch(context, { x, y, w, h }, ink) {
  context.save();
  context.clip();
  context.strokeStyle = ink;
  context.globalAlpha = 0.13;
  context.lineWidth = 1;
  context.beginPath();
  for (let at = -h; at < w; at += HATCH) {
    context.moveTo(x + at, y + h);
    context.lineTo(x + at + h, y);
  }
  context.stroke();
  context.restore();
}

function paintRing(context, { x, y, w, h }, colour) {
  context.strokeStyle = colour;
  context.lineWidth = 2;
  context.beginPath();
  context.roundRect(x + 1, y + 1, Math.max(0, w - 2), Math.max(0, h - 2), RADIUS - 1);
  context.stroke();
}

function write(context, { x, y }, { fit, ink, words }, font) {
  const lines = baselines(fit);
  const left = x + fit.pad - 1;
  context.fillStyle = ink;
  context.textBaseline = "alphabetic";
  words.slice(0, fit.lines).forEach((word, i) => {
    const size = i === 0 ? fit.symbol : fit.text;
    context.font = `${i === 2 ? 400 : 600} ${size}px ${font}`;
    context.fillText(word, left, y - 1 + lines[i]);
  });
}

/**
 * The strip of all that is too small: one line in its middle.
 * @param {CanvasRenderingContext2D} context
 * @param {object} rect
 * @param {Face} face `words` from the longest to the shortest; the first that fits is written
 * @param {{background: string, font: string, ratio: number}} look
 */
export function paintStrip(context, rect, face, look) {
  paintTile(context, rect, { ...face, fit: null }, look);
  context.font = `600 12px ${look.font}`;
  context.fillStyle = face.ink;
  context.textBaseline = "middle";
  const word = face.words.find((text) => context.measureText(text).width <= rect.w - 20);
  if (word) context.fillText(word, rect.x + 12, rect.y + rect.h / 2 + 1);
}
