"""How pages begin when people sign in: whoever is not signed in now sees nothing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from core.bootstrap import Spectra
from core.domain import LOCAL_USER
from tests.pages.conftest import (
    PAGES,
    STRANGER,
    Person,
    a_person,
    for_several,
    open_page,
    sign_in,
    texts_of,
)

NAMES = sorted(path.stem for path in PAGES.glob("*.py"))


@pytest.fixture(scope="module")
def spectra(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Spectra]:
    with for_several(tmp_path_factory.mktemp("home")) as opened:
        yield opened


@pytest.fixture(scope="module")
def ann(spectra: Spectra) -> Person:
    return a_person(spectra, "ann")


@pytest.mark.parametrize("name", NAMES)
def test_someone_signed_in_sees_the_page(spectra: Spectra, ann: Person, name: str) -> None:
    page = ann.open(name).run()
    assert not page.exception
    assert not page.error
    assert page.title


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("way", ["nobody", "no-session", "made-up", "local", "another's"])
def test_anyone_else_sees_nothing(spectra: Spectra, ann: Person, name: str, way: str) -> None:
    bob = other(spectra)
    user = {
        "nobody": {},
        "no-session": {"uid": ann.user.id},
        "made-up": {"uid": ann.user.id, "sid": "0" * 32},
        "local": {"uid": LOCAL_USER, "sid": ann.session.id},
        "another's": {"uid": bob.user.id, "sid": ann.session.id},
    }[way]
    page = open_page(name, user).run()
    assert not page.exception
    assert len(page.error) == 1
    assert not page.title
    assert not page.button
    assert "ann" not in texts_of(page).lower()


@pytest.mark.parametrize("name", NAMES)
def test_an_ended_session_sees_nothing_more(spectra: Spectra, ann: Person, name: str) -> None:
    session = sign_in(spectra, ann.user.email)
    page = open_page(name, {"uid": ann.user.id, "sid": session.id}).run()
    assert not page.error
    spectra.identity.end_session(actor_of(ann), session.id)
    page.run()
    assert "session has ended" in page.error[0].value
    assert not page.button


def test_a_form_sent_after_the_end_changes_nothing(spectra: Spectra, ann: Person) -> None:
    session = sign_in(spectra, ann.user.email)
    page = open_page("settings", {"uid": ann.user.id, "sid": session.id}).run()
    page.text_input(key="settings-profile-name").set_value("Mallory")
    spectra.identity.end_session(actor_of(ann), session.id)
    page.button(key="settings-profile-save").click().run()
    with spectra.store.read_as(ann.user.id) as work:
        assert work.profile.load().full_name == "Ann"


def actor_of(person: Person) -> object:
    from dataclasses import replace

    return replace(STRANGER, user_id=person.user.id, session_id=person.session.id)


def other(spectra: Spectra) -> Person:
    with spectra.store.read_system() as work:
        found = work.users.find_by_email("bob@example.com")
    if found is None:
        return a_person(spectra, "bob")
    return Person(found[0], sign_in(spectra, "bob@example.com"))
