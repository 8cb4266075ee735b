"""The sign-in page as HTML: a form that works without any script, in Spectra's look.

Pure: words in, one document out. Everything that came from a client is escaped; the password is
never written back.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from pathlib import Path

from core.web.assets import versioned_url

REASONS = {
    "ended": ("note", "Your session has ended. Sign in to go on."),
    "signed-out": ("done", "You are signed out."),
    "password-changed": ("done", "Your password is changed. Sign in with the new one."),
}
"""What `?reason=` may say, and in which tone; any other word says nothing."""

_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta name="color-scheme" content="dark light">
<link rel="icon" href="{icon}">
<link rel="preload" href="/assets/fonts/ibm-plex-sans-latin-wght-normal.woff2" as="font"
  type="font/woff2" crossorigin>
<link rel="stylesheet" href="{plain}">
<link rel="stylesheet" href="{style}">
<script src="{boot}"></script>
<script src="{script}" defer></script>
<title>Sign in · Spectra</title>
</head>
<body>
<div class="mosaic" aria-hidden="true">{mosaic}</div>
<main>
<div class="brand"><img src="/assets/mark.svg" alt="" width="28" height="28"><span class="word"
  role="img" aria-label="Spectra"></span></div>
<h1>Sign in</h1>
{message}
<form method="post" action="/auth/sign-in" data-sign-in>
<input type="hidden" name="next" value="{next}">
<label for="email">E-mail</label>
<input id="email" name="email" type="email" autocomplete="username" required maxlength="254"
  spellcheck="false" autocapitalize="none" value="{email}"{focus_email}>
<label for="password">Password</label>
<div class="secret"><input id="password" name="password" type="password"
  autocomplete="current-password" required maxlength="128"{focus_password}>
<button type="button" data-show hidden aria-pressed="false" aria-controls="password">Show</button>
</div>
<p class="caps" data-caps hidden>Caps Lock is on.</p>
<button class="primary" type="submit" data-busy="Signing in…">Sign in</button>
</form>
{provider}
<p class="help">Accounts are made by whoever runs this server; they can also set a new
password.</p>
</main>
</body>
</html>
"""
_PROVIDER = """<div class="or"><span>or</span></div>
<form method="post" action="/auth/oidc/sign-in" data-sign-in>
<input type="hidden" name="next" value="{next}">
<button class="other" type="submit" data-busy="Opening…">Continue with {name}</button>
</form>"""
_LEAVING = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="referrer" content="no-referrer">
<meta http-equiv="refresh" content="0; url={url}">
<link rel="stylesheet" href="{plain}">
<link rel="stylesheet" href="{style}">
<script src="{boot}"></script>
<title>Signing in · Spectra</title>
</head>
<body><main><p class="help"><a href="{url}">Continue to sign in.</a></p></main></body>
</html>
"""
_TILES = "abcdefghijklmn"


@dataclass(frozen=True, slots=True)
class Message:
    """One sentence above the form; `tone` is note, done or wrong."""

    tone: str
    text: str


def message_of(reason: str) -> Message | None:
    """Return what a reason in the address says, None for words of somebody else."""
    known = REASONS.get(reason)
    return Message(*known) if known else None


@dataclass(frozen=True, slots=True)
class SignInPage:
    """Draws the page with the addresses of its files; `provider` names where else to sign in."""

    assets: Path
    provider: str = ""

    def draw(self, *, next_path: str = "/", email: str = "", message: Message | None = None) -> str:
        """Return the document; the field to fill in next has the focus."""
        return _PAGE.format(
            **self._files(),
            icon=versioned_url(self.assets, "favicon.png"),
            script=versioned_url(self.assets, "js/sign-in.js"),
            mosaic="".join(f'<i class="{name}"></i>' for name in _TILES),
            next=escape(next_path),
            email=escape(email),
            focus_email="" if email else " autofocus",
            focus_password=" autofocus" if email else "",
            message=_said(message),
            provider=self._other_way(next_path),
        )

    def draw_leaving(self, url: str) -> str:
        """Return the page that goes on to the provider.

        A redirect in answer to the form would be stopped by the page's own `form-action`.
        """
        return _LEAVING.format(**self._files(), url=escape(url))

    def _files(self) -> dict[str, str]:
        return {
            "plain": versioned_url(self.assets, "css/plain.css"),
            "style": versioned_url(self.assets, "css/sign-in.css"),
            "boot": versioned_url(self.assets, "js/boot.js"),
        }

    def _other_way(self, next_path: str) -> str:
        if not self.provider:
            return ""
        return _PROVIDER.format(next=escape(next_path), name=escape(self.provider))


def _said(message: Message | None) -> str:
    if message is None:
        return ""
    role = "alert" if message.tone == "wrong" else "status"
    return f'<p class="said" data-tone="{message.tone}" role="{role}">{escape(message.text)}</p>'
