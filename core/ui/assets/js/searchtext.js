/**
 * What is being searched for, shared by the search box and the map without asking the server.
 */

const KEY = Symbol.for("spectra.search");
const store = (globalThis[KEY] ??= { text: "", listeners: new Set() });

/** @returns {string} the present text */
export function searchText() {
  return store.text;
}

/** @param {string} text */
export function setSearchText(text) {
  if (store.text === text) return;
  store.text = text;
  for (const listener of [...store.listeners]) listener(text);
}

/**
 * @param {(text: string) => void} listener
 * @returns {() => void} the way out
 */
export function onSearchText(listener) {
  store.listeners.add(listener);
  return () => store.listeners.delete(listener);
}
