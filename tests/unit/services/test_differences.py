"""Only what was shown otherwise all the while the venue was asked is a difference."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from terminal_app.domain.account import AccountSnapshot, Balance
from terminal_app.domain.instrument import ZERO, Market
from terminal_app.domain.market import Side
from terminal_app.domain.order import Order, OrderStatus, OrderUpdate, order_from_update
from terminal_app.domain.order_request import OrderType, TimeInForce
from terminal_app.services.differences import NOTHING, Difference, Truth, differences, facts

D = Decimal
RESTING = OrderUpdate(
    market=Market.SPOT,
    symbol="BTCUSDT",
    client_order_id="t1-a",
    order_id=7,
    side=Side.BUY,
    type=OrderType.LIMIT,
    time_in_force=TimeInForce.GTC,
    price=D("100.0"),
    quantity=D("2.00"),
    status=OrderStatus.NEW,
    executed_quantity=ZERO,
    executed_quote=ZERO,
    time_ms=1,
)
ORDER = order_from_update(RESTING)


@pytest.mark.parametrize(
    ("before", "after", "told", "found"),
    [
        ({"a": "1"}, {"a": "1"}, {"a": "1"}, []),
        ({"a": "1"}, {"a": "1"}, {"a": "2"}, [Difference("a", "1", "2")]),
        ({"a": "1"}, {"a": "1"}, {}, [Difference("a", "1", NOTHING)]),
        ({}, {}, {"a": "1"}, [Difference("a", NOTHING, "1")]),
        # It moved while the answer was on its way.
        ({"a": "1"}, {"a": "2"}, {"a": "1"}, []),
        ({}, {"a": "2"}, {}, []),
        ({"a": "1"}, {}, {"a": "1"}, []),
    ],
)
def test_what_moved_meanwhile_is_no_difference(
    before: dict[str, str], after: dict[str, str], told: dict[str, str], found: list[Difference]
) -> None:
    assert differences(before, after, told) == frozenset(found)


def truth(*orders: OrderUpdate, total: str = "5.00") -> Truth:
    balance = Balance(Market.SPOT, "USDT", D(total), D(total))
    return Truth(orders, AccountSnapshot(Market.SPOT, (balance,), (), ZERO, ZERO, 1), 0)


def test_the_same_account_has_the_same_facts() -> None:
    balances = [Balance(Market.SPOT, "USDT", D(5), D(1)), Balance(Market.SPOT, "BTC", ZERO, ZERO)]
    told = truth(replace(RESTING, price=D(100), quantity=D(2)))
    assert facts([ORDER], balances, []) == told.facts
    assert facts([ORDER], balances, []) != truth(total="5.01").facts


@pytest.mark.parametrize(
    "order",
    [
        replace(ORDER, order_id=None),
        replace(ORDER, status=OrderStatus.UNKNOWN),
        replace(ORDER, status=OrderStatus.FILLED),
        replace(ORDER, is_missing=True),
    ],
)
def test_orders_that_need_not_rest_there_are_left_out(order: Order) -> None:
    assert facts([order], [], []) == {}


def test_a_waiting_order_is_not_the_order_of_its_number() -> None:
    waiting = replace(RESTING, is_conditional=True)
    assert set(truth(RESTING, waiting).facts) == {
        "order BTCUSDT 7",
        "waiting order BTCUSDT 7",
        "balance USDT",
    }
