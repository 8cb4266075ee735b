"""What the sandbox lists looks like what an exchange lists."""

from __future__ import annotations

import re

import pytest

from core.sandbox import PRODUCTS
from core.sandbox.catalogue import LISTINGS, Listing
from core.settings import DEFAULT_PRODUCTS


def test_it_lists_more_than_eighty_products_most_traded_first() -> None:
    volumes = [listing.volume for listing in LISTINGS.values()]
    assert len(set(PRODUCTS)) == len(PRODUCTS) >= 83
    assert volumes == sorted(volumes, reverse=True)
    assert PRODUCTS[0] == "BTC-USD"


def test_every_default_product_is_listed() -> None:
    assert set(DEFAULT_PRODUCTS) <= set(PRODUCTS)


def test_a_few_products_hold_most_of_the_volume_and_many_share_the_rest() -> None:
    volumes = [listing.volume for listing in LISTINGS.values()]
    assert 0.6 < sum(volumes[:5]) / sum(volumes) < 0.85
    assert sum(volumes[40:]) / sum(volumes) < 0.1


@pytest.mark.parametrize("listing", LISTINGS.values(), ids=lambda listing: listing.product_id)
def test_a_listing_is_plausible(listing: Listing) -> None:
    assert re.fullmatch(r"[A-Z0-9]{2,6}-USD", listing.product_id)
    assert listing.name and not re.search(r"[^A-Za-z0-9. ]", listing.name)
    assert listing.anchor >= 100, "a price increment is at most one percent of the price"
    assert 4e6 < listing.volume < 2e10
    assert 0 < listing.sigma < 0.06
    assert 0 < listing.market_share + listing.sector_share < 1
