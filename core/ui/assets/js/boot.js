/**
 * Runs before Streamlit's own script: dark by default, and the user's choice on every page.
 *
 * Streamlit keeps the chosen theme per address ("stActiveTheme-/heatmap-v2" = "\"Light\""), so a
 * choice made on one page would be forgotten on the next. Here one key holds it for all of them. It
 * never overrules a choice and survives a browser that forbids storage. Also leads on to the sign-in
 * page who comes back to a page after signing out.
 */
(() => {
  const OURS = "spectra.theme";
  const THEIRS = `stActiveTheme-${location.pathname}-v2`;
  const DARK = JSON.stringify("Dark");

  function isDark(choice) {
    if (choice.includes("Light")) return false;
    return choice.includes("Dark") || matchMedia("(prefers-color-scheme: dark)").matches;
  }

  let choice = DARK;
  try {
    choice = localStorage.getItem(OURS) ?? localStorage.getItem(THEIRS) ?? DARK;
    localStorage.setItem(THEIRS, choice);
    addEventListener("pagehide", () => {
      const now = localStorage.getItem(THEIRS);
      if (now && now !== choice) localStorage.setItem(OURS, now);
    });
  } catch {
    // Storage is off: dark this time too, for the first paint at least.
  }
  // Colours the blank page until Streamlit draws over it: no white flash in a dark room.
  document.documentElement.dataset.spectraTheme = isDark(choice) ? "dark" : "light";

  // Going back takes this page from the browser's cache, past the gate: after signing out Streamlit
  // would wait for a server that refuses it, for ever.
  const way = performance.getEntriesByType("navigation")[0]?.type ?? "navigate";
  const here = location.pathname;
  if (way === "back_forward" && !here.startsWith("/sign-in") && !here.startsWith("/auth/")) {
    fetch("/api/v1/auth/session", { cache: "no-store" }).then(
      ({ status }) => {
        if (status === 401) location.replace(`/sign-in?next=${encodeURIComponent(here)}`);
      },
      () => {},
    );
  }
})();
