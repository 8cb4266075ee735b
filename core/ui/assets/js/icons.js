/** Small line icons, drawn in the ink of the text around them. */

const PATHS = {
  close: "M6 6l12 12M18 6L6 18",
  widen: "M4 10V4h6M20 14v6h-6M4 4l7 7M20 20l-7-7",
  narrow: "M11 5v6H5M13 19v-6h6M11 11L4 4M13 13l7 7",
  retry: "M20 11a8 8 0 1 0-2.3 6M20 4v7h-7",
  copy: "M9 9h11v11H9zM15 5V4H4v11h1",
  done: "M5 13l4 4L19 7",
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
