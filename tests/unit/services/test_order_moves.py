"""What a price on the chart asks for: an order moved, a position closed there."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from terminal_app.domain.account import PositionSide
from terminal_app.domain.market import Side
from terminal_app.domain.order import Order, OrderStatus, order_from_request
from terminal_app.domain.order_request import OrderType, Trigger
from terminal_app.domain.self_trade import SelfTradePrevention
from terminal_app.services.order_moves import (
    can_move,
    moved_request,
    other_leg,
    protecting_request,
    shown_price,
    standing_protection,
    takes_profit,
)
from tests.helpers.account_values import LIMIT, LONG, SHORT

D = Decimal
STOP = replace(LIMIT, type=OrderType.STOP_LIMIT, trigger=Trigger(D(61500)), is_conditional=True)


@pytest.mark.parametrize(
    "order",
    [
        replace(LIMIT, status=OrderStatus.UNKNOWN),
        replace(LIMIT, status=OrderStatus.SENDING),
        replace(LIMIT, status=OrderStatus.FILLED),
        replace(LIMIT, cancel_pending=True),
        replace(LIMIT, amend_pending=True),
        replace(LIMIT, order_list_id=7),
        replace(LIMIT, type=OrderType.TRAILING_STOP),
    ],
)
def test_what_is_unknown_on_its_way_or_bound_to_others_is_not_moved(order: Order) -> None:
    assert can_move(LIMIT)
    assert can_move(STOP)
    assert not can_move(order)


def test_a_moved_order_keeps_everything_but_its_price() -> None:
    partly = replace(LIMIT, executed_quantity=D("0.5"), reduce_only=True)
    request = moved_request(partly, D(60500))
    assert (request.price, request.quantity) == (D(60500), D(1))
    assert (request.side, request.type, request.reduce_only) == (Side.BUY, OrderType.LIMIT, True)


def test_a_moved_order_keeps_its_rarer_terms_as_far_as_they_make_sense() -> None:
    modes = SelfTradePrevention
    iceberg = replace(
        LIMIT, visible_quantity=D("0.4"), self_trade_prevention=modes.DECREMENT, good_till_ms=7
    )
    request = moved_request(iceberg, D(60500))
    terms = (request.visible_quantity, request.self_trade_prevention, request.good_till_ms)
    assert terms == (D("0.4"), modes.DECREMENT, 7)
    # What is left of it would be shown whole.
    almost_filled = replace(iceberg, executed_quantity=D("1.1"))
    assert moved_request(almost_filled, D(60500)).visible_quantity is None


def test_a_moved_condition_takes_its_limit_along() -> None:
    request = moved_request(STOP, D(61700))
    assert request.trigger is not None
    assert (request.trigger.price, request.price) == (D(61700), D(61200))
    assert shown_price(STOP) == D(61500)


def test_above_or_below_the_market_decides_what_an_exit_is() -> None:
    assert takes_profit(Side.SELL, D(101), D(100))
    assert not takes_profit(Side.SELL, D(99), D(100))
    assert takes_profit(Side.BUY, D(99), D(100))
    profit = protecting_request(LONG, D(63000), D(62000))
    assert (profit.side, profit.type) == (Side.SELL, OrderType.TAKE_PROFIT_MARKET)
    # Above the entry, below the market: a profit is protected, so it is a stop.
    loss = protecting_request(LONG, D(61500), D(62000))
    assert (loss.side, loss.type) == (Side.SELL, OrderType.STOP_MARKET)
    assert protecting_request(SHORT, D(63000), D(62000)).type is OrderType.STOP_MARKET


def test_an_exit_closes_the_whole_position_and_nothing_else() -> None:
    hedged = replace(LONG, position_side=PositionSide.LONG)
    request = protecting_request(hedged, D(63000), D(62000))
    assert request.only_reduces
    assert (request.close_position, request.quantity) == (True, None)
    assert request.position_side is PositionSide.LONG


def test_what_stands_for_the_same_exit_is_found() -> None:
    request = protecting_request(LONG, D(63000), D(62000))
    order = replace(order_from_request(request, "t-1", 0), status=OrderStatus.NEW)
    assert order.close_position
    assert standing_protection(request, [LIMIT, order]) == order
    other = protecting_request(LONG, D(60000), D(62000))
    assert standing_protection(other, [order]) is None
    ended = replace(order, status=OrderStatus.CANCELED)
    assert standing_protection(request, [ended]) is None
    moved = moved_request(order, D(63500))
    assert (moved.close_position, moved.quantity, moved.reduce_only) == (True, None, False)


def test_a_pair_is_moved_as_a_whole_only_while_both_legs_wait_untouched() -> None:
    take = replace(LIMIT, side=Side.SELL, order_list_id=7)
    stop = replace(
        take, type=OrderType.STOP_MARKET, trigger=Trigger(D(59000)), client_order_id="t-2"
    )
    assert other_leg(take, [take, stop, LIMIT]) == stop
    assert other_leg(LIMIT, [take, stop, LIMIT]) is None
    for broken in (
        replace(stop, status=OrderStatus.UNKNOWN),
        replace(stop, cancel_pending=True),
        replace(stop, quantity=D(9)),
        replace(stop, side=Side.BUY),
        replace(stop, type=OrderType.TRAILING_STOP),
        replace(take, client_order_id="t-3"),
    ):
        assert other_leg(take, [take, broken]) is None
    third = replace(stop, client_order_id="t-3")
    assert other_leg(take, [take, stop, third]) is None
