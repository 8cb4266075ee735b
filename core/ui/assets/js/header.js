/**
 * The market's state in the header line: "● Connected · 0.2 s", with the details behind a click.
 *
 *   hub → state, age → text, four times a second, without a script rerun
 *
 * When Spectra itself has been away it has the page run once more. Its width is reserved in the
 * stylesheet, so nothing beside it moves when the words change.
 */

import { hub, subscribe } from "./market.js";
import { feedFacts, feedReason, feedState, newestTickAge, nextAttempt } from "./feedwords.js";
import { formatAge, writeFor } from "./format.js";
import { closeInterruptions } from "./interruptions.js";
import { keepMounted, make, say } from "./mount.js";

closeInterruptions();

const EVERY_MS = 250;
// What Streamlit shows for as long as its own socket is down.
const OFFLINE = '[data-testid="stConnectionStatus"]';

class FeedStatus {
  constructor(root) {
    this.button = make("button", "sp-status");
    this.button.type = "button";
    this.button.title = "How the market feed is doing";
    this.glyph = make("span", "sp-status-glyph");
    this.glyph.ariaHidden = "true";
    this.word = make("span", "sp-status-word");
    this.word.role = "status";
    this.age = make("span", "sp-status-age");
    this.button.append(this.glyph, this.word, this.age);
    this.panel = make("div", "sp-status-panel");
    this.panel.popover = "auto";
    this.button.popoverTargetElement = this.panel;
    this.panel.addEventListener("beforetoggle", () => this.place());
    root.append(this.button, this.panel);
    this.root = root;
    this.end = subscribe(({ kind }) => {
      if (kind === "link" && !hub.serverReachable) this.wasLost = true;
      if (kind !== "update") this.draw();
    });
    this.timer = setInterval(() => this.draw(), EVERY_MS);
  }

  update({ data, setTriggerValue }) {
    this.trigger = setTriggerValue;
    writeFor(data ?? {});
    this.draw();
  }

  draw() {
    const { state, glyph, word } = feedState(hub);
    this.button.dataset.state = state;
    say(this.glyph, glyph);
    say(this.word, word);
    say(this.age, this.detail(state));
    if (this.panel.matches(":popover-open")) this.drawFacts();
    if (this.wasLost && hub.serverReachable && !document.querySelector(OFFLINE)) this.runAgain();
  }

  /** A restarted server has not run this page yet and would ignore the first click on it. */
  runAgain() {
    this.wasLost = false;
    this.trigger?.("returned", Date.now());
  }

  detail(state) {
    const age = newestTickAge(hub);
    if (state === "connected") return age === undefined ? "· no price yet" : `· ${formatAge(age)}`;
    const last = age === undefined ? "" : ` · last tick ${formatAge(age)} ago`;
    return state === "disconnected" ? `· next try ${nextAttempt(hub)}${last}` : last.slice(1);
  }

  drawFacts() {
    const facts = feedFacts(hub);
    const reason = feedReason(hub);
    const labels = facts.map(([label]) => label).join() + Boolean(reason);
    if (labels !== this.labels) {
      this.labels = labels;
      this.values = facts.map(() => make("dd"));
      this.reason = make("p", "sp-status-reason");
      const list = make("dl", "sp-facts");
      facts.forEach(([label], i) => list.append(make("dt", "", label), this.values[i]));
      this.panel.replaceChildren(...(reason ? [this.reason] : []), list);
    }
    say(this.reason, reason);
    facts.forEach(([, value], i) => say(this.values[i], value));
  }

  place() {
    this.drawFacts();
    const { left, bottom } = this.button.getBoundingClientRect();
    this.panel.style.left = `${Math.max(8, left)}px`;
    this.panel.style.top = `${bottom + 6}px`;
  }

  destroy() {
    clearInterval(this.timer);
    this.end();
    this.button.remove();
    this.panel.remove();
  }
}

/** Called by the component loader. */
export function mount(component) {
  return keepMounted(component, (root) => new FeedStatus(root));
}
