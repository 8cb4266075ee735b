/**
 * Whether this browser is still signed in, and the way to the sign-in page when it is not.
 *
 * In single-user mode the server always answers, so nobody is ever sent away.
 */

const SESSION = "/api/v1/auth/session";

let asking = null;
let leaving = false;

/**
 * Ask the server who this is; without a session it leads to the sign-in page and throws.
 * @returns {Promise<{csrfToken: string}>}
 */
export async function readSession() {
  const answer = await fetch(SESSION, { headers: { accept: "application/json" }, cache: "no-store" });
  if (answer.status === 401) leave("ended");
  if (!answer.ok) throw new Error(`${SESSION}: ${answer.status}`);
  return answer.json();
}

/** Find out in the background whether the session has ended; a server that is down says nothing. */
export function checkSession() {
  asking ??= readSession()
    .catch(() => {})
    .finally(() => (asking = null));
}

/**
 * Go to the sign-in page, and back here afterwards.
 * @param {"ended"|"signed-out"} reason
 */
export function leave(reason) {
  if (leaving) return;
  leaving = true;
  const next = reason === "ended" ? `&next=${encodeURIComponent(location.pathname)}` : "";
  location.assign(`/sign-in?reason=${reason}${next}`);
}
