/**
 * Closes Streamlit's own dialog about a lost server: it would cover what the header and the map say
 * in Spectra's words, and what somebody is typing. It leaves every other dialog alone.
 */

const THEIRS = "Streamlit server is not responding";

function close() {
  for (const dialog of document.querySelectorAll('body > [data-testid="stDialog"]')) {
    if (!dialog.textContent.includes(THEIRS)) continue;
    dialog.style.visibility = "hidden"; // until its own way of closing has come to an end
    dialog.querySelector('button[aria-label="Close"]')?.click();
  }
}

export function closeInterruptions() {
  new MutationObserver(close).observe(document.body, { childList: true });
}
