"""Whatever the venue says, in whatever order and how often, an order ends the same."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal_app.domain.instrument import ZERO, Market
from terminal_app.domain.market import Side
from terminal_app.domain.order import (
    FINAL,
    MOVES,
    Fill,
    Order,
    OrderStatus,
    OrderUpdate,
    apply_update,
    order_from_request,
    order_from_update,
)
from terminal_app.domain.order_request import OrderRequest, OrderType, TimeInForce

D = Decimal
S = OrderStatus
OURS = {S.SENDING, S.UNKNOWN, S.NOT_SENT}
ENDS = {S.FILLED, S.CANCELED, S.EXPIRED, S.EXPIRED_IN_MATCH}
REQUEST = OrderRequest(Market.SPOT, "BTCUSDT", Side.BUY, OrderType.LIMIT, D(3), D(100))


def order(status: OrderStatus = S.SENDING, executed: str = "0", quote: str = "0") -> Order:
    """Return an order that stands somewhere."""
    return replace(
        order_from_request(REQUEST, "t1-run-000001-x", 1000),
        status=status,
        executed_quantity=D(executed),
        executed_quote=D(quote),
    )


def update(
    status: OrderStatus,
    executed: str = "0",
    quote: str | None = None,
    *,
    fill: Fill | None = None,
    time_ms: int = 2000,
    reason: str = "",
) -> OrderUpdate:
    """Return what a venue says of the order."""
    return OrderUpdate(
        market=Market.SPOT,
        symbol="BTCUSDT",
        client_order_id="t1-run-000001-x",
        order_id=7,
        side=Side.BUY,
        type=OrderType.LIMIT,
        time_in_force=TimeInForce.GTC,
        price=D(100),
        quantity=D(3),
        status=status,
        executed_quantity=D(executed),
        executed_quote=None if quote is None else D(quote),
        time_ms=time_ms,
        fill=fill,
        reason=reason,
    )


def fill(trade_id: int, price: str, quantity: str = "1") -> Fill:
    """Return one execution."""
    return Fill(
        Market.SPOT, "BTCUSDT", trade_id, 7, Side.BUY, D(price), D(quantity), ZERO, "BTC", True, 0
    )


# The life of one order of 3: its updates in the order in which the venue made them. On spot every
# report carries what was paid so far; a futures acknowledgement carries none of it.
SPOT_FILLED = (
    update(S.NEW, time_ms=2000),
    update(S.PARTIALLY_FILLED, "1", "100", fill=fill(1, "100"), time_ms=2001),
    update(S.PARTIALLY_FILLED, "2", "199", fill=fill(2, "99"), time_ms=2002),
    update(S.FILLED, "3", "297", fill=fill(3, "98"), time_ms=2003),
    update(S.FILLED, "3", "297", time_ms=2003),
)
FUTURES_FILLED = (
    update(S.NEW, "0", None),
    update(S.FILLED, "3", None, time_ms=2003),
    *SPOT_FILLED[1:4],
)
CANCELED = (
    *SPOT_FILLED[:2],
    update(S.CANCELED, "1", "100", time_ms=2004, reason="by the person"),
)
EXPIRED = (*SPOT_FILLED[:1], update(S.EXPIRED, "0", "0", time_ms=2004, reason="post only"))
LIVES = (SPOT_FILLED, FUTURES_FILLED, CANCELED, EXPIRED)


@st.composite
def tellings(draw: st.DrawFn) -> tuple[tuple[OrderUpdate, ...], list[OrderUpdate]]:
    """Draw a life and one way its updates may arrive: any order, some of them again."""
    life = draw(st.sampled_from(LIVES))
    again = draw(st.lists(st.sampled_from(life), max_size=4))
    return life, draw(st.permutations([*life, *again]))


@given(tellings(), st.sampled_from([S.SENDING, S.UNKNOWN, S.NOT_SENT, S.REJECTED]))
def test_any_telling_of_a_life_ends_the_same(
    telling: tuple[tuple[OrderUpdate, ...], list[OrderUpdate]], start: OrderStatus
) -> None:
    life, arrived = telling
    states = [order(start)]
    for said in arrived:
        states.append(apply_update(states[-1], said))
    wanted = order()
    for said in life:
        wanted = apply_update(wanted, said)
    assert states[-1] == wanted
    assert states[-1].trade_ids == {said.fill.trade_id for said in life if said.fill is not None}
    for before, after in pairwise(states):
        assert after.executed_quantity >= before.executed_quantity
        assert after.updated_ms >= before.updated_ms
        assert after.status is before.status or after.status in MOVES[before.status]
        if before.status in ENDS:
            assert after.status is before.status


@given(tellings())
def test_an_average_price_is_right_or_not_shown(
    telling: tuple[tuple[OrderUpdate, ...], list[OrderUpdate]],
) -> None:
    right = {D(1): D(100), D(2): D("99.5"), D(3): D(99)}
    state = order()
    for said in telling[1]:
        state = apply_update(state, said)
        assert state.average_price in (None, right.get(state.executed_quantity))


def test_the_averages_of_both_markets_end_right() -> None:
    for life in (SPOT_FILLED, FUTURES_FILLED):
        state = order()
        for said in life:
            state = apply_update(state, said)
        assert (state.status, state.average_price, state.remaining) == (S.FILLED, D(99), ZERO)


def test_an_acknowledgement_without_a_price_shows_no_average() -> None:
    state = apply_update(order(), SPOT_FILLED[1])
    assert state.average_price == 100
    state = apply_update(state, update(S.FILLED, "3", None))
    assert (state.executed_quantity, state.average_price) == (D(3), None)
    # What is unknown is not added to.
    assert apply_update(state, SPOT_FILLED[2]).average_price is None


def test_fills_add_up_where_the_event_has_no_total() -> None:
    state = order()
    for number, price in enumerate(("100", "99", "98"), start=1):
        said = update(S.PARTIALLY_FILLED, str(number), None, fill=fill(number, price))
        state = apply_update(apply_update(state, said), said)
    assert state.average_price == 99


@pytest.mark.parametrize(
    ("before", "said"), [*product(OrderStatus, sorted(set(OrderStatus) - OURS))]
)
def test_the_table_of_moves_is_obeyed(before: OrderStatus, said: OrderStatus) -> None:
    after = apply_update(order(before), update(said)).status
    assert after is (said if said in MOVES[before] else before)


def test_the_table_of_moves_is_whole_and_its_ends_stay() -> None:
    assert MOVES.keys() == set(OrderStatus)
    assert MOVES[S.FILLED] == set()
    for end in ENDS - {S.FILLED}:
        assert MOVES[end] == {S.FILLED}
    for status, next_ones in MOVES.items():
        assert S.SENDING not in next_ones
        assert status not in next_ones or status is S.OTHER
        # Only what we did not hear from the venue may become unknown.
        assert (S.UNKNOWN in next_ones) == (status is S.SENDING)
    assert {status for status in OrderStatus if status.is_final} == FINAL
    assert all(status.is_working is not status.is_final for status in OrderStatus)


def test_a_cancelled_order_that_was_filled_after_all_is_filled() -> None:
    state = apply_update(order(S.NEW), update(S.CANCELED))
    assert apply_update(state, update(S.FILLED, "3", "297")).status is S.FILLED
    assert apply_update(state, update(S.NEW)) == state


def test_a_late_event_leaves_the_reason_of_the_end() -> None:
    state = apply_update(order(), EXPIRED[1])
    assert apply_update(state, EXPIRED[0]).reason == "post only"


def test_the_reason_of_not_knowing_goes_when_the_venue_speaks() -> None:
    state = replace(order(S.UNKNOWN), reason="no answer")
    assert apply_update(state, update(S.NEW)).reason == ""


def test_a_pending_cancel_ends_with_the_order() -> None:
    state = replace(order(S.NEW), cancel_pending=True)
    assert apply_update(state, update(S.PARTIALLY_FILLED, "1", "100")).cancel_pending
    assert not apply_update(state, update(S.CANCELED)).cancel_pending


def test_an_order_from_elsewhere_is_taken_as_told() -> None:
    made = order_from_update(replace(SPOT_FILLED[1], created_ms=1500))
    assert made.from_elsewhere
    assert (made.order_id, made.status, made.created_ms) == (7, S.PARTIALLY_FILLED, 1500)
    assert (made.executed_quantity, made.remaining, made.average_price) == (D(1), D(2), D(100))


def test_a_request_becomes_an_order_on_its_way() -> None:
    request = replace(REQUEST, quantity=None, price=None, quote_quantity=D(50))
    made = order_from_request(request, "t1-a", 5)
    assert (made.status, made.quantity, made.price, made.quote_quantity) == (
        S.SENDING, ZERO, ZERO, D(50),
    )  # fmt: skip
    assert (made.created_ms, made.updated_ms, made.from_elsewhere) == (5, 5, False)
