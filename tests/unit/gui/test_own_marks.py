"""Check what the book shows of one's own orders."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from terminal_app.domain.market import Side
from terminal_app.domain.order import OrderStatus
from terminal_app.domain.order_request import OrderType
from terminal_app.gui.own_marks import own_sizes, resting_limits
from tests.helpers.account_values import LIMIT
from tests.helpers.market_values import instrument

D = Decimal
RULES = instrument()
PARTLY = replace(LIMIT, executed_quantity=D("0.5"), status=OrderStatus.PARTIALLY_FILLED)
SELL = replace(LIMIT, side=Side.SELL, price=D(63000), client_order_id="t-run-2")
LOST = replace(LIMIT, status=OrderStatus.UNKNOWN)


def test_only_limit_orders_of_the_symbol_that_may_rest_are_marked() -> None:
    orders = [
        PARTLY,
        replace(LIMIT, symbol="ETHUSDT"),
        replace(LIMIT, type=OrderType.MARKET),
        replace(LIMIT, status=OrderStatus.SENDING),
        LOST,
    ]
    assert resting_limits(orders, RULES) == [PARTLY, LOST]


def test_sizes_at_one_price_add_up_to_what_is_still_open() -> None:
    assert own_sizes([PARTLY, LIMIT, SELL]) == {
        D(61000): (Side.BUY, D("2.5")),
        D(63000): (Side.SELL, D("1.5")),
    }
