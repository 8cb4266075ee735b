"""The settings page: what it says is so, and what is saved is checked and written down."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest
from streamlit.testing.v1 import AppTest

from core.bootstrap import VERSION, Spectra
from core.domain import LOCAL_USER, AuditAction, FeedState, Preferences
from core.storage import AuditFilter
from tests.pages.conftest import installed_spectra, open_page, texts_of

LOCAL = {"uid": LOCAL_USER, "sid": "any"}


@pytest.fixture(scope="module")
def spectra(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Spectra]:
    home = tmp_path_factory.mktemp("home") / "my-spectra"
    products = ("BTC-USD", "ETH-USD", "NOPE-USD")
    with installed_spectra(home, products=products, ready=misses_one) as opened:
        yield opened


def misses_one(spectra: Spectra) -> bool:
    known = len(spectra.market.snapshot()) == 2
    return known and bool(spectra.market.status().missing_products)


def open_settings(section: str = "Personal") -> AppTest:
    page = open_page("settings", LOCAL)
    page.session_state["section"] = section
    page.run()
    assert not page.exception
    return page


def save(page: AppTest, card: str) -> AppTest:
    page.button(key=f"settings-{card}-save").click().run()
    assert not page.exception
    return page


def preferences(spectra: Spectra) -> Preferences:
    with spectra.store.read_as(LOCAL_USER) as work:
        return work.preferences.load()


def test_it_shows_the_feed_and_names_what_the_venue_left_out(spectra: Spectra) -> None:
    page = open_settings("System")
    facts = texts_of(page)
    assert "2 of 3" in facts
    assert "NOPE" in facts
    assert spectra.market.status().state is FeedState.CONNECTED
    assert not page.warning


def test_it_shows_what_is_running_but_no_full_path(spectra: Spectra) -> None:
    facts = texts_of(open_settings("System"))
    assert VERSION in facts
    assert "SQLite" in facts
    assert "my\\\\-spectra" in facts
    for section in ("Personal", "Safekeeping", "System"):
        assert str(spectra.settings.home.parent) not in texts_of(open_settings(section))


def test_it_gives_the_notices_that_the_licences_ask_for(spectra: Spectra) -> None:
    captions = " ".join(caption.value for caption in open_settings("System").caption)
    assert "TradingView" in captions
    assert "www.tradingview.com" in captions
    assert "OFL" in captions


def test_every_page_says_that_it_is_a_demo(spectra: Spectra) -> None:
    assert any("DEMO" in each.value for each in open_settings().markdown)


def test_someone_without_a_password_is_not_asked_for_one(spectra: Spectra) -> None:
    headings = [each.value for each in open_settings().subheader]
    assert headings == ["Profile", "Display"]


def test_display_settings_are_saved_and_hold_at_once(spectra: Spectra) -> None:
    page = open_settings()
    page.selectbox(key="settings-display-currency").set_value("EUR")
    page.selectbox(key="settings-display-locale").set_value("de-DE")
    page.selectbox(key="settings-display-palette").set_value("blue-orange")
    page.text_input(key="settings-display-dust").set_value(" 0.50 ")
    save(page, "display")
    assert page.toast[0].value == "Display saved\\."
    saved = preferences(spectra)
    assert (saved.base_currency, saved.locale, saved.palette) == ("EUR", "de-DE", "blue-orange")
    assert saved.dust == Decimal("0.50")
    assert page.session_state["palette"] == "blue-orange"
    again = open_settings()
    assert again.text_input(key="settings-display-dust").value == "0.5"


@pytest.mark.parametrize(
    "typed", ["", "a lot", "-1", "1e5", "1,5", "NaN", "0.123456789", "٣", "9" * 40]
)
def test_a_wrong_amount_is_named_with_its_cure_and_nothing_typed_is_lost(
    spectra: Spectra, typed: str
) -> None:
    before = preferences(spectra)
    page = open_settings()
    page.text_input(key="settings-display-dust").set_value(typed)
    page.selectbox(key="settings-display-currency").set_value("GBP")
    save(page, "display")
    assert "Dust threshold" in page.error[0].value
    assert "such as 1 or 0" in page.error[0].value
    assert page.text_input(key="settings-display-dust").value == typed
    assert page.selectbox(key="settings-display-currency").value == "GBP"
    assert preferences(spectra) == before


def test_the_failure_goes_when_the_next_try_works(spectra: Spectra) -> None:
    page = open_settings()
    page.text_input(key="settings-display-dust").set_value("x")
    assert save(page, "display").error
    page.text_input(key="settings-display-dust").set_value("2")
    assert not save(page, "display").error


def test_saving_changes_is_written_down_and_saving_none_is_not(spectra: Spectra) -> None:
    page = open_settings()
    page.text_input(key="settings-display-dust").set_value("7")
    save(page, "display")
    save(page, "display")
    with spectra.store.read_as(LOCAL_USER) as work:
        wanted = AuditFilter(actions=(AuditAction.PREFERENCES_CHANGED,), limit=500)
        details = [entry.record.details for entry in work.audit.list(wanted)]
    assert [each for each in details if each.get("dust", "").endswith("→ 7")] == [details[0]]


def test_the_name_and_time_zone_are_saved_and_times_follow(spectra: Spectra) -> None:
    page = open_settings()
    page.text_input(key="settings-profile-name").set_value("Ann  Analyst")
    page.selectbox(key="settings-profile-zone").set_value("Asia/Kolkata")
    save(page, "profile")
    assert any("Ann Analyst" in each.value for each in page.markdown)
    assert " IST" in texts_of(open_settings("System"))


def test_the_key_is_named_and_counted_but_never_shown(spectra: Spectra) -> None:
    page = open_settings("Safekeeping")
    facts = texts_of(page)
    assert spectra.vault.current_key_id in facts
    assert "Values sealed with it" in facts
    assert "In order" in facts
    (keyfile,) = [path for path in spectra.settings.home.glob("*key*") if path.is_file()]
    assert keyfile.read_text(encoding="utf-8").strip() not in repr(page)


def test_a_backup_is_made_listed_and_written_down(spectra: Spectra) -> None:
    page = open_settings("Safekeeping")
    page.button(key="settings-backup").click().run()
    assert not page.exception
    assert "Backup made" in page.toast[0].value
    (made,) = (spectra.settings.home / "backups").glob("spectra-*.db")
    assert made.stat().st_mode & 0o077 == 0
    assert any(made.name in each.value for each in page.code)
    with spectra.store.read_as(LOCAL_USER) as work:
        (entry,) = work.audit.list(AuditFilter(actions=(AuditAction.BACKUP_MADE,)))
    assert entry.record.object == made.name
