"""A session that has ended opens nothing and holds nothing open, however it ended."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack

import httpx
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection

from tests.web.conftest import Running
from tests.web.people import MULTI, Browser, Person, Team

SOCKETS = ("/ws/market", "/_stcore/stream")


def sign_out(team: Team, ada: Person, browser: Browser) -> None:
    assert browser.call("POST", "/auth/sign-out").status_code == 303


def sign_out_over_rest(team: Team, ada: Person, browser: Browser) -> None:
    assert browser.call("DELETE", "/api/v1/auth/session").status_code == 204


def revoke_elsewhere(team: Team, ada: Person, browser: Browser) -> None:
    other = team.browser(ada)
    gone = other.call("DELETE", f"/api/v1/users/me/sessions/{browser.session_id}")
    assert gone.status_code == 204


def revoke_all_others(team: Team, ada: Person, browser: Browser) -> None:
    gone = team.browser(ada).call("DELETE", "/api/v1/users/me/sessions")
    assert gone.json() == {"ended": [browser.session_id]}


def change_the_password(team: Team, ada: Person, browser: Browser) -> None:
    body = {"currentPassword": ada.password, "newPassword": "another good one of this test"}
    other = team.browser(ada)
    assert other.call("POST", "/api/v1/users/me/password", json=body).status_code == 204


def disable_the_account(team: Team, ada: Person, browser: Browser) -> None:
    team.services.identity.disable(team.operator, ada.id)


def end_it_in_another_process(team: Team, ada: Person, browser: Browser) -> None:
    with team.services.store.as_user(ada.id) as work:
        assert work.sessions.end(browser.session_id, team.services.clock.now())


WAYS = [
    sign_out,
    sign_out_over_rest,
    revoke_elsewhere,
    revoke_all_others,
    change_the_password,
    disable_the_account,
    end_it_in_another_process,
]


def closed_with(connection: ClientConnection) -> int:
    with pytest.raises(ConnectionClosed) as closed:
        while True:
            connection.recv(timeout=60)
    assert closed.value.rcvd is not None
    return closed.value.rcvd.code


@pytest.mark.parametrize("end", WAYS, ids=lambda way: way.__name__)
def test_a_stolen_cookie_is_worth_nothing_and_open_sockets_close(
    team: Team, end: Callable[[Team, Person, Browser], None]
) -> None:
    ada = team.person("ada")
    browser = team.browser(ada)
    stolen = browser.cookie
    thief = team.browser()
    thief.http.headers["Cookie"] = stolen
    assert thief.http.get("/api/v1/users/me").status_code == 200
    with browser.socket(SOCKETS[0]) as market, browser.socket(SOCKETS[1]) as page:
        end(team, ada, browser)
        assert (closed_with(market), closed_with(page)) == (4401, 4401)
    assert thief.http.get("/api/v1/users/me").status_code == 401
    assert thief.http.get("/heatmap").status_code == 303
    for path in SOCKETS:
        assert thief.handshake(path, Cookie=stolen) == 401
    assert thief.http.get("/_stcore/health").status_code == 401
    assert thief.http.get("/metrics").status_code == 401


def test_fifty_open_sockets_close_with_their_session_and_no_other(team: Team) -> None:
    ada, bob = team.person("ada"), team.person("bob")
    browser, other = team.browser(ada), team.browser(bob)
    with ExitStack() as opened:
        sockets = [opened.enter_context(browser.socket(SOCKETS[n % 2])) for n in range(50)]
        staying = opened.enter_context(other.socket())
        browser.call("POST", "/auth/sign-out")
        assert {closed_with(socket) for socket in sockets} == {4401}
        staying.ping().wait(timeout=60)
        assert staying.close_code is None


def test_a_session_ended_in_one_server_closes_sockets_in_another(
    team: Team, start: Callable[..., Running]
) -> None:
    second = start("app.py", "--port", "0", **MULTI, SPECTRA_HOME=str(team.server.home))
    ada = team.person("ada")
    browser = team.browser(ada, server=second)
    with browser.socket() as market:
        here = team.browser(ada)
        gone = here.call("DELETE", f"/api/v1/users/me/sessions/{browser.session_id}")
        assert gone.status_code == 204
        assert closed_with(market) == 4401
    assert browser.http.get("/api/v1/users/me").status_code == 401


def test_a_token_stops_working_when_it_is_revoked(team: Team) -> None:
    browser = team.browser(team.person("ada"))
    made = browser.call("POST", "/api/v1/users/me/tokens", json={"label": "bot"}).json()
    program = httpx.Client(
        base_url=team.server.url, headers={"Authorization": f"Bearer {made['token']}"}
    )
    with program:
        assert program.get("/api/v1/users/me").status_code == 200
        assert program.get("/metrics").status_code == 200
        assert program.get("/heatmap").status_code == 303, "a token opens no page"
        gone = browser.call("DELETE", f"/api/v1/users/me/tokens/{made['details']['id']}")
        assert gone.status_code == 204
        assert program.get("/api/v1/users/me").status_code == 401
        assert program.get("/metrics").status_code == 401


def test_an_open_socket_of_a_token_closes_when_it_is_revoked(team: Team) -> None:
    browser, program = team.browser(team.person("ada")), team.browser()
    made = browser.call("POST", "/api/v1/users/me/tokens", json={"label": "bot"}).json()
    with program.socket(Authorization=f"Bearer {made['token']}") as market:
        browser.call("DELETE", f"/api/v1/users/me/tokens/{made['details']['id']}")
        assert closed_with(market) == 4401


def test_a_short_token_ends_with_its_session(team: Team) -> None:
    ada = team.person("ada")
    body = {"email": ada.email, "password": ada.password}
    made = team.browser().http.post("/api/v1/auth/token", json=body)
    assert made.status_code == 200
    assert made.json()["tokenType"] == "Bearer"
    program = team.browser()
    program.http.headers["Authorization"] = f"Bearer {made.json()['accessToken']}"
    assert program.http.get("/api/v1/users/me").json()["email"] == ada.email
    assert program.http.delete("/api/v1/auth/session").status_code == 204
    assert program.http.get("/api/v1/users/me").status_code == 401
