/**
 * Small comforts of the sign-in page, which works without them: show the password, notice Caps Lock,
 * say that a form is on its way, and send none twice.
 *
 * It never reads what was typed and never sends anything itself.
 */
(() => {
  const password = document.getElementById("password");
  const show = document.querySelector("[data-show]");
  const caps = document.querySelector("[data-caps]");

  function hide() {
    password.type = "password";
    show.textContent = "Show";
    show.setAttribute("aria-pressed", "false");
  }

  show.hidden = false;
  show.addEventListener("click", () => {
    if (password.type === "text") {
      hide();
    } else {
      password.type = "text";
      show.textContent = "Hide";
      show.setAttribute("aria-pressed", "true");
    }
    password.focus();
  });
  for (const kind of ["keydown", "keyup"]) {
    password.addEventListener(kind, (event) => {
      caps.hidden = !event.getModifierState?.("CapsLock");
    });
  }
  for (const form of document.querySelectorAll("[data-sign-in]")) {
    form.addEventListener("submit", (event) => {
      const button = form.querySelector("[data-busy]");
      if (button.getAttribute("aria-disabled") === "true") {
        event.preventDefault();
        return;
      }
      hide();
      button.dataset.said = button.textContent;
      button.textContent = button.dataset.busy;
      button.setAttribute("aria-disabled", "true");
    });
  }
  // The answer to a form has the form's address: going back or reloading would send it once more.
  if (location.pathname === "/auth/sign-in") {
    const next = document.querySelector("[data-sign-in] [name=next]").value;
    history.replaceState(null, "", `/sign-in?next=${encodeURIComponent(next)}`);
  }
  // Back from the next page: the browser shows this one as it was left.
  addEventListener("pageshow", () => {
    for (const button of document.querySelectorAll("[data-said]")) {
      button.textContent = button.dataset.said;
      button.removeAttribute("aria-disabled");
    }
  });
})();
