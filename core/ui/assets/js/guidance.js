/**
 * The first screen when there is no market: what Spectra is, why it is empty, and the way on.
 *
 *   hub → nothing to show? → card; the first price takes it away
 *
 * It floats over the empty map, so nothing moves when it comes or goes.
 */

import { feedReason, feedState, nextAttempt } from "./feedwords.js";
import { icon, iconButton, setIcon } from "./icons.js";
import { hub, subscribe } from "./market.js";
import { keepMounted, make, say } from "./mount.js";

const EVERY_MS = 250;
const COPIED_MS = 2_000;
/** A start that works is quicker than this, and should not flash a card about one that does not. */
const PATIENCE_MS = 1_500;

class Guidance {
  constructor(root, { data }) {
    this.data = data;
    this.since = Date.now();
    this.card = make("section", "sp-guidance");
    this.card.hidden = true;
    this.card.ariaLabel = "Getting started";
    this.card.append(
      make("h2", "", "Spectra shows the whole market on one live map"),
      make("p", "sp-muted", "Every product is a tile: its size is what is traded, its colour how it moves. " +
        "No account or key is needed for prices."),
      this.buildStatus(), this.buildWay(), this.buildChecks(),
    );
    root.append(this.card);
    this.end = subscribe(() => this.draw());
    this.timer = setInterval(() => this.draw(), EVERY_MS);
  }

  buildStatus() {
    this.glyph = make("span", "sp-status-glyph");
    this.glyph.ariaHidden = "true";
    this.word = make("strong");
    this.reason = make("p");
    this.next = make("p", "sp-muted");
    this.retry = make("button", "sp-button", "Try now");
    this.retry.type = "button";
    this.retry.prepend(icon("retry"));
    this.retry.addEventListener("click", () => this.tryNow());
    this.status = make("div", "sp-guidance-status sp-status-colours");
    const words = make("div");
    const line = make("p");
    line.append(this.word);
    words.append(line, this.reason, this.next);
    words.role = "status";
    this.status.append(this.glyph, words, this.retry);
    return this.status;
  }

  buildWay() {
    this.way = make("p", "sp-guidance-way");
    this.command = make("code");
    const copy = iconButton("copy", "Copy the command", () => this.copy(copy));
    this.box = make("div", "sp-command");
    this.box.append(this.command, copy);
    const part = make("div");
    part.append(this.way, this.box);
    return part;
  }

  buildChecks() {
    this.checks = make("dl", "sp-facts");
    const rows = [
      ["This machine", "is it online, and can it look up names?"],
      ["Proxy or firewall", "are WebSockets (wss, port 443) let through?"],
      ["Address", "is SPECTRA_COINBASE_WS_URL set, and right?"],
    ];
    for (const [label, value] of rows) this.checks.append(make("dt", "", label), make("dd", "", value));
    return this.checks;
  }

  update({ data, setTriggerValue }) {
    this.data = data;
    this.trigger = setTriggerValue;
    this.draw();
  }

  tryNow() {
    if (hub.serverReachable) this.trigger("retry", Date.now());
    else hub.reconnectNow();
  }

  async copy(button) {
    await navigator.clipboard.writeText(this.command.textContent);
    setIcon(button, "done", "Copied");
    setTimeout(() => setIcon(button, "copy", "Copy the command"), COPIED_MS);
  }

  draw() {
    const { state, glyph, word } = feedState(hub);
    const waiting = hub.tickers.size === 0 && !(state === "connected" && hub.status);
    const hidden = !waiting || Date.now() - this.since < PATIENCE_MS;
    if (this.card.hidden !== hidden) this.card.hidden = hidden;
    if (hidden) return;
    const source = hub.status?.source;
    this.status.dataset.state = state;
    say(this.glyph, glyph);
    say(this.word, source && hub.serverReachable ? `${word.replace("…", "")} · ${source}` : word);
    say(this.reason, feedReason(hub) || "Waiting for the first answer.");
    say(this.next, `Next attempt ${nextAttempt(hub)}.`);
    this.drawWay();
  }

  drawWay() {
    const gone = !hub.serverReachable;
    const demo = this.data.demo && !gone;
    this.box.hidden = demo;
    this.checks.hidden = gone || demo;
    say(this.command, gone && !this.data.demo ? this.data.start : this.data.startDemo);
    const own = "To see it at work without a network, stop this copy and start its demo market:";
    say(this.way, gone ? "Start the server again:" : demo ? "The demo market is starting." : own);
  }

  destroy() {
    clearInterval(this.timer);
    this.end();
    this.card.remove();
  }
}

/** Called by the component loader. */
export function mount(component) {
  return keepMounted(component, (root) => new Guidance(root, component));
}
