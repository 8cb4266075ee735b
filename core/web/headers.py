"""The security headers of every response, built once from the pages as they are installed.

Streamlit's page and the refresh component each hold one inline script; their hashes are taken from
the files that are served, so an upgrade cannot silently open or break the policy. It never allows
inline or evaluated script in general.
"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass

Headers = list[tuple[bytes, bytes]]

_INLINE_SCRIPT = re.compile(r"<script(?![^>]*\bsrc\s*=)[^>]*>(.*?)</script>", re.S | re.I)
_FORMS = ("/sign-in", "/auth/sign-in")
_STAY_ENCRYPTED = (b"strict-transport-security", b"max-age=31536000")
_POLICY = {
    "default-src": "'self'",
    # Streamlit runs a component's script from a blob: URL it makes itself.
    "script-src": "'self' blob:",
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data: blob:",
    "connect-src": "'self'",
    "font-src": "'self' data:",
    "worker-src": "'self' blob:",
    "form-action": "'self'",
    "object-src": "'none'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}


@dataclass(frozen=True, slots=True)
class SecurityHeaders:
    """The headers for pages, and the variants for components and for the sign-in page."""

    page: Headers
    component: Headers
    """Our own page frames these."""
    form: Headers
    """A browser names no Origin in a form's request when the page forbids every referrer."""

    def of(self, path: str, *, secure: bool = False) -> Headers:
        """Return the headers for a response at `path`; over TLS they ask to stay there."""
        if path.startswith("/component/"):
            chosen = self.component
        else:
            chosen = self.form if path in _FORMS else self.page
        return [*chosen, _STAY_ENCRYPTED] if secure else chosen


def build_headers(page_html: str, *, component_html: str = "") -> SecurityHeaders:
    """Return the headers whose policy admits exactly the inline scripts of these two documents."""
    return SecurityHeaders(
        page=_headers(build_policy(page_html)),
        component=_headers(build_policy(component_html, ancestors="'self'")),
        form=_headers(build_policy(""), referrer=b"same-origin"),
    )


def build_policy(html: str, *, ancestors: str = "'none'") -> str:
    """Return a Content-Security-Policy that admits the inline scripts of `html` by their hash."""
    hashes = [f"'sha256-{_sha256(script)}'" for script in _INLINE_SCRIPT.findall(html)]
    policy = {
        **_POLICY,
        "script-src": " ".join((_POLICY["script-src"], *hashes)),
        "frame-ancestors": ancestors,
    }
    return "; ".join(f"{name} {value}" for name, value in policy.items())


def _headers(policy: str, *, referrer: bytes = b"no-referrer") -> Headers:
    return [
        (b"content-security-policy", policy.encode()),
        (b"x-content-type-options", b"nosniff"),
        (b"referrer-policy", referrer),
        (b"cross-origin-opener-policy", b"same-origin"),
        (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    ]


def _sha256(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
