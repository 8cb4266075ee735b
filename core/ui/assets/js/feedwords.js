/**
 * The feed's state in the glyphs, words and figures that every page uses for it.
 *
 * Pure: the hub comes in as an argument. What is not known is "–", never 0.
 */

import { formatAge, formatCount, formatTime } from "./format.js";

const STATES = {
  connected: { glyph: "●", word: "Connected" },
  connecting: { glyph: "◐", word: "Connecting…" },
  disconnected: { glyph: "○", word: "Disconnected" },
};
const LOST_SERVER = "This page has lost contact with Spectra's server; is it still running?";

/**
 * State as the reader of this page has it: no server means no market, whatever it said last.
 * @param {{status: object|null, serverReachable: boolean}} hub
 * @returns {{state: string, glyph: string, word: string}}
 */
export function feedState(hub) {
  let state = hub.status?.state ?? "connecting";
  if (!hub.serverReachable) state = "disconnected";
  return { state, ...(STATES[state] ?? STATES.connecting) };
}

/** Why there is no connection, as a sentence; "" when there is one. */
export function feedReason(hub) {
  if (!hub.serverReachable) return LOST_SERVER;
  return feedState(hub).state === "connected" ? "" : sentence(hub.status?.reason ?? "");
}

/** When the next attempt starts: "in 4 s", "now", "–". */
export function nextAttempt(hub) {
  if (!hub.serverReachable) return "in a few seconds";
  const { state } = feedState(hub);
  if (state === "connecting") return "under way";
  if (hub.status?.retryAt === undefined) return "–";
  const wait = Math.ceil((hub.status.retryAt - hub.now()) / 1000);
  return wait > 0 ? `in ${wait} s` : "now";
}

/** Age of the newest tick of any product, ms; undefined before the first. */
export function newestTickAge(hub) {
  let newest = -Infinity;
  for (const ticker of hub.tickers.values()) newest = Math.max(newest, ticker.timestamp);
  return Number.isFinite(newest) ? Math.max(0, hub.now() - newest) : undefined;
}

/**
 * Everything worth knowing about the feed, as label and value.
 * @returns {[string, string][]}
 */
export function feedFacts(hub) {
  const status = hub.status ?? {};
  const facts = [
    ["Source", status.source ?? "–"],
    ["State since", formatTime(status.sinceAt)],
    ["Newest tick", ago(newestTickAge(hub))],
    ["Messages per second", rate(status.messagesPerSecond)],
    ["Products", products(hub)],
    ["Reconnects", formatCount(status.reconnects)],
    ["Gaps healed", formatCount(status.gaps)],
    ["Refused values", formatCount(status.rejected)],
  ];
  const missing = status.missingProducts ?? [];
  if (missing.length) facts.push(["Not offered", missing.join(", ")]);
  if (feedState(hub).state !== "connected") facts.push(["Next attempt", nextAttempt(hub)]);
  return facts;
}

/** "0.2 s ago", or "–" for an age that is not known. */
export function ago(age) {
  return age === undefined ? "–" : `${formatAge(age)} ago`;
}

function rate(value) {
  return value === undefined ? "–" : value.toFixed(value < 10 ? 1 : 0);
}

function products(hub) {
  const asked = hub.status?.products;
  return asked === undefined ? "–" : `${hub.tickers.size} of ${asked} priced`;
}

function sentence(text) {
  if (!text) return "";
  const start = text[0].toUpperCase() + text.slice(1);
  return /[.!?]$/.test(start) ? start : `${start}.`;
}
