/**
 * Pointer and keyboard on the map: hover card, click to open, arrows to move, Escape to go back.
 */

import { describeProduct } from "./mapnotes.js";
import { hub } from "./market.js";
import { OTHER } from "./model.js";

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export class MapInput {
  /** @param {object} view the heatmap this acts on */
  constructor(view) {
    this.view = view;
    const { canvas, back } = view;
    canvas.addEventListener("pointermove", (event) => this.hovered(event));
    canvas.addEventListener("pointerleave", () => view.card.hide());
    canvas.addEventListener("click", (event) => this.open(this.at(event)));
    canvas.addEventListener("keydown", (event) => this.pressed(event));
    canvas.addEventListener("blur", () => this.focus(null));
    back.addEventListener("click", () => this.leaveOther());
    this.abort = new AbortController();
    document.addEventListener("keydown", (event) => this.escaped(event), { signal: this.abort.signal });
  }

  at(event) {
    return this.view.model.at(event.offsetX, event.offsetY);
  }

  hovered(event) {
    const id = this.at(event);
    const { card, canvas } = this.view;
    if (!id || id === OTHER) card.hide();
    else card.show(id, this.context(), [event.offsetX, event.offsetY + canvas.offsetTop]);
  }

  refreshCard() {
    this.view.card.show(this.view.card.id, this.context());
  }

  context() {
    const { model, ramp } = this.view;
    return { market: hub, options: model.options, now: hub.now(), text: ramp.text };
  }

  open(id) {
    this.view.card.hide();
    if (id === OTHER) this.enterOther();
    else if (id) this.view.trigger("open", id);
  }

  enterOther() {
    this.view.model.enterOther();
    this.moved();
    this.view.back.focus({ preventScroll: true });
  }

  leaveOther() {
    if (!this.view.model.leaveOther()) return false;
    this.moved();
    this.view.canvas.focus({ preventScroll: true });
    return true;
  }

  moved() {
    this.view.card.hide();
    this.focus(null);
    this.view.map.classList.toggle("drilled", this.view.model.path.length > 0);
    this.view.resized();
  }

  focus(id) {
    const { view } = this;
    const before = view.focused;
    view.focused = id;
    for (const each of [before, id]) if (each) view.dirty.add(each);
    view.request();
    if (id === OTHER) view.said.textContent = `Other, ${view.model.other.ids.length} products. Enter opens it.`;
    else if (id) view.said.textContent = describeProduct(view.model, id, hub.now());
  }

  pressed(event) {
    const step = ARROWS[event.key];
    const { view } = this;
    if (step) {
      const from = view.focused ?? view.model.options.selected;
      this.focus(view.focused || !from ? view.model.neighbour(from, ...step) : from);
    } else if ((event.key === "Enter" || event.key === " ") && view.focused) this.open(view.focused);
    else return;
    event.preventDefault();
  }

  escaped(event) {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    const inside = event.composedPath().includes(this.view.map);
    if (inside && this.leaveOther()) return;
    if (this.view.model.options.selected && !inputOf(event)) this.view.trigger("close", Date.now());
  }

  end() {
    this.abort.abort();
  }
}

function inputOf(event) {
  return event.composedPath()[0]?.closest?.("input, textarea, [role=listbox], [role=dialog]");
}
