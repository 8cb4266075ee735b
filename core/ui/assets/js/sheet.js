/**
 * Styles of a component, from our own stylesheet: fetched once per tab, shared by every mount.
 *
 * It never puts a stylesheet on the page itself, only inside the component's shadow root.
 */

const sheets = new Map();

/**
 * Apply `/assets/css/<name>.css` inside this root; resolves when it is in force.
 * @param {ShadowRoot} root
 * @param {string} name
 */
export async function applySheet(root, name) {
  if (!sheets.has(name)) sheets.set(name, load(name));
  root.adoptedStyleSheets = [await sheets.get(name)];
}

async function load(name) {
  const answer = await fetch(new URL(`/assets/css/${name}.css`, location.origin));
  const sheet = new CSSStyleSheet();
  await sheet.replace(await answer.text());
  return sheet;
}
