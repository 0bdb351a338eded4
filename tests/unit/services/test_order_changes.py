"""Check what typing over a price or a size of a resting order comes to, on each market."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from terminal_app.domain.order import Order
from terminal_app.domain.order_checks import MarketNow
from terminal_app.domain.order_request import Amendment, OrderType, Trigger
from terminal_app.errors import InvalidOrder
from terminal_app.services.order_changes import OrderChange, order_change
from terminal_app.venues.binance.spot.venue import CAPABILITIES as SPOT
from terminal_app.venues.binance.usdm.venue import CAPABILITIES as USDM
from tests.helpers.account_values import LIMIT
from tests.helpers.market_values import instrument

D = Decimal
PARTLY = replace(LIMIT, executed_quantity=D("0.5"))


def change(
    order: Order = LIMIT,
    price: str | None = None,
    quantity: str | None = None,
    *,
    amends: bool = True,
) -> OrderChange:
    """Return the change to a price or a whole size."""
    return order_change(
        order,
        instrument(),
        MarketNow(),
        USDM if amends else SPOT,
        price=D(price) if price else None,
        quantity=D(quantity) if quantity else None,
    )


def test_another_price_is_changed_in_place_where_the_venue_can() -> None:
    found = change(PARTLY, price="60000.0")
    assert found.amendment == Amendment(quantity=D("1.5"), price=D("60000.0"))
    assert found.request.quantity == D(1)
    assert "loses its place" in found.words


def test_else_the_order_is_ended_and_its_rest_sent_anew() -> None:
    found = change(price="60000.0", amends=False)
    assert found.amendment is None
    assert (found.request.quantity, found.request.price) == (D("1.5"), D("60000.0"))
    assert change(quantity="2", amends=False).amendment is None


@pytest.mark.parametrize("amends", [True, False])
def test_a_smaller_size_keeps_its_place_in_the_queue(amends: bool) -> None:
    found = change(PARTLY, quantity="1.2", amends=amends)
    assert found.amendment == Amendment(quantity=D("1.2"), price=D(61000))
    assert found.request.quantity == D("0.7")
    assert "keeps its place" in found.words


def test_a_waiting_order_is_replaced_with_its_trigger() -> None:
    waiting = replace(
        LIMIT, type=OrderType.STOP_LIMIT, trigger=Trigger(D(60900)), is_conditional=True
    )
    for found in (change(waiting, price="60950.0"), change(waiting, quantity="1")):
        assert found.amendment is None
        assert found.request.trigger == Trigger(D(60900))


def test_a_trigger_is_changed_and_what_closes_all_has_no_size() -> None:
    stop = replace(
        LIMIT,
        type=OrderType.STOP_MARKET,
        trigger=Trigger(D(60900)),
        is_conditional=True,
        close_position=True,
        quantity=D(0),
        price=D(0),
    )
    found = order_change(stop, instrument(), MarketNow(), USDM, trigger=D("60800.0"))
    assert found.request.trigger == Trigger(D("60800.0"))
    assert (found.request.quantity, found.request.close_position) == (None, True)
    assert found.amendment is None
    with pytest.raises(InvalidOrder, match="nothing of it would change"):
        order_change(stop, instrument(), MarketNow(), USDM, trigger=D(60900))


def test_what_was_filled_in_part_is_not_replaced() -> None:
    with pytest.raises(InvalidOrder, match="cancel it and send the rest"):
        change(PARTLY, price="60000.0", amends=False)


@pytest.mark.parametrize(
    ("order", "price", "quantity", "words"),
    [
        (LIMIT, "60000.05", None, "Nearest legal value: 60000"),
        (LIMIT, None, "0.0005", "the least is 0.001"),
        (PARTLY, None, "0.5", "is filled already"),
        (LIMIT, "61000.0", None, "nothing of it would change"),
        (replace(LIMIT, order_list_id=3), "60000.0", None, "cancel the list"),
        (replace(LIMIT, amend_pending=True), "60000.0", None, "on its way"),
        (replace(LIMIT, type=OrderType.STOP_MARKET), "60000.0", None, "at market has none"),
    ],
)
def test_what_breaks_a_rule_is_refused(
    order: Order, price: str | None, quantity: str | None, words: str
) -> None:
    with pytest.raises(InvalidOrder, match=words):
        change(order, price, quantity)
