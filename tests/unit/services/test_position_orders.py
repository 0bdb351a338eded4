"""Check that what closes a position can do nothing else, and what protects it is found."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from terminal_app.domain.account import Position, PositionSide
from terminal_app.domain.market import Side
from terminal_app.domain.order_request import OrderType, Trigger
from terminal_app.errors import InvalidOrder
from terminal_app.services.position_orders import (
    halving_request,
    limit_closing_request,
    protections,
    reopening_request,
)
from tests.helpers.account_values import LIMIT, LONG, SHORT
from tests.helpers.market_values import instrument

D = Decimal
HEDGED = replace(LONG, position_side=PositionSide.LONG)


@pytest.mark.parametrize(("position", "side"), [(LONG, Side.SELL), (SHORT, Side.BUY)])
def test_half_is_rounded_down_and_reduce_only(position: Position, side: Side) -> None:
    request = halving_request(position, instrument())
    assert (request.quantity, request.side, request.reduce_only) == (D("0.125"), side, True)
    odd = halving_request(replace(position, amount=position.amount / 250 * 3), instrument())
    assert odd.quantity == D("0.001")


def test_half_of_the_least_size_is_none() -> None:
    with pytest.raises(InvalidOrder, match="close all of it"):
        halving_request(replace(LONG, amount=D("0.001")), instrument())


def test_closing_at_a_price_never_exceeds_what_is_held() -> None:
    request = limit_closing_request(LONG, instrument(), D("62500.0"), D("0.1"))
    assert (request.type, request.price, request.quantity) == (
        OrderType.LIMIT, D("62500.0"), D("0.1"),
    )  # fmt: skip
    assert request.only_reduces
    with pytest.raises(InvalidOrder, match=r"more than is held.*0\.25"):
        limit_closing_request(LONG, instrument(), D("62500.0"), D("0.251"))
    with pytest.raises(InvalidOrder, match="multiple"):
        limit_closing_request(LONG, instrument(), D("62500.05"), D("0.1"))


def test_reversing_opens_as_much_on_the_other_side() -> None:
    one_way = reopening_request(LONG, is_hedged=False)
    assert (one_way.side, one_way.quantity, one_way.reduce_only) == (Side.SELL, D("0.25"), False)
    assert not one_way.only_reduces
    hedged = reopening_request(HEDGED, is_hedged=True)
    assert (hedged.side, hedged.position_side) == (Side.SELL, PositionSide.SHORT)
    assert not hedged.only_reduces


def test_the_nearest_of_each_protects() -> None:
    def waits(kind: OrderType, price: int, side: Side = Side.SELL) -> object:
        return replace(LIMIT, side=side, type=kind, trigger=Trigger(D(price)))

    orders = [
        LIMIT,
        waits(OrderType.TAKE_PROFIT_MARKET, 66_000),
        waits(OrderType.TAKE_PROFIT_MARKET, 64_000),
        waits(OrderType.STOP_MARKET, 58_000),
        waits(OrderType.STOP_MARKET, 61_900, Side.BUY),
    ]
    found = protections(LONG, [order for order in orders if isinstance(order, type(LIMIT))])
    assert [order.trigger.price for order in found if order and order.trigger] == [
        D(64_000), D(58_000),
    ]  # fmt: skip
    assert protections(HEDGED, [LIMIT]) == (None, None)
