"""Whose page it is: neither a Streamlit session's id nor a made-up header makes it another's."""

from __future__ import annotations

import itertools
import secrets

import pytest

from tests.web.people import Browser, Team
from tests.web.streamlit_client import Page

SPELLINGS = [
    "X-Spectra-Uid",
    "x-spectra-uid",
    "X-SPECTRA-UID",
    "X_Spectra_Uid",
    "x_spectra-uid",
    "X-Spectra_Uid",
    "X-Spectra-Sid",
    "x_spectra_sid",
    "X-Spectra-Anything",
    "X-Streamlit-User",
]


def a_page(browser: Browser, *, session_id: str = "", **headers: str) -> Page:
    sent = {"Cookie": browser.cookie, "Origin": browser.server.url, **headers}
    return Page(browser.server.ws, headers=sent, session_id=session_id)


@pytest.mark.timeout(900)
def test_anothers_session_id_gives_a_new_session(team: Team, full: bool) -> None:
    ada, bob = team.browser(team.person("ada")), team.browser(team.person("bob"))
    with a_page(ada) as hers:
        opened = hers.run().session_id
        for _ in range(100 if full else 10):
            with a_page(bob, session_id=opened) as his:
                seen = his.run()
                assert seen.session_id not in ("", opened)
        with a_page(ada) as again:
            assert again.run().session_id != opened, "hers is still connected"


def test_within_its_time_to_live_too(team: Team) -> None:
    ada, bob = team.browser(team.person("ada")), team.browser(team.person("bob"))
    with a_page(ada) as hers:
        opened = hers.run().session_id
    with a_page(bob, session_id=opened) as his:
        assert his.run().session_id != opened
    with a_page(ada, session_id=opened) as hers:
        assert hers.run().session_id == opened, "she herself comes back to it"


def test_a_new_sign_in_does_not_resume_the_old_ones_page(team: Team) -> None:
    person = team.person("ada")
    one, other = team.browser(person), team.browser(person)
    with a_page(one) as first:
        opened = first.run().session_id
    with a_page(other, session_id=opened) as second:
        assert second.run().session_id != opened


@pytest.mark.parametrize("name", SPELLINGS)
def test_a_forged_identity_opens_nothing(team: Team, name: str) -> None:
    ada = team.person("ada")
    stranger, bob = team.browser(), team.browser(team.person("bob"))
    for value in (ada.id, ada.email, "local"):
        assert stranger.http.get("/api/v1/users/me", headers={name: value}).status_code == 401
        for path in ("/ws/market", "/_stcore/stream"):
            assert stranger.handshake(path, **{name: value}) == 401
        mine = bob.http.get("/api/v1/users/me", headers={name: value})
        assert mine.json()["id"] != ada.id


def test_made_up_cookies_and_tokens_open_nothing(team: Team) -> None:
    ada = team.browser(team.person("ada"))
    name, text = ada.cookie.split("=", 1)
    guesses = [
        "",
        "a" * 43,
        text[:-1],
        text + "a",
        text.swapcase(),
        ada.session_id,
        "'; DROP TABLE sessions; --",
        "\x7f",
        secrets.token_urlsafe(32),
    ]
    stranger = team.browser()
    for guess, header in itertools.product(guesses, ("Cookie", "Authorization")):
        value = f"{name}={guess}" if header == "Cookie" else f"Bearer x{guess}"
        answer = stranger.http.get("/api/v1/users/me", headers={header: value})
        assert answer.status_code == 401, guess
    doubled = {"Cookie": f"{ada.cookie}; {name}=a"}
    assert stranger.http.get("/api/v1/users/me", headers=doubled).status_code == 401
