"""What a policy does next, without a loop: never on an unknown order, never past its limit."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal_app.domain.instrument import Instrument, Market, NotionalRule, StepRange
from terminal_app.domain.market import BestPrices, Side
from terminal_app.domain.order import Order, OrderStatus
from terminal_app.domain.order_request import OrderType, TimeInForce
from terminal_app.domain.policy import (
    Chase,
    Policy,
    Progress,
    Sight,
    Step,
    StepKind,
    Then,
    TimeOut,
    after_step,
    begin,
    check_policy,
    check_rest,
    next_step,
    rest_of,
)
from terminal_app.domain.self_trade import SelfTradePrevention
from terminal_app.errors import InvalidOrder

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
CHASE = Chase(D(105))
INSTRUMENT = Instrument(
    symbol="BTCUSDT",
    market=Market.USDM,
    base_asset="BTC",
    quote_asset="USDT",
    status="TRADING",
    price=StepRange(D("0.5"), D(1000), D("0.5")),
    quantity=StepRange(D("0.1"), D(100), D("0.1")),
    market_quantity=StepRange(D(1), D(10), D("0.1")),
    notional=NotionalRule(D(50)),
)
STARTED = begin(ORDER, 0.0)
ASKED = after_step(STARTED, Step(K.CANCEL), 60.0)
CANCELED = replace(ORDER, status=S.CANCELED)


def _best(bid: str, ask: str = "200") -> BestPrices:
    return BestPrices(D(bid), D(1), D(ask), D(1), 1)


@pytest.mark.parametrize(
    ("order", "now_s", "progress", "kind"),
    [
        (ORDER, 59.9, STARTED, K.WAIT),
        (ORDER, 60.0, STARTED, K.CANCEL),
        (ORDER, 9999.0, STARTED, K.CANCEL),
        (
            replace(ORDER, status=S.PARTIALLY_FILLED, executed_quantity=D(1)),
            60.0,
            STARTED,
            K.CANCEL,
        ),
        (replace(ORDER, status=S.SENDING), 90.0, STARTED, K.WAIT),
        (replace(ORDER, cancel_pending=True), 10.0, STARTED, K.STOP),
        (replace(ORDER, amend_pending=True), 70.0, STARTED, K.WAIT),
        (replace(ORDER, price=D(99)), 70.0, STARTED, K.STOP),
        (replace(ORDER, cancel_pending=True), 90.0, ASKED, K.WAIT),
        (ORDER, 90.0, ASKED, K.STOP),
        (replace(ORDER, status=S.FILLED, executed_quantity=D(3)), 60.0, ASKED, K.STOP),
        (CANCELED, 70.0, ASKED, K.SEND_REST),
        (CANCELED, 70.1, ASKED, K.STOP),
        (CANCELED, 70.0, STARTED, K.STOP),
        (replace(CANCELED, executed_quantity=D(3)), 70.0, ASKED, K.STOP),
        (replace(ORDER, status=S.EXPIRED), 70.0, ASKED, K.STOP),
        (replace(ORDER, status=S.REJECTED), 70.0, ASKED, K.STOP),
    ],
)
def test_an_order_whose_time_is_over(
    order: Order, now_s: float, progress: Progress, kind: StepKind
) -> None:
    assert next_step(RESTS, progress, Sight(order, now_s)).kind is kind


def test_nothing_follows_where_nothing_was_wanted() -> None:
    assert next_step(TimeOut(60), ASKED, Sight(CANCELED, 70)) == Step(K.STOP)


def test_a_refused_cancel_is_said() -> None:
    assert "did not end" in next_step(RESTS, ASKED, Sight(ORDER, 61)).reason


@pytest.mark.parametrize(
    ("sight", "words"),
    [
        (Sight(CANCELED, 70, is_touched=True), "by hand"),
        (Sight(CANCELED, 70, obstacle="no touch"), "no touch"),
        (Sight(CANCELED, 70, twins=("t1-b",)), "another order like it exists (t1-b)"),
    ],
)
@pytest.mark.parametrize("policy", [RESTS, CHASE])
def test_a_rest_that_is_held_back_is_said(policy: Policy, sight: Sight, words: str) -> None:
    step = next_step(policy, ASKED, replace(sight, best=_best("101")))
    assert step.kind is K.STOP
    assert "its rest of 3 was not sent" in step.reason
    assert words in step.reason


@pytest.mark.parametrize("policy", [RESTS, CHASE])
@pytest.mark.parametrize("status", [S.SENDING, S.NEW, S.PARTIALLY_FILLED, S.OTHER])
def test_a_touch_stops_every_policy_and_an_obstacle_makes_it_wait(
    policy: Policy, status: OrderStatus
) -> None:
    sight = Sight(replace(ORDER, status=status), 99, _best("101"), amends=True)
    touched = next_step(policy, STARTED, replace(sight, is_touched=True))
    assert touched.kind is K.STOP
    assert "by hand" in touched.reason
    assert next_step(policy, STARTED, replace(sight, obstacle="no touch")) == Step(K.WAIT)


@pytest.mark.parametrize("policy", [RESTS, CHASE])
@pytest.mark.parametrize(
    ("progress", "now_s", "words"),
    [
        # Asked for in time, and proven after the connection had been away.
        (ASKED, 71.0, "its end came 11 s late"),
        # Asked for in an earlier run: the price of that moment is gone.
        (replace(ASKED, is_resumed=True), 61.0, "the program ended meanwhile"),
    ],
)
def test_a_rest_is_not_sent_late(
    policy: Policy, progress: Progress, now_s: float, words: str
) -> None:
    step = next_step(policy, progress, Sight(CANCELED, now_s, _best("101")))
    assert step == Step(K.STOP, f"its rest of 3 was not sent: {words}")


def test_a_time_out_that_passed_while_nothing_could_be_done_still_ends_the_order() -> None:
    away = next_step(RESTS, STARTED, Sight(ORDER, 100.0, obstacle="no touch"))
    assert away.kind is K.WAIT
    asks = next_step(RESTS, STARTED, Sight(ORDER, 100.0))
    assert asks.kind is K.CANCEL
    step = next_step(RESTS, after_step(STARTED, asks, 100.0), Sight(CANCELED, 100.1))
    assert step == Step(K.STOP, "its rest of 3 was not sent: its end came 40 s late")


@pytest.mark.parametrize("policy", [RESTS, CHASE])
def test_an_end_that_an_earlier_run_asked_for_is_asked_for_again(policy: Policy) -> None:
    resumed = replace(ASKED, is_resumed=True)
    step = next_step(policy, resumed, Sight(ORDER, 61.0, _best("101")))
    assert step.kind is K.CANCEL
    again = after_step(resumed, step, 61.0)
    assert "did not end" in next_step(policy, again, Sight(ORDER, 62.0, _best("101"))).reason


@pytest.mark.parametrize(
    ("then", "order_type", "time_in_force", "price"),
    [
        (Then.MARKET, OrderType.MARKET, TimeInForce.GTC, None),
        (Then.IOC, OrderType.LIMIT, TimeInForce.IOC, D(100)),
    ],
)
def test_the_rest_is_what_was_not_filled(
    then: Then, order_type: OrderType, time_in_force: TimeInForce, price: Decimal | None
) -> None:
    order = replace(CANCELED, executed_quantity=D(1), reduce_only=True)
    request = rest_of(TimeOut(60, then), order, None)
    assert request.quantity == 2
    assert (request.type, request.time_in_force) == (order_type, time_in_force)
    assert request.price == price
    assert request.reduce_only


def test_a_chased_rest_keeps_its_terms_at_another_price() -> None:
    order = replace(CANCELED, time_in_force=TimeInForce.POST_ONLY, executed_quantity=D(1))
    order = replace(
        order, visible_quantity=D(1), self_trade_prevention=SelfTradePrevention.EXPIRE_BOTH
    )
    request = rest_of(CHASE, order, D(101))
    assert request.visible_quantity == 1
    assert request.self_trade_prevention is SelfTradePrevention.EXPIRE_BOTH
    assert rest_of(RESTS, order, None).visible_quantity is None
    assert (request.type, request.time_in_force) == (OrderType.LIMIT, TimeInForce.POST_ONLY)
    assert (request.quantity, request.price) == (D(2), D(101))


def _chase(order: Order, bid: str, ask: str = "200", **known: float) -> Step:
    policy = Chase(D(105) if order.side is Side.BUY else D(95))
    progress = Progress(order.price, 0.0, 0.0, int(known.get("moves", 0)))
    sight = Sight(order, known.get("now_s", 5.0), _best(bid, ask), amends=True)
    return next_step(policy, progress, sight)


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
    assert _chase(ORDER, "101", now_s=0.5).kind is K.WAIT
    assert _chase(replace(ORDER, amend_pending=True), "101").kind is K.WAIT
    assert _chase(ORDER, "101", moves=20).kind is K.STOP
    assert _chase(replace(ORDER, cancel_pending=True), "101").kind is K.STOP
    assert next_step(CHASE, STARTED, Sight(ORDER, 9)).kind is K.WAIT


def test_a_moved_order_is_awaited_where_it_was_moved_to() -> None:
    moved = after_step(STARTED, Step(K.MOVE, price=D(101)), 5.0)
    assert moved == Progress(D(101), 0.0, 5.0, 1)
    on_its_way = replace(ORDER, amend_pending=True)
    # The event of the new price may come before the answer does.
    for order in (on_its_way, replace(on_its_way, price=D(101))):
        assert next_step(CHASE, moved, Sight(order, 9, _best("102"), amends=True)).kind is K.WAIT
    arrived = Sight(replace(ORDER, price=D(101)), 9, _best("102"), amends=True)
    assert next_step(CHASE, moved, arrived) == Step(K.MOVE, price=D(102))
    refused = next_step(CHASE, moved, Sight(ORDER, 9, _best("102"), amends=True))
    assert refused == Step(K.STOP, "it stands at 100, not at 101")


def test_where_nothing_is_amended_the_end_is_proven_before_another_is_sent() -> None:
    asks = next_step(CHASE, STARTED, Sight(ORDER, 9, _best("101")))
    assert asks == Step(K.CANCEL)
    asked = after_step(STARTED, asks, 9.0)
    waits = next_step(CHASE, asked, Sight(replace(ORDER, cancel_pending=True), 9, _best("103")))
    assert waits.kind is K.WAIT
    sends = next_step(CHASE, asked, Sight(CANCELED, 9, _best("103")))
    assert sends == Step(K.SEND_REST, price=D(103))
    again = after_step(asked, sends, 9.1)
    assert again == Progress(D(103), 0.0, 9.1, 1)
    refused = Sight(replace(ORDER, status=S.REJECTED, reason="no"), 9, _best("103"))
    assert "could not be sent anew: no" in next_step(CHASE, again, refused).reason
    filled = Sight(replace(ORDER, status=S.FILLED, executed_quantity=D(3)), 9, _best("103"))
    assert next_step(CHASE, asked, filled) == Step(K.STOP)


@pytest.mark.parametrize(
    ("policy", "order", "field"),
    [
        (TimeOut(0), ORDER, "Time-out"),
        (TimeOut(float("nan")), ORDER, "Time-out"),
        (TimeOut(60), CANCELED, "Order"),
        (TimeOut(60), replace(ORDER, status=S.UNKNOWN), "Order"),
        (RESTS, replace(ORDER, type=OrderType.STOP_LIMIT), "Type"),
        (RESTS, replace(ORDER, order_list_id=7), "Order list"),
        (CHASE, replace(ORDER, type=OrderType.STOP_MARKET), "Type"),
        (CHASE, replace(ORDER, time_in_force=TimeInForce.IOC), "Time in force"),
        (Chase(D("100.3")), ORDER, "Price"),
        (Chase(D(105), pause_s=0), ORDER, "Pause"),
        (Chase(D(105), moves=0), ORDER, "Moves"),
    ],
)
def test_a_policy_that_makes_no_sense_is_refused(policy: Policy, order: Order, field: str) -> None:
    with pytest.raises(InvalidOrder) as refused:
        check_policy(policy, order, INSTRUMENT)
    assert refused.value.field == field


def test_a_policy_that_makes_sense_is_taken() -> None:
    check_policy(TimeOut(60), replace(ORDER, type=OrderType.STOP_MARKET), INSTRUMENT)
    check_policy(RESTS, ORDER, INSTRUMENT)
    check_policy(CHASE, replace(ORDER, time_in_force=TimeInForce.POST_ONLY), INSTRUMENT)


def test_a_rest_too_small_to_be_sent_is_refused_here() -> None:
    few = replace(CANCELED, executed_quantity=D("2.5"))
    with pytest.raises(InvalidOrder, match="the least is 1"):
        check_rest(rest_of(RESTS, few, None), D(100), INSTRUMENT)
    check_rest(rest_of(CHASE, few, D(100)), D(100), INSTRUMENT)
    with pytest.raises(InvalidOrder, match="worth at least 50"):
        check_rest(rest_of(CHASE, few, D(99)), D(99), INSTRUMENT)
    reduces = replace(few, reduce_only=True)
    check_rest(rest_of(CHASE, reduces, D(99)), D(99), INSTRUMENT)


@given(
    st.sampled_from([RESTS, TimeOut(60, Then.IOC), TimeOut(), CHASE]),
    st.sampled_from([S.UNKNOWN, *(status for status in S if status.is_final)]),
    st.sampled_from([STARTED, ASKED]),
    st.integers(0, 3),
    st.booleans(),
)
def test_no_policy_moves_an_order_that_is_unknown_or_over(
    policy: Policy, status: OrderStatus, progress: Progress, executed: int, amends: bool
) -> None:
    order = replace(ORDER, status=status, executed_quantity=D(executed))
    step = next_step(policy, progress, Sight(order, 99, _best("101"), amends=amends))
    sends = step.kind is K.SEND_REST
    assert sends or step.kind is K.STOP
    assert not sends or (status is S.CANCELED and executed < 3 and progress is ASKED)
    if status is S.UNKNOWN:
        assert "nobody knows" in step.reason
