"""Secrets made to be looked for: each in every form it could leave in."""

from __future__ import annotations

import base64
import json
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

FORMS = ("raw", "base64", "hex", "url-encoded", "reversed")


@dataclass
class Canaries:
    """Secrets by name; what each looks like is worked out once."""

    values: dict[str, str] = field(default_factory=dict)
    _traces: list[tuple[str, bytes]] = field(default_factory=list)

    def draw(self, name: str, *, prefix: str = "", plain: bool = False) -> str:
        """Return a new secret, with characters that URLs write otherwise unless `plain`."""
        end = "" if plain else '/"ü'
        return self.watch(name, prefix + secrets.token_urlsafe(18) + end)

    def watch(self, name: str, value: str) -> str:
        """Look for `value` from now on, and return it."""
        if name not in self.values:
            self.values[name] = value
            self._traces += [
                (f"{name} ({form})", trace) for form in FORMS for trace in traces(value, form)
            ]
        return value

    def found_in(self, content: bytes) -> set[str]:
        """Return which secrets are in `content`, and in which form."""
        return {name for name, trace in self._traces if trace in content}

    def found_in_folder(self, folder: Path) -> dict[str, set[str]]:
        """Return what is found in every file below `folder`."""
        files = [path for path in folder.rglob("*") if path.is_file()]
        assert files
        found = {str(path): self.found_in(path.read_bytes()) for path in files}
        return {path: names for path, names in found.items() if names}


def traces(value: str, form: str) -> set[bytes]:
    """Return the byte strings that give `value` away in one form."""
    content = value.encode()
    if form == "raw":
        written = {json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1]}
        return {content, *(text.encode() for text in written), repr(value)[1:-1].encode()}
    if form == "base64":
        return {
            trace.translate(table)
            for trace in (_within_base64(content, before) for before in range(3))
            for table in (bytes.maketrans(b"", b""), bytes.maketrans(b"+/", b"-_"))
        }
    if form == "hex":
        return {content.hex().encode(), content.hex().upper().encode()}
    if form == "url-encoded":
        every = "".join(f"%{byte:02X}" for byte in content)
        return {quote(value, safe="").encode(), every.encode(), every.lower().encode()}
    return {value[::-1].encode(), content[::-1]}


def _within_base64(content: bytes, before: int) -> bytes:
    """Return what base64 makes of `content` whatever stands around it, `before` bytes in."""
    encoded = base64.b64encode(bytes(before) + content)
    return encoded[-(-before * 8 // 6) : (before + len(content)) * 8 // 6]
