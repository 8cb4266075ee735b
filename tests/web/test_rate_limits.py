"""Too many requests wait, counted by the connection's own address or the person, nothing else."""

from __future__ import annotations

from tests.web.people import Team, an_address

SPOOFED = ("X-Forwarded-For", "Forwarded", "X-Real-Ip", "X-Client-Ip", "True-Client-Ip", "Via")


def test_the_hundred_and_first_guess_waits_whatever_address_it_claims(
    team: Team, full: bool
) -> None:
    browser = team.browser()
    body = {"email": "nobody@example.com", "password": "x"}
    answers = [
        browser.http.post("/api/v1/auth/token", content=b"{}", headers=JSON) for _ in range(100)
    ]
    assert {answer.status_code for answer in answers} == {422}
    for number in range(500 if full else 50):
        name = SPOOFED[number % len(SPOOFED)]
        claimed = {name: f"for={an_address()}" if name == "Forwarded" else an_address()}
        answer = browser.http.post("/api/v1/auth/token", json=body, headers=claimed)
        assert answer.status_code == 429
        assert 0 < int(answer.headers["retry-after"]) <= 900
        assert answer.json()["type"] == "urn:spectra:too-many-requests"
    form = {"Origin": team.server.url}
    assert browser.http.post("/auth/sign-in", data=body, headers=form).status_code == 429
    assert browser.http.get("/sign-in").status_code == 200, "pages are not counted"
    elsewhere = team.browser()
    assert elsewhere.http.post("/api/v1/auth/token", json=body).status_code == 401


JSON = {"Content-Type": "application/json"}


def test_a_person_is_counted_wherever_they_come_from(team: Team) -> None:
    ada = team.person("ada")
    one, other, bob = team.browser(ada), team.browser(ada), team.browser(team.person("bob"))
    seen = [one.http.get("/api/v1/users/me/preferences").status_code for _ in range(1000)]
    assert 429 in seen
    assert other.http.get("/api/v1/users/me/preferences").status_code == 429
    assert bob.http.get("/api/v1/users/me/preferences").status_code == 200
    assert other.http.get("/heatmap").status_code == 200, "pages are not counted"
