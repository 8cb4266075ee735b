"""One channel per message, and what the venue silently leaves out is noticed."""

from __future__ import annotations

import json

from core.market.subscriptions import Request, SubscriptionLedger, price_requests

FOUR_HUNDRED = [f"T{number}-USD" for number in range(400)]


def test_heartbeats_come_first_and_products_in_chunks() -> None:
    requests = price_requests(FOUR_HUNDRED)
    messages = [json.loads(request.encode()) for request in requests]
    assert messages[0] == {"type": "subscribe", "channel": "heartbeats"}
    assert [len(message["product_ids"]) for message in messages[1:]] == [100] * 4
    asked = [product for message in messages[1:] for product in message["product_ids"]]
    assert asked == FOUR_HUNDRED


def test_an_unsubscribe_looks_like_a_subscribe() -> None:
    assert json.loads(Request("level2", ("BTC-USD",), subscribe=False).encode()) == {
        "type": "unsubscribe",
        "channel": "level2",
        "product_ids": ["BTC-USD"],
    }


def test_a_product_left_out_of_the_ack_is_missing_only_after_it() -> None:
    ledger = SubscriptionLedger(price_requests(["BTC-USD", "NOPE-USD"]))
    assert ledger.missing == ()
    ledger.acknowledge({"heartbeats": frozenset({"heartbeats"})})
    assert ledger.missing == ()
    ledger.acknowledge({"ticker": frozenset({"BTC-USD"})})
    assert ledger.missing == ("NOPE-USD",)
    assert not ledger.all_refused


def test_a_later_chunk_is_not_missing_before_its_own_ack() -> None:
    ledger = SubscriptionLedger(price_requests(FOUR_HUNDRED)[1:])
    ledger.acknowledge({"ticker": frozenset(FOUR_HUNDRED[:100])})
    assert ledger.missing == ()


def test_it_is_known_when_nothing_at_all_was_granted() -> None:
    ledger = SubscriptionLedger(price_requests(["NOPE-USD"]))
    ledger.acknowledge({})
    assert not ledger.all_refused
    ledger.acknowledge({})
    assert ledger.all_refused
