/** Small line icons, drawn in the ink of the text around them. */

const PATHS = {
  close: "M6 6l12 12M18 6L6 18",
  widen: "M4 10V4h6M20 14v6h-6M4 4l7 7M20 20l-7-7",
  narrow: "M11 5v6H5M13 19v-6h6M11 11L4 4M13 13l7 7",
  retry: "M20 11a8 8 0 1 0-2.3 6M20 4v7h-7",
  copy: "M9 9h11v11H9zM15 5V4H4v11h1",
  done: "M5 13l4 4L19 7",
  down: "M6 9l6 6 6-6",
  person: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8M5 20c0-4 3-6 7-6s7 2 7 6",
  shield: "M12 3l7 3v5c0 5-3 8-7 10-4-2-7-5-7-10V6z",
  gear: "M4 7h9M19 7h1M4 17h1M11 17h9M16 4.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5M8 14.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5",
  leave: "M10 4H5v16h5M15 8l4 4-4 4M9 12h10",
};

/** @param {keyof PATHS} name */
export function icon(name) {
  const template = document.createElement("template");
  template.innerHTML =
    `<svg class="sp-icon" viewBox="0 0 24 24" aria-hidden="true"><path d="${PATHS[name]}"/></svg>`;
  return template.content.firstElementChild;
}

/** A button that shows only an icon; `label` is what it does, in words. */
export function iconButton(name, label, onClick) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "sp-icon-button";
  setIcon(button, name, label);
  button.addEventListener("click", onClick);
  return button;
}

/** Give a button another icon and meaning. */
export function setIcon(button, name, label) {
  button.replaceChildren(icon(name));
  button.title = label;
  button.ariaLabel = label;
}
