"""Instruments come from the venue's list, and from the disk when there is no venue."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from core.domain import Instrument
from core.errors import InvalidMessage
from core.market.instruments import parse_products
from tests.market.markets import a_running_market
from tests.market.venue_rest import RestVenue
from tests.waiting import wait_for

BITCOIN = {
    "product_id": "BTC-USD",
    "base_name": "Bitcoin",
    "base_currency_id": "BTC",
    "quote_currency_id": "USD",
    "price_increment": "0.01",
    "base_increment": "0.00000001",
    "quote_increment": "0.01",
    "base_min_size": "0.00000001",
    "quote_min_size": "1",
    "is_disabled": False,
    "trading_disabled": False,
    "view_only": False,
}


def test_a_product_keeps_its_exact_steps() -> None:
    assert parse_products({"products": [BITCOIN]})["BTC-USD"] == Instrument(
        product_id="BTC-USD",
        base="BTC",
        quote="USD",
        name="Bitcoin",
        price_increment=Decimal("0.01"),
        base_increment=Decimal("0.00000001"),
        quote_increment=Decimal("0.01"),
        base_min_size=Decimal("0.00000001"),
        quote_min_size=Decimal("1"),
        tradable=True,
    )


def test_what_the_venue_does_not_say_is_unknown() -> None:
    instrument = parse_products({"products": [{"product_id": "BTC-USD", "price_increment": ""}]})
    assert instrument["BTC-USD"].price_increment is None
    assert (instrument["BTC-USD"].base, instrument["BTC-USD"].name) == ("BTC", "BTC")


@pytest.mark.parametrize("flag", ["is_disabled", "trading_disabled", "view_only"])
def test_a_disabled_product_cannot_be_traded(flag: str) -> None:
    assert not parse_products({"products": [{**BITCOIN, flag: True}]})["BTC-USD"].tradable


def test_an_entry_that_makes_no_sense_is_left_out() -> None:
    entries = [None, {}, {"product_id": 5}, {"product_id": "NODASH"}, BITCOIN]
    assert list(parse_products({"products": entries})) == ["BTC-USD"]


@pytest.mark.parametrize("body", [None, [], {}, {"products": {}}])
def test_a_body_that_is_no_list_is_refused(body: object) -> None:
    with pytest.raises(InvalidMessage):
        parse_products(body)


def test_names_from_outside_are_short_and_printable() -> None:
    name = parse_products({"products": [{**BITCOIN, "base_name": "\x00" + "B" * 999}]})
    assert len(name["BTC-USD"].name) < 100 and name["BTC-USD"].name.isprintable()


def test_only_followed_products_are_kept_and_known_again_offline(tmp_path: Path) -> None:
    other = {**BITCOIN, "product_id": "XYZ-USD"}
    with (
        RestVenue(lambda path, params: {"products": [BITCOIN, other]}) as venue,
        a_running_market(folder=tmp_path, rest_url=venue.url) as market,
    ):
        assert wait_for(market.instruments).keys() == {"BTC-USD"}
        wait_for((tmp_path / "instruments.json").exists)
    with a_running_market(folder=tmp_path) as market:
        assert market.instruments()["BTC-USD"].name == "Bitcoin"


def test_a_damaged_file_is_as_good_as_none(tmp_path: Path) -> None:
    (tmp_path / "instruments.json").write_bytes(b'{"BTC-USD": 5')
    with a_running_market(folder=tmp_path) as market:
        assert market.instruments() == {}
