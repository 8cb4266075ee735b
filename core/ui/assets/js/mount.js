/**
 * Keeps one live object per place on the page, however often Streamlit calls its component.
 *
 * Streamlit calls `mount` again whenever data or theme change, drops the clean-up function of all
 * calls but the last, and may run an earlier one late; only the newest call may end the object.
 * When a run is cut short by the next click it also ends a component and begins it again in the same
 * place, so an end is carried out only if no beginning follows it.
 */

const GRACE_MS = 300;
const places = new WeakMap();

/**
 * @param {object} component what Streamlit hands to a component's module
 * @param {(root: Element, component: object) => {update(component: object): void, destroy(): void}}
 *   create called once per place
 * @returns {() => void} clean-up
 */
export function keepMounted(component, create) {
  const root = component.parentElement;
  let place = places.get(root);
  if (!place) {
    const others = new Set(root.childNodes);
    place = { live: create(root, component), turn: 0, ending: 0, others };
    places.set(root, place);
  }
  clearTimeout(place.ending);
  const turn = ++place.turn;
  place.live.update(component);
  return () => {
    if (place.turn === turn) place.ending = setTimeout(() => end(root, place), GRACE_MS);
  };
}

function end(root, place) {
  places.delete(root);
  place.live.destroy();
  for (const node of [...root.childNodes]) if (!place.others.has(node)) node.remove();
}

/**
 * Make an element: `make("td", "sp-number", "1.23")`; text is only ever text, never HTML.
 * @param {string} tag
 * @param {string} [className]
 * @param {string} [text]
 */
export function make(tag, className = "", text = "") {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text) element.textContent = text;
  return element;
}

/** Set an element's text only when it differs: an unchanged line costs no layout. */
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
