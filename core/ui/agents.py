"""What a browser calls itself, in the words its user would use: "Firefox on Windows".

Pure. A user agent is a claim of the client: it helps a person to recognise a session and proves
nothing, so nothing is ever decided by it.
"""

from __future__ import annotations

from core.ui.text import clean_text

UNKNOWN = "unknown browser"
_PROGRAMS = (
    ("Edg/", "Edge"),
    ("EdgiOS/", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("HeadlessChrome/", "automated Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
    ("curl/", "curl"),
    ("python-httpx/", "a Python program"),
    ("python-requests/", "a Python program"),
    ("Python-urllib/", "a Python program"),
)
"""Most browsers also name those they descend from: the first that fits is the one meant."""
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


def describe_agent(user_agent: str) -> str:
    """Return browser and system of a User-Agent header; its first word when neither is known."""
    program = _first(_PROGRAMS, user_agent)
    system = _first(_SYSTEMS, user_agent)
    if program and system:
        return f"{program} on {system}"
    if program or system:
        return program or f"{UNKNOWN} on {system}"
    words = clean_text(user_agent, limit=40).split("/")[0].split(" ")
    return words[0] or UNKNOWN


def _first(known: tuple[tuple[str, str], ...], user_agent: str) -> str:
    return next((name for sign, name in known if sign in user_agent), "")
