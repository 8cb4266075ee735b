"""Makes a string from outside fit to be shown: no tricks with direction, width or Markdown.

Names of products, reasons and labels come from venues and users; Streamlit reads most strings as
Markdown. It never decides what a string means, and never returns HTML.
"""

from __future__ import annotations

import re
import unicodedata

MAX_GRAPHEMES = 64
_MAX_CODEPOINTS = 1_024
"""Looked at before anything else, so that no input is expensive."""
_MAX_MARKS = 4
"""Combining marks kept on one letter; more than this is drawn over the neighbouring lines."""
_MARKDOWN = re.compile(r"[\\`*_{}\[\]()#+\-.!|<>~:$&^=\"'@/]")
_INVISIBLE = frozenset("\u115f\u1160\u17b4\u17b5\u3164\uffa0\u2800\u034f")
"""Letters and symbols by category that draw nothing."""


def safe_text(text: str, *, limit: int = MAX_GRAPHEMES) -> str:
    """Return `text` cleaned, cut to `limit` graphemes, and with every Markdown sign escaped."""
    return _MARKDOWN.sub(lambda found: "\\" + found[0], clean_text(text, limit=limit))


def clean_text(text: str, *, limit: int = MAX_GRAPHEMES) -> str:
    """Return `text` in NFC without control, bidi and zero-width characters, in one line.

    For places that show text as it is (a canvas, `textContent`, a code block); longer text than
    `limit` graphemes ends in "…", which counts as one.
    """
    composed = unicodedata.normalize("NFC", text[:_MAX_CODEPOINTS])
    visible = "".join(" " if character.isspace() else character for character in composed)
    kept = [character for character in visible if _is_shown(character)]
    graphemes = _split_graphemes(" ".join("".join(kept).split()))
    if len(graphemes) > limit or len(text) > _MAX_CODEPOINTS:
        graphemes = [*graphemes[: limit - 1], "…"]
    return "".join(graphemes)


def _is_shown(character: str) -> bool:
    # Cc control, Cf format (bidi, zero width, tags), Cs lone surrogate, Co private, Cn unassigned.
    return unicodedata.category(character)[0] != "C" and character not in _INVISIBLE


def _split_graphemes(text: str) -> list[str]:
    """Split into letters with their marks; joiners are gone by now, so this is close enough."""
    graphemes: list[str] = []
    for character in text:
        attached = unicodedata.category(character) in ("Mn", "Me", "Mc") or _is_modifier(character)
        if not attached or not graphemes:
            graphemes.append(character)
        elif len(graphemes[-1]) <= _MAX_MARKS:
            graphemes[-1] += character
    return graphemes


def _is_modifier(character: str) -> bool:
    return 0x1F3FB <= ord(character) <= 0x1F3FF
