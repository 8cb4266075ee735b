/**
 * The search box: marks products on the map as one types; Enter opens the best match.
 *
 * The server hears of the text only after a pause, for the table and for the next visit.
 */

import { formatPercent, formatPrice } from "./format.js";
import { hub, subscribe } from "./market.js";
import { findProducts } from "./measures.js";
import { keepMounted, make } from "./mount.js";
import { searchText, setSearchText } from "./searchtext.js";
import { applySheet } from "./sheet.js";

const PAUSE_MS = 350;
const SHOWN = 7;

class SearchBox {
  constructor(root) {
    this.root = root;
    this.frame = make("label", "box");
    this.frame.append(make("i", "glass"), (this.input = make("input")));
    Object.assign(this.input, { type: "search", placeholder: "Search product", spellcheck: false });
    this.input.autocomplete = "off";
    this.input.setAttribute("aria-label", "Search product");
    this.input.setAttribute("role", "combobox");
    this.input.setAttribute("aria-controls", "found");
    this.frame.append(make("kbd", "", "/"));
    this.list = make("ul", "found");
    this.list.id = "found";
    this.list.setAttribute("role", "listbox");
    this.found = [];
    this.chosen = 0;
    this.timer = 0;
    this.input.addEventListener("input", () => this.typed());
    this.input.addEventListener("keydown", (event) => this.pressed(event));
    this.input.addEventListener("focus", () => this.list.classList.add("open"));
    this.input.addEventListener("blur", () => (this.list.classList.remove("open"), this.tell()));
    this.list.addEventListener("pointerdown", (event) => this.picked(event));
    this.slash = (event) => this.focusOnSlash(event);
    document.addEventListener("keydown", this.slash);
    this.leave = subscribe(() => {});
    root.append(this.frame, this.list);
  }

  update({ data, setStateValue, setTriggerValue }) {
    const first = !this.data;
    this.data = data;
    this.send = setStateValue;
    this.trigger = setTriggerValue;
    if (first) {
      this.input.value = data.text;
      this.told = data.text;
      setSearchText(data.text);
    }
    this.draw();
  }

  typed() {
    setSearchText(this.input.value.trim());
    this.chosen = 0;
    this.draw();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.tell(), PAUSE_MS);
  }

  tell() {
    clearTimeout(this.timer);
    if (this.told === searchText()) return;
    this.told = searchText();
    this.send("text", this.told);
  }

  pressed(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && this.found.length) {
      this.chosen = (this.chosen + step + this.found.length) % this.found.length;
      this.draw();
    } else if (event.key === "Enter" && this.found.length) {
      this.open(this.found[this.chosen]);
    } else if (event.key === "Escape") {
      this.input.value = "";
      this.typed();
      this.input.blur();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  picked(event) {
    const row = event.target.closest("li");
    if (!row) return;
    event.preventDefault();
    this.open(row.dataset.id);
  }

  open(id) {
    this.trigger("open", id);
    if (!this.data.keeps) {
      this.input.value = "";
      this.typed();
    }
    this.input.blur();
  }

  focusOnSlash(event) {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
    const target = event.composedPath()[0];
    if (target?.closest?.("input, textarea, select, [contenteditable=true]")) return;
    event.preventDefault();
    this.input.focus();
    this.input.select();
  }

  draw() {
    const text = searchText();
    this.found = text ? findProducts(text, hub.tickers, this.data.names).slice(0, SHOWN) : [];
    this.list.replaceChildren(...this.found.map((id, i) => this.row(id, i === this.chosen)));
    if (text && !this.found.length) this.list.append(make("li", "none", "No product of that name"));
    this.input.setAttribute("aria-expanded", String(Boolean(text)));
  }

  row(id, chosen) {
    const row = make("li", chosen ? "chosen" : "");
    const ticker = hub.tickers.get(id);
    row.dataset.id = id;
    row.setAttribute("role", "option");
    row.setAttribute("aria-selected", String(chosen));
    row.append(
      make("b", "", id),
      make("span", "", this.data.names[id] ?? ""),
      make("span", "number", formatPrice(ticker?.price, this.data.increments[id])),
      make("span", "number", formatPercent(ticker?.change24hPercent)),
    );
    return row;
  }

  destroy() {
    clearTimeout(this.timer);
    document.removeEventListener("keydown", this.slash);
    this.leave();
    setSearchText("");
  }
}

/** Streamlit's entry: called at first and again at every change of `data` or theme. */
export async function mount(component) {
  await applySheet(component.parentElement, "search");
  return keepMounted(component, (root) => new SearchBox(root));
}
