"""Two people on one server, at the same time: neither ever sees what is the other's."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from core.bootstrap import Spectra
from core.domain import Preferences
from core.ui.session import SizeBy
from tests.pages.conftest import Person, a_person, for_several, state_of, texts_of

FEW, MANY = 20, 100
PAGES = ("heatmap", "security", "settings")


@pytest.fixture(scope="module")
def spectra(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Spectra]:
    with for_several(tmp_path_factory.mktemp("home")) as opened:
        yield opened


def test_two_people_rerunning_side_by_side_are_never_mixed_up(spectra: Spectra, full: bool) -> None:
    ann, bob = a_person(spectra, "ann"), a_person(spectra, "bob")
    give(spectra, ann, Preferences(base_currency="EUR", pages={"heatmap.size_by": "equal"}))
    give(spectra, bob, Preferences(base_currency="INR", pages={"heatmap.size_by": "volume"}))
    found: list[str] = []
    threads = [
        threading.Thread(target=visit_all, args=(person, other, found, MANY if full else FEW))
        for person, other in ((ann, bob), (bob, ann))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == []


def visit_all(person: Person, other: Person, found: list[str], reruns: int) -> None:
    """Rerun every page and note whatever it should not have had."""
    for name in PAGES:
        page = person.open(name)
        for _ in range(reruns):
            page.run()
            found += [str(each) for each in page.exception]
            everything = texts_of(page) + state_of(page)
            found += [f"{name}: {other.user.email}"] * (other.user.email in everything)
            found += [f"{name}: {other.session.id}"] * (other.session.id in everything)
        if name == "heatmap":
            mine = SizeBy.EQUAL if person.user.email.startswith("ann") else SizeBy.VOLUME
            found += [] if page.selectbox[1].value == mine else ["another's choice"]


def give(spectra: Spectra, person: Person, preferences: Preferences) -> None:
    with spectra.store.as_user(person.user.id) as work:
        work.preferences.save(preferences)
