"""Two people on one server: neither ever sees what is the other's, however often they rerun."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from core.bootstrap import Spectra
from core.domain import Preferences
from core.ui.session import SizeBy
from tests.pages.conftest import Person, a_person, for_several, state_of, texts_of

FEW, MANY = 20, 100
SIZES = {"ann@example.com": SizeBy.EQUAL, "bob@example.com": SizeBy.VOLUME}


@pytest.fixture(scope="module")
def spectra(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Spectra]:
    with for_several(tmp_path_factory.mktemp("home")) as opened:
        yield opened


@pytest.fixture(scope="module")
def people(spectra: Spectra) -> tuple[Person, Person]:
    ann, bob = a_person(spectra, "ann"), a_person(spectra, "bob")
    give(spectra, ann, Preferences(base_currency="EUR", pages={"heatmap.size_by": "equal"}))
    give(spectra, bob, Preferences(base_currency="INR", pages={"heatmap.size_by": "volume"}))
    return ann, bob


@pytest.mark.parametrize("name", ["heatmap", "security", "settings"])
def test_two_people_rerunning_in_turn_are_never_mixed_up(
    spectra: Spectra, people: tuple[Person, Person], full: bool, name: str
) -> None:
    ann, bob = people
    visits = [(ann, bob, ann.open(name)), (bob, ann, bob.open(name))]
    for _ in range(MANY if full else FEW):
        for person, other, page in visits:
            page.run()
            assert not page.exception
            everything = texts_of(page) + state_of(page)
            assert other.user.email not in everything
            assert other.user.id not in everything
            assert other.session.id not in everything
            if name == "heatmap":
                assert page.selectbox[1].value == SIZES[person.user.email]


def test_a_visit_that_changes_hands_forgets_everything(
    spectra: Spectra, people: tuple[Person, Person]
) -> None:
    ann, bob = people
    page = ann.open("heatmap").run()
    page.session_state["heatmap.search"] = "what ann looks for"
    page.run()
    page.user = {"uid": bob.user.id, "sid": bob.session.id}  # type: ignore[assignment]
    page.run()
    assert page.selectbox[1].value == SizeBy.VOLUME
    assert "what ann looks for" not in state_of(page)
    assert ann.user.id not in state_of(page)


def give(spectra: Spectra, person: Person, preferences: Preferences) -> None:
    with spectra.store.as_user(person.user.id) as work:
        work.preferences.save(preferences)
