/**
 * The signed-in person at the end of the header line: who it is, ways to their pages, the way out.
 *
 *   Sign out → csrf token of this session → POST /auth/sign-out → the sign-in page
 *
 * It keeps no token: one is asked for at the moment it is needed.
 */

import { icon } from "./icons.js";
import { keepMounted, make, say } from "./mount.js";
import { leave, readSession } from "./signedin.js";

class UserMenu {
  constructor(root) {
    this.button = make("button", "sp-user");
    this.button.type = "button";
    this.name = make("span", "sp-user-name");
    this.button.append(icon("person"), this.name, icon("down"));
    this.panel = make("div", "sp-user-panel");
    this.panel.popover = "auto";
    this.button.popoverTargetElement = this.panel;
    this.panel.addEventListener("beforetoggle", () => this.place());
    this.who = make("strong");
    this.email = make("span", "sp-muted");
    const head = make("p", "sp-user-head");
    head.append(this.who, this.email);
    this.out = this.item("Sign out", "leave", () => this.signOut());
    this.trouble = make("p", "sp-user-trouble");
    this.trouble.role = "alert";
    this.panel.append(
      head,
      this.item("Security", "shield", () => this.go("/security")),
      this.item("Settings", "gear", () => this.go("/settings")),
      this.out,
      this.trouble,
    );
    root.append(this.button, this.panel);
  }

  update({ data }) {
    say(this.name, data.name);
    say(this.who, data.name);
    say(this.email, data.email === data.name ? "" : data.email);
    this.button.ariaLabel = `Signed in as ${data.name}`;
  }

  item(text, name, act) {
    const button = make("button", "sp-user-item", text);
    button.type = "button";
    button.prepend(icon(name));
    button.addEventListener("click", act);
    return button;
  }

  go(path) {
    this.panel.hidePopover();
    const link = document.querySelector(`[data-testid="stTopNavLink"][href$="${path}"]`);
    if (link) link.click();
    else location.assign(path);
  }

  async signOut() {
    this.out.disabled = true;
    say(this.trouble, "");
    try {
      const { csrfToken } = await readSession();
      const headers = { "X-CSRF-Token": csrfToken };
      const answer = await fetch("/auth/sign-out", { method: "POST", headers, redirect: "manual" });
      // A redirect to the sign-in page is an answer too, and a page to be loaded, not fetched.
      if (!answer.ok && answer.type !== "opaqueredirect") throw new Error(`status ${answer.status}`);
      leave("signed-out");
    } catch {
      // Without a session there is nothing left to end, and readSession has left this page.
      say(this.trouble, "Spectra did not answer, so you are still signed in. Try again.");
      this.out.disabled = false;
    }
  }

  place() {
    const { right, bottom } = this.button.getBoundingClientRect();
    this.panel.style.right = `${Math.max(8, innerWidth - right)}px`;
    this.panel.style.top = `${bottom + 6}px`;
  }

  destroy() {
    this.button.remove();
    this.panel.remove();
  }
}

/** Called by the component loader. */
export function mount(component) {
  return keepMounted(component, (root) => new UserMenu(root));
}
