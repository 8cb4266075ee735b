"""The card of the encryption key: which one is in use, where it is from, what each one seals.

It shows names of keys, never a key, and counts, never what was sealed.
"""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from core.bootstrap import Spectra
from core.errors import StorageUnavailable
from core.ui.outcome import explain, show_failure
from core.ui.text import safe_text

_ROTATE = "python -m core.admin rotate-keys"


def draw_keys(spectra: Spectra) -> None:
    """Draw the state of the encryption key, and what to do while an older one is still needed."""
    with st.container(border=True, height="stretch", key="kv-keys", gap="small"):
        try:
            with spectra.store.read_system() as work:
                counts = work.sealed.count_by_key()
        except StorageUnavailable as error:
            _draw_title("○ Not readable", "red")
            show_failure(explain(error, doing="count what the key seals"))
            return
        current = spectra.vault.current_key_id
        older = {key: count for key, count in counts.items() if key != current and count}
        _draw_title(*(("◐ Rotation to finish", "orange") if older else ("● In order", "green")))
        if older:
            _draw_cure(older, held=spectra.vault.key_ids)
        st.table(describe_keys(spectra, counts), border="horizontal")
        st.markdown(
            ":gray[:small[The key never leaves this process. Keep a copy of it away from the "
            "backups: without it nothing sealed can be opened again, and with both anyone can.]]"
        )


def describe_keys(spectra: Spectra, counts: Mapping[str, int]) -> dict[str, str]:
    """Return label and value of the keys, fit for Markdown."""
    current = spectra.vault.current_key_id
    older = {key: count for key, count in counts.items() if key != current and count}
    return {
        "Key in use": f"**{safe_text(current)}**",
        "Comes from": source_of(spectra),
        "Values sealed with it": f"{counts.get(current, 0):,}",
        **{f"Values sealed with {safe_text(key)}": f"{count:,}" for key, count in older.items()},
        "Algorithm": "AES-256-GCM, each value bound to its place",
    }


def source_of(spectra: Spectra) -> str:
    """Return where the operator would look for the key, without a full path."""
    if spectra.settings.encryption_key.get_secret_value():
        return "the variable ENCRYPTION\\_KEY"
    return f"a file in the data folder {safe_text(spectra.settings.home.name)}"


def _draw_title(state: str, colour: str) -> None:
    with st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
    ):
        st.subheader("Encryption key", anchor=False, width="content")
        st.badge(state, color=colour)  # type: ignore[arg-type]


def _draw_cure(older: Mapping[str, int], *, held: tuple[str, ...]) -> None:
    count = sum(older.values())
    lost = sorted(key for key in older if key not in held)
    if lost:
        st.warning(
            f"{count:,} values are sealed with {safe_text(', '.join(lost))}, which this process "
            "was not given. Set ENCRYPTION\\_KEY\\_PREVIOUS to that key and restart, then run:"
        )
    else:
        st.warning(f"{count:,} values are still sealed with the key before. Finish with:")
    st.code(_ROTATE, language=None)
