"""Whose request it is: only the gate's word counts."""

from __future__ import annotations

import pytest

from core.web.identity import Identity, SingleUser, with_identity

ALICE = Identity("alice", "s1")


@pytest.mark.parametrize(
    "name",
    [b"x-spectra-uid", b"X-Spectra-Uid", b"x_spectra_uid", b"X-SPECTRA_SID", b"x-spectra-anything"],
)
def test_a_clients_own_identity_headers_are_dropped_in_any_spelling(name: bytes) -> None:
    headers = with_identity([(name, b"mallory"), (b"accept", b"*/*")], ALICE)
    assert headers == [
        (b"accept", b"*/*"),
        (b"x-spectra-uid", b"alice"),
        (b"x-spectra-sid", b"s1"),
    ]


def test_other_headers_stay_in_order() -> None:
    sent = [(b"x-spectral", b"1"), (b"cookie", b"a"), (b"x-spectr", b"2")]
    assert with_identity(sent, ALICE)[:3] == sent


def test_the_single_user_keeps_one_session_for_the_life_of_the_process() -> None:
    one, other = SingleUser(), SingleUser()
    assert one({"type": "http"}) == one({"type": "websocket"})
    assert one({}).uid == "local"
    assert one({}).sid != other({}).sid
