"""The security page: sessions, API tokens and the audit log of the person who looks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.bootstrap import Spectra
from core.domain import LOCAL_USER, ApiToken, AuditAction, AuditRecord
from core.storage import AuditFilter
from core.ui import safe_text
from tests.pages.conftest import (
    PASSWORD,
    STRANGER,
    Person,
    a_person,
    for_several,
    installed_spectra,
    open_page,
    sign_in,
    state_of,
    texts_of,
)

CHROME = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36"


@pytest.fixture(scope="module")
def spectra(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Spectra]:
    with for_several(tmp_path_factory.mktemp("home")) as opened:
        yield opened


@pytest.fixture
def ann(spectra: Spectra, request: pytest.FixtureRequest) -> Person:
    return a_person(spectra, f"ann-{abs(hash(request.node.name))}")


def look(person: Person) -> AppTest:
    page = person.open("security").run()
    assert not page.exception
    return page


def press(page: AppTest, key: str) -> AppTest:
    page.button(key=key).click().run()
    assert not page.exception
    return page


def live(spectra: Spectra, person: Person) -> set[str]:
    with spectra.store.read_as(person.user.id) as work:
        return {each.id for each in work.sessions.list() if each.ended_at is None}


def tokens(spectra: Spectra, person: Person) -> list[ApiToken]:
    with spectra.store.read_as(person.user.id) as work:
        return [each for each in work.tokens.list() if each.revoked_at is None]


def test_this_session_is_marked_and_others_are_named_in_plain_words(
    spectra: Spectra, ann: Person
) -> None:
    sign_in(spectra, ann.user.email, agent=CHROME)
    shown = texts_of(look(ann))
    assert "Sessions :gray[2]" in shown
    assert "● this one" in shown
    assert "Chrome on Windows" in shown
    assert "Firefox on Linux" in shown


def test_one_session_is_revoked_after_a_confirmation(spectra: Spectra, ann: Person) -> None:
    phone, desk = (sign_in(spectra, ann.user.email, agent=CHROME) for _ in range(2))
    page = press(look(ann), f"security-sessions-{phone.id}")
    assert phone.id in live(spectra, ann)
    press(page, "security-sessions-one-yes")
    assert live(spectra, ann) == {ann.session.id, desk.id}


def test_all_others_are_revoked_and_this_one_stays(spectra: Spectra, ann: Person) -> None:
    for _ in range(3):
        sign_in(spectra, ann.user.email)
    page = press(look(ann), "security-sessions-others")
    press(page, "security-sessions-others-yes")
    assert live(spectra, ann) == {ann.session.id}
    assert look(ann).button(key="security-sessions-others").disabled


def test_a_token_is_shown_once_and_then_nowhere(spectra: Spectra, ann: Person) -> None:
    page = press(look(ann), "security-tokens-create")
    page.text_input(key="security-tokens-new-label").set_value("nightly report")
    press(page, "security-tokens-new-save")
    (text,) = [each.value for each in page.code if each.value.startswith("spx_")]
    assert spectra.identity.authenticate_bearer(text)
    assert text not in state_of(page)
    again = look(ann)
    assert text not in texts_of(again) + state_of(again)
    assert "nightly report" in texts_of(again)
    assert safe_text(text[-4:]) in texts_of(again), "as Markdown has it"


def test_a_token_needs_a_label(spectra: Spectra, ann: Person) -> None:
    page = press(look(ann), "security-tokens-create")
    press(page, "security-tokens-new-save")
    assert "Label" in page.error[0].value
    assert not tokens(spectra, ann)


def test_an_old_proof_asks_for_the_password_again(spectra: Spectra, ann: Person) -> None:
    age_proof(spectra, ann)
    page = press(look(ann), "security-tokens-create")
    page.text_input(key="security-tokens-new-label").set_value("late")
    page.text_input(key="secret-security-tokens-new-0").set_value("not my password")
    press(page, "security-tokens-new-save")
    assert page.error
    assert not tokens(spectra, ann)
    assert page.text_input(key="security-tokens-new-label").value == "late"
    assert "not my password" not in state_of(page)
    page.text_input(key="secret-security-tokens-new-1").set_value(PASSWORD)
    press(page, "security-tokens-new-save")
    assert [each.label for each in tokens(spectra, ann)] == ["late"]
    assert PASSWORD not in state_of(page)


def test_an_export_is_offered_for_what_the_filters_show(spectra: Spectra, ann: Person) -> None:
    page = press(look(ann), "security-export")
    press(page, "security-export-prepare")
    (link,) = page.get("link_button")
    assert link.proto.url.startswith("/api/v1/exports/")
    with spectra.store.read_as(ann.user.id) as work:
        assert work.audit.count(AuditFilter(actions=(AuditAction.EXPORTED,))) == 1
    assert link.proto.url not in state_of(page)


def test_an_old_proof_exports_nothing(spectra: Spectra, ann: Person) -> None:
    age_proof(spectra, ann)
    page = press(look(ann), "security-export")
    press(page, "security-export-prepare")
    assert "it is empty" in page.error[0].value
    assert not page.get("link_button")


def test_a_token_is_revoked_after_a_confirmation(spectra: Spectra, ann: Person) -> None:
    actor = replace(STRANGER, user_id=ann.user.id, session_id=ann.session.id)
    token, text = spectra.identity.create_api_token(actor, label="old", days=30)
    page = press(look(ann), f"security-tokens-{token.id}")
    assert spectra.identity.authenticate_bearer(text)
    press(page, "security-tokens-end-yes")
    assert not tokens(spectra, ann)
    assert spectra.identity.authenticate_bearer(text) is None


def test_the_log_tells_what_happened_in_plain_words(spectra: Spectra, ann: Person) -> None:
    table = look(ann).dataframe[0].value
    assert "Signed in" in list(table["What happened"])
    assert "Firefox on Linux" in list(table["Browser"])
    assert list(table["No."]) == sorted(table["No."], reverse=True)


def test_the_log_of_another_is_not_in_it(spectra: Spectra, ann: Person) -> None:
    bob = a_person(spectra, "bob-of-the-log")
    write_down(spectra, bob, 3, label="only bob's")
    assert "only bob's" not in str(look(ann).dataframe[0].value.to_dict())


def test_the_log_is_filtered_by_act_and_by_text(spectra: Spectra, ann: Person) -> None:
    write_down(spectra, ann, 2, label="needle")
    page = look(ann)
    page.selectbox(key="security-audit-what").set_value("API tokens").run()
    assert set(page.dataframe[0].value["What happened"]) == {"API token created"}
    page.selectbox(key="security-audit-what").set_value("Everything").run()
    page.text_input(key="security-audit-text").set_value("needle").run()
    assert len(page.dataframe[0].value) == 2


def test_a_filter_without_an_answer_can_be_cleared(spectra: Spectra, ann: Person) -> None:
    page = look(ann)
    page.text_input(key="security-audit-text").set_value("no such thing").run()
    assert not page.dataframe
    press(page, "security-audit-clear")
    assert len(page.dataframe[0].value)


def test_a_day_is_the_readers_day(spectra: Spectra, ann: Person) -> None:
    page = look(ann)
    today = spectra.clock.now().date()
    page.date_input(key="security-audit-days").set_value((today, today)).run()
    assert len(page.dataframe[0].value)


def test_the_log_is_read_in_pages_of_fifty_without_a_hole(spectra: Spectra, ann: Person) -> None:
    write_down(spectra, ann, 120)
    page = look(ann)
    seen: list[int] = list(page.dataframe[0].value["No."])
    assert len(seen) == 50
    assert page.button(key="security-audit-newer").disabled
    while not page.button(key="security-audit-older").disabled:
        press(page, "security-audit-older")
        seen += list(page.dataframe[0].value["No."])
    with spectra.store.read_as(ann.user.id) as work:
        everything = [entry.seq for entry in work.audit.list(AuditFilter(limit=1_000))]
    assert seen == everything
    press(page, "security-audit-newer")
    assert not page.button(key="security-audit-older").disabled


def test_the_chain_is_verified_with_a_line_to_note_down(spectra: Spectra, ann: Person) -> None:
    page = press(look(ann), "security-verify")
    head = next(each.value for each in page.code if ":" in each.value)
    count, _, digest = head.partition(":")
    assert int(count) > 0
    assert len(digest) == 64
    assert "unchanged" in page.success[0].value
    with spectra.store.read_as(ann.user.id) as work:
        assert work.audit.count(AuditFilter(actions=(AuditAction.AUDIT_VERIFIED,))) == 1


def test_every_password_typed_is_gone_after_the_run(spectra: Spectra, ann: Person) -> None:
    canaries = {
        "current": "canary-current-4711-x",
        "new": "canary-new-password-4711",
        "again": "canary-another-4711-xx",
    }
    page = ann.open("settings").run()
    for name, value in canaries.items():
        page.text_input(key=f"secret-settings-password-{name}-0").set_value(value)
    press(page, "settings-password-save")
    assert "not the same" in page.error[0].value
    page.run()
    for value in canaries.values():
        assert value not in state_of(page)
        assert value not in texts_of(page)


def test_a_password_is_changed_and_other_sessions_end(spectra: Spectra, ann: Person) -> None:
    sign_in(spectra, ann.user.email)
    page = ann.open("settings").run()
    for name, value in {"current": PASSWORD, "new": NEW, "again": NEW}.items():
        page.text_input(key=f"secret-settings-password-{name}-0").set_value(value)
    press(page, "settings-password-save")
    assert not page.error
    assert live(spectra, ann) == {ann.session.id}
    assert PASSWORD not in state_of(page)
    assert NEW not in state_of(page)


NEW = "a whole new password, 2026"


def test_a_wrong_current_password_changes_nothing(spectra: Spectra, ann: Person) -> None:
    page = ann.open("settings").run()
    for name, value in {"current": "not my password", "new": NEW, "again": NEW}.items():
        page.text_input(key=f"secret-settings-password-{name}-0").set_value(value)
    press(page, "settings-password-save")
    assert page.error
    assert sign_in(spectra, ann.user.email)


def test_one_person_alone_has_no_sessions_and_needs_no_tokens(tmp_path: Path) -> None:
    with installed_spectra(tmp_path):
        page = open_page("security", {"uid": LOCAL_USER, "sid": "any"}).run()
        assert not page.exception
        shown = texts_of(page)
        assert "has no sign-in" in shown
        assert "None needed" in shown
        assert [each.value for each in page.subheader] == ["Sessions", "API tokens", "Audit log"]


def age_proof(spectra: Spectra, person: Person) -> None:
    """Make it ten minutes since this person last typed their password."""
    with spectra.store.as_user(person.user.id) as work:
        work.sessions.confirm(person.session.id, spectra.clock.now() - timedelta(minutes=10))


def write_down(spectra: Spectra, person: Person, count: int, *, label: str = "x") -> None:
    record = AuditRecord(
        spectra.clock.now(),
        AuditAction.TOKEN_CREATED,
        person.user.id,
        details={"label": label},
    )
    for _ in range(count):
        with spectra.store.as_user(person.user.id) as work:
            work.audit.append(record)
