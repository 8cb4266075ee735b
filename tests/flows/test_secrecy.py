"""No secret leaves: everything is used at DEBUG, then searched for canaries (SEC-10)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import WebSocket

from tests.flows.canaries import FORMS
from tests.flows.trial import (
    PAGES,
    PEOPLE,
    Trial,
    a_browser,
    fail_in_every_way,
    make_accounts,
    services_of,
    sign_in,
    store_credentials,
    use_everything,
)
from tests.web.conftest import Running, start

__all__ = ["start"]


@pytest.fixture(scope="module")
def trial(start: Callable[..., Running], tmp_path_factory: pytest.TempPathFactory) -> Trial:
    """Everything that can be done is done; what is left is to look."""
    trial = Trial(tmp_path_factory.mktemp("trial") / "home")
    trial.draw_keys()
    make_accounts(trial)
    with services_of(trial) as services:
        store_credentials(trial, services)
        fail_in_every_way(trial, services)
    trial.server = start("app.py", "--port", "0", **trial.environment)
    with trial.closing:
        for person in PEOPLE:
            use_everything(trial, trial.server, person)
    assert trial.command("backup", str(trial.home / "while-running.db")) == 0
    return trial


def test_forty_canaries_in_five_forms_were_let_loose(trial: Trial) -> None:
    assert len(trial.canaries.values) >= 40
    assert len(FORMS) == 5
    assert len(trial.answers) >= 100
    assert len(trial.errors) >= 13 * 5


def test_no_answer_gives_a_secret_away(trial: Trial) -> None:
    found = [trial.canaries.found_in(answer) for answer in trial.answers]
    assert [names for names in found if names] == []


def test_no_error_gives_a_secret_away(trial: Trial) -> None:
    assert trial.canaries.found_in("\n".join(trial.errors).encode()) == set()


@pytest.mark.browser
def test_no_page_gives_a_secret_away(
    trial: Trial, start: Callable[..., Running], chromium: Chromium
) -> None:
    server = start("app.py", "--port", "0", **trial.environment)
    with trial.closing:
        browser = a_browser(trial, server)
        sign_in(trial, browser, "ada", "cookie beside Chromium")
    (cookie,) = browser.http.cookies.jar
    context = chromium.new_context()
    context.add_cookies([{"name": cookie.name, "value": cookie.value, "url": server.url}])
    page = context.new_page()
    seen: list[str | bytes] = []
    page.on("websocket", partial(_listen, seen))
    for path in PAGES:
        page.goto(server.url + path)
        page.locator("h1, canvas").first.wait_for()
        seen.append(page.content())
        seen.append(page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])"))
    context.close()
    server.stop()
    content = b"\n".join(text.encode() if isinstance(text, str) else text for text in seen)
    assert any(isinstance(text, bytes) for text in seen), "no frame of a websocket was seen"
    assert len(content) > 10_000
    assert trial.canaries.found_in(content) == set()
    assert trial.canaries.found_in("".join(server.said).encode()) == set()


def _listen(frames: list[str | bytes], socket: WebSocket) -> None:
    socket.on("framereceived", lambda frame: frames.append(frame))


def test_no_file_log_or_backup_gives_a_secret_away(trial: Trial) -> None:
    server = trial.server
    assert server is not None
    names = {path.name for path in trial.home.iterdir()}
    assert {"spectra.db", "spectra.db-wal", "while-running.db"} <= names
    assert trial.canaries.found_in_folder(trial.home) == {}
    server.stop()
    trial.environment |= {
        "ENCRYPTION_KEY": trial.canaries.draw("next encryption key", prefix="long-enough-"),
        "ENCRYPTION_KEY_PREVIOUS": trial.environment["ENCRYPTION_KEY"],
    }
    for command in (
        ["rotate-keys"],
        ["verify-audit"],
        ["list-users"],
        ["backup", str(trial.home / "rotated.db")],
        ["restore", str(trial.home / "while-running.db")],
        ["disable-user", "bob@example.com"],
    ):
        assert trial.command(*command) == 0, trial.output[-1]
    new = trial.passwords["ada"] = trial.canaries.draw("reset password")
    arguments = ("reset-password", "ada@example.com", "--password-stdin")
    assert trial.command(*arguments, stdin=new) == 0
    assert trial.canaries.found_in_folder(trial.home) == {}
    assert trial.canaries.found_in("".join(trial.output + server.said).encode()) == set()
