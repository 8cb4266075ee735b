/**
 * The one live connection of a browser tab to the market, shared by everything drawn in it.
 *
 *   /ws/market → snapshot | update → Maps of the latest → listeners
 *
 * Streamlit reruns and page switches mount and unmount components all the time, so the connection
 * lingers a little after its last listener has gone. When it ends because the session has, it leads
 * to the sign-in page. It never sends anything.
 */

import { checkSession, leave } from "./signedin.js";

const KEY = Symbol.for("spectra.market");
const LINGER_MS = 3000;
const SILENCE_MS = 5000;
const CHECK_MS = 1000;
const BACKOFF_MS = [250, 500, 1000, 2000, 4000, 8000];
const RATE_WINDOW_S = 5;
/** How the server closes the sockets of a session that has ended. */
const SESSION_ENDED = [4401, 1008];

/** @typedef {{kind: "snapshot"|"update"|"status"|"link", changed: string[]}} MarketEvent */

class Hub {
  constructor() {
    /** @type {Map<string, object>} latest ticker of each product */
    this.tickers = new Map();
    /** @type {Map<string, object>} what prices are compared with */
    this.references = new Map();
    /** @type {object|null} status of the server's own feed */
    this.status = null;
    this.serverReachable = true;
    /** Server clock minus browser clock, ms. */
    this.clockOffset = 0;
    this.lastMessageAt = 0;
    /** `sentAt` of the newest message, server ms. */
    this.lastSentAt = 0;
    /** Sockets opened since the page was loaded, and messages received by them. */
    this.socketsOpened = 0;
    this.messages = 0;
    this._listeners = new Set();
    this._socket = null;
    this._seq = -1;
    this._attempt = 0;
    this._counts = [];
    this._countingFrom = Infinity;
    this._timers = { linger: 0, retry: 0, check: 0 };
  }

  /** Server time now, ms since the epoch. */
  now() {
    return Date.now() + this.clockOffset;
  }

  /** Whether what is shown is the market as it is now. */
  isLive() {
    return this.serverReachable && this.status?.state === "connected";
  }

  /** Ticker updates a second over the last few whole seconds; undefined before the first. */
  updatesPerSecond() {
    const second = Math.floor(performance.now() / 1000);
    const from = Math.max(second - RATE_WINDOW_S, this._countingFrom);
    if (from >= second) return undefined;
    const recent = this._counts.filter(([at]) => at < second && at >= from);
    return recent.reduce((sum, [, count]) => sum + count, 0) / (second - from);
  }

  /** Sockets that are not closed: 0 or 1. */
  openSockets() {
    return this._socket ? 1 : 0;
  }

  /** Try the server again at once instead of waiting for the back-off. */
  reconnectNow() {
    if (this._socket) return;
    this._attempt = 0;
    this._connect();
  }

  add(listener) {
    clearTimeout(this._timers.linger);
    this._listeners.add(listener);
    if (!this._timers.check) this._timers.check = setInterval(() => this._check(), CHECK_MS);
    if (!this._socket && !this._timers.retry) this._connect();
    return () => this._remove(listener);
  }

  _remove(listener) {
    if (!this._listeners.delete(listener) || this._listeners.size) return;
    clearTimeout(this._timers.linger);
    this._timers.linger = setTimeout(() => this._close(), LINGER_MS);
  }

  _connect() {
    clearTimeout(this._timers.retry);
    this._timers.retry = 0;
    const url = new URL("/ws/market", location.origin);
    url.protocol = url.protocol.replace("http", "ws");
    const socket = new WebSocket(url);
    this._socket = socket;
    this.socketsOpened += 1;
    this.lastMessageAt = Date.now();
    socket.onmessage = ({ data }) => socket === this._socket && this._receive(data);
    let opened = false;
    socket.onopen = () => (opened = true);
    socket.onclose = ({ code }) => {
      if (socket !== this._socket) return;
      if (SESSION_ENDED.includes(code)) leave("ended");
      // A refused handshake looks like a server that is down, and it can be told apart by asking.
      else if (!opened) checkSession();
      this._lost();
    };
  }

  _receive(text) {
    const message = JSON.parse(text);
    const now = Date.now();
    const first = message.type === "snapshot";
    if (!first && message.seq !== this._seq + 1) {
      this._drop();
      return;
    }
    this._seq = message.seq;
    this._attempt = 0;
    this.messages += 1;
    this.lastMessageAt = now;
    this.lastSentAt = message.sentAt;
    // The quickest message is the best witness of the other clock; forget it slowly.
    const offset = message.sentAt - now;
    this.clockOffset = first ? offset : Math.max(this.clockOffset - 0.01, offset);
    if (first) {
      this.tickers.clear();
      this.references.clear();
    }
    const changed = this._keep(message);
    this._count(message.tickers.length);
    this._setReachable(true);
    this._tell(message.tickers.length || first ? message.type : "status", changed);
  }

  _keep(message) {
    const changed = new Set();
    for (const ticker of message.tickers) {
      this.tickers.set(ticker.productId, ticker);
      changed.add(ticker.productId);
    }
    for (const [id, reference] of Object.entries(message.references ?? {})) {
      this.references.set(id, reference);
      changed.add(id);
    }
    if (message.status) this.status = message.status;
    return [...changed];
  }

  _count(updates) {
    const second = Math.floor(performance.now() / 1000);
    this._countingFrom = Math.min(this._countingFrom, second + 1);
    const last = this._counts.at(-1);
    if (last?.[0] === second) last[1] += updates;
    else this._counts.push([second, updates]);
    if (this._counts.length > RATE_WINDOW_S + 2) this._counts.shift();
  }

  _check() {
    // A sleeping laptop or a dead server: the socket may still look open.
    if (this._socket && Date.now() - this.lastMessageAt > SILENCE_MS) this._drop();
  }

  _drop() {
    const socket = this._socket;
    this._socket = null;
    socket.close();
    this._lost();
  }

  _lost() {
    this._socket = null;
    this._setReachable(false);
    const wait = BACKOFF_MS[Math.min(this._attempt, BACKOFF_MS.length - 1)];
    this._attempt += 1;
    clearTimeout(this._timers.retry);
    this._timers.retry = setTimeout(() => this._connect(), wait * (0.75 + Math.random() / 2));
  }

  _setReachable(reachable) {
    if (this.serverReachable === reachable) return;
    this.serverReachable = reachable;
    this._tell("link", []);
  }

  _tell(kind, changed) {
    for (const listener of [...this._listeners]) listener({ kind, changed });
  }

  _close() {
    if (this._listeners.size) return;
    clearInterval(this._timers.check);
    clearTimeout(this._timers.retry);
    this._timers = { linger: 0, retry: 0, check: 0 };
    const socket = this._socket;
    this._socket = null;
    socket?.close();
  }
}

/** The hub of this tab: one even when this module is loaded twice. */
export const hub = (globalThis[KEY] ??= new Hub());

/**
 * Listen to the market for as long as something shows it.
 * @param {(event: MarketEvent) => void} listener
 * @returns {() => void} unsubscribe
 */
export function subscribe(listener) {
  return hub.add(listener);
}
