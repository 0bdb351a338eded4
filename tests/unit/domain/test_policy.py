"""What a policy does next, without a loop: never on an unknown order, never past its limit."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal_app.domain.instrument import Market
from terminal_app.domain.market import BestPrices, Level, Side
from terminal_app.domain.order import Order, OrderStatus
from terminal_app.domain.order_request import OrderType, TimeInForce
from terminal_app.domain.policy import (
    Chase,
    Step,
    StepKind,
    Then,
    TimeOut,
    next_of_chase,
    next_of_time_out,
)

D, S, K = Decimal, OrderStatus, StepKind
ORDER = Order(
    market=Market.USDM,
    symbol="BTCUSDT",
    client_order_id="t1-a",
    side=Side.BUY,
    type=OrderType.LIMIT,
    time_in_force=TimeInForce.GTC,
    quantity=D(3),
    price=D(100),
    status=S.NEW,
    created_ms=0,
    updated_ms=0,
    order_id=1,
)
RESTS = TimeOut(60, Then.MARKET)


@pytest.mark.parametrize(
    ("order", "age_s", "has_asked", "kind"),
    [
        (ORDER, 59.9, False, K.WAIT),
        (ORDER, 60.0, False, K.CANCEL),
        (ORDER, 90.0, True, K.WAIT),
        (replace(ORDER, status=S.SENDING), 90.0, False, K.WAIT),
        (replace(ORDER, cancel_pending=True), 10.0, False, K.STOP),
        (replace(ORDER, amend_pending=True), 10.0, False, K.STOP),
        (replace(ORDER, status=S.FILLED, executed_quantity=D(3)), 60.0, True, K.STOP),
        (replace(ORDER, status=S.CANCELED), 70.0, True, K.SEND_REST),
        (replace(ORDER, status=S.CANCELED), 70.0, False, K.STOP),
        (replace(ORDER, status=S.CANCELED, executed_quantity=D(3)), 70.0, True, K.STOP),
        (replace(ORDER, status=S.EXPIRED), 70.0, True, K.STOP),
    ],
)
def test_an_order_whose_time_is_over(
    order: Order, age_s: float, has_asked: bool, kind: StepKind
) -> None:
    assert next_of_time_out(RESTS, order, age_s, has_asked=has_asked).kind is kind


def test_nothing_follows_where_nothing_was_wanted() -> None:
    ended = replace(ORDER, status=S.CANCELED)
    assert next_of_time_out(TimeOut(60), ended, 70, has_asked=True).kind is K.STOP


def _chase(order: Order, bid: str, ask: str = "200", **changed: float) -> Step:
    best = BestPrices(Level(D(bid), D(1)), Level(D(ask), D(1)), 1)
    return next_of_chase(
        Chase(D(105) if order.side is Side.BUY else D(95)),
        order,
        best,
        changes=int(changed.get("changes", 0)),
        since_change_s=changed.get("since_change_s", 5.0),
        is_moving=bool(changed.get("is_moving")),
    )


def test_the_best_price_is_followed_up_to_the_limit() -> None:
    assert _chase(ORDER, "100").kind is K.WAIT
    assert _chase(ORDER, "99").kind is K.WAIT
    assert _chase(ORDER, "101") == Step(K.MOVE, price=D(101))
    assert _chase(ORDER, "110") == Step(K.MOVE, price=D(105))
    assert _chase(replace(ORDER, price=D(105)), "110").kind is K.WAIT
    sell = replace(ORDER, side=Side.SELL)
    assert _chase(sell, "1", "99") == Step(K.MOVE, price=D(99))
    assert _chase(sell, "1", "90") == Step(K.MOVE, price=D(95))


def test_a_chase_holds_its_pace_and_its_count() -> None:
    assert _chase(ORDER, "101", since_change_s=0.5).kind is K.WAIT
    assert _chase(ORDER, "101", is_moving=True).kind is K.WAIT
    assert _chase(ORDER, "101", changes=20).kind is K.STOP
    assert _chase(replace(ORDER, cancel_pending=True), "101").kind is K.STOP
    assert next_of_chase(
        Chase(D(105)), ORDER, None, changes=0, since_change_s=9, is_moving=False
    ) == Step(K.WAIT)


@given(
    st.sampled_from([S.UNKNOWN, *(status for status in S if status.is_final)]),
    st.booleans(),
    st.booleans(),
    st.integers(0, 30),
)
def test_no_policy_moves_an_order_that_is_unknown_or_over(
    status: OrderStatus, asked: bool, moving: bool, changes: int
) -> None:
    order = replace(ORDER, status=status)
    chased = _chase(order, "101", is_moving=moving, changes=changes)
    assert chased.kind is K.STOP
    timed = next_of_time_out(RESTS, order, 99, has_asked=asked)
    assert timed.kind is K.STOP or (status is S.CANCELED and asked)
    if status is S.UNKNOWN:
        assert "nobody knows" in chased.reason
        assert "nobody knows" in timed.reason
