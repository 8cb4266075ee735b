/**
 * The page's colours and font as a component sees them, read from Streamlit's --st-* variables.
 *
 * It only reads; who draws asks again when the theme may have changed.
 */

import { luminance } from "./palette.js";

/**
 * @param {Element} element inside the component
 * @returns {{dark: boolean, background: string, panel: string, border: string, text: string,
 *   muted: string, accent: string, red: string, font: string, id: string}}
 */
export function readTheme(element) {
  const style = getComputedStyle(element);
  const read = (name, otherwise) => style.getPropertyValue(`--st-${name}`).trim() || otherwise;
  const theme = {
    background: read("background-color", "#0b0e14"),
    panel: read("secondary-background-color", "#151a23"),
    border: read("border-color", "#262d39"),
    text: read("text-color", "#e6eaf0"),
    muted: read("gray-text-color", "#9aa5b4"),
    accent: read("primary-color", "#3d6fe6"),
    red: read("red-color", "#e5586a"),
    font: read("font", "sans-serif"),
  };
  return { ...theme, dark: luminance(theme.background) < 0.4, id: Object.values(theme).join() };
}
