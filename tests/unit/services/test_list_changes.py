"""Check what typing over a figure of an order in a list comes to."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from terminal_app.domain.market import Side
from terminal_app.domain.order import Order, OrderStatus
from terminal_app.domain.order_checks import MarketNow
from terminal_app.domain.order_request import Amendment, OrderListKind, OrderType, Trigger
from terminal_app.errors import InvalidOrder
from terminal_app.services.list_changes import ListChange, list_change
from tests.helpers.account_values import LIMIT
from tests.helpers.market_values import instrument

D = Decimal
TAKE = replace(
    LIMIT, client_order_id="take", side=Side.SELL, price=D(66000), quantity=D(1), order_list_id=3
)
STOP = replace(
    TAKE,
    client_order_id="stop",
    type=OrderType.STOP_MARKET,
    price=D(0),
    trigger=Trigger(D(60000)),
)
ENTRY = replace(TAKE, client_order_id="entry", side=Side.BUY, price=D(62000), quantity=D("1.01"))
OTHER = replace(TAKE, client_order_id="other", order_list_id=4)
PAIR = (STOP, TAKE)
WAITING = tuple(replace(leg, status=OrderStatus.PENDING_NEW) for leg in PAIR)
BRACKET = (ENTRY, *WAITING)


def change(order: Order, working: tuple[Order, ...], **wanted: str) -> ListChange:
    """Return the change of a list in which one figure was typed over."""
    values = {name: D(text) for name, text in wanted.items()}
    now = MarketNow(last=D(63000))
    return list_change(order, (OTHER, *working), instrument(), now, **values)


def test_another_price_of_one_leg_places_the_whole_pair_anew_and_says_what_that_costs() -> None:
    found = change(STOP, PAIR, trigger="61000")
    assert found.amendment is None
    assert found.request.kind is OrderListKind.OCO
    above, below = found.request.orders
    assert (above.price, below.trigger) == (D(66000), Trigger(D(61000)))
    assert set(found.standing) == set(PAIR)
    for word in ("unprotected", "places in the queue", "refuses the new list"):
        assert word in found.words


def test_a_smaller_size_of_a_pair_is_the_one_thing_that_is_changed_in_place() -> None:
    found = change(TAKE, PAIR, quantity="0.5")
    assert found.amendment == Amendment(quantity=D("0.5"))
    assert [one.quantity for one in found.request.orders] == [D("0.5")] * 2
    assert change(TAKE, PAIR, quantity="1.5").amendment is None
    assert change(WAITING[0], BRACKET, quantity="0.5").amendment is None


def test_an_entry_and_what_waits_for_it_stay_together() -> None:
    found = change(ENTRY, BRACKET, price="61500")
    assert found.request.kind is OrderListKind.OTOCO
    entry, above, below = found.request.orders
    assert (entry.price, entry.quantity) == (D(61500), D("1.01"))
    assert (above.price, below.trigger) == (D(66000), Trigger(D(60000)))
    # What the fee leaves of it is less than the entry, and stays the same share.
    half = change(ENTRY, BRACKET, quantity="0.505").request.orders
    assert [one.quantity for one in half] == [D("0.505"), D("0.5"), D("0.5")]
    alone = change(WAITING[1], (ENTRY, WAITING[1]), price="65000").request
    assert (alone.kind, alone.orders[1].price) == (OrderListKind.OTO, D(65000))


@pytest.mark.parametrize(
    ("order", "working", "wanted", "words"),
    [
        (TAKE, PAIR, {"price": "66000"}, "nothing of it would change"),
        (TAKE, PAIR, {"price": "59000"}, "above"),
        (WAITING[0], BRACKET, {"quantity": "2"}, "more than its entry opens"),
        (TAKE, (TAKE,), {"price": "65000"}, "not all of its list is known"),
        (
            TAKE,
            (replace(STOP, status=OrderStatus.UNKNOWN), TAKE),
            {"price": "65000"},
            "not all of its list is known",
        ),
        (
            ENTRY,
            (replace(ENTRY, executed_quantity=D("0.1")), *WAITING),
            {"price": "61500"},
            "its list traded",
        ),
        (TAKE, (STOP, replace(TAKE, cancel_pending=True)), {"price": "65000"}, "its list traded"),
    ],
)
def test_what_cannot_be_placed_anew_as_it_is_is_refused(
    order: Order, working: tuple[Order, ...], wanted: dict[str, str], words: str
) -> None:
    order = next(one for one in working if one.client_order_id == order.client_order_id)
    with pytest.raises(InvalidOrder, match=words):
        change(order, working, **wanted)
