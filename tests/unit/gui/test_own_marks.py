"""Check what book and chart show of one's own orders and position."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from terminal_app.domain.market import Side
from terminal_app.domain.order import Order, OrderStatus
from terminal_app.domain.order_request import OrderType, Trigger
from terminal_app.gui.chart.price_line import LineKind, PriceLine
from terminal_app.gui.format import MINUS, THIN_SPACE
from terminal_app.gui.own_marks import (
    drag_words,
    own_sizes,
    price_lines,
    resting_limits,
    shown_orders,
)
from terminal_app.gui.theme import DARK
from tests.helpers.account_values import LIMIT, LONG, SHORT
from tests.helpers.market_values import book, instrument

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


def test_each_order_has_a_line_that_says_what_it_is() -> None:
    free = {"can_move": True, "can_cancel": True}
    assert price_lines([PARTLY, SELL], [], RULES) == [
        PriceLine("t-run-1", LineKind.ORDER, D(61000), "Buy 1.000 limit", Side.BUY, **free),
        PriceLine("t-run-2", LineKind.ORDER, D(63000), "Sell 1.500 limit", Side.SELL, **free),
    ]
    (line,) = price_lines([LOST], [], RULES)
    assert line.text == "Buy 1.500 limit, UNKNOWN"
    assert (line.can_move, line.can_cancel) == (False, True)


@pytest.mark.parametrize(
    "order",
    [
        replace(LIMIT, status=OrderStatus.SENDING),
        replace(LIMIT, cancel_pending=True),
        replace(LIMIT, amend_pending=True),
    ],
)
def test_an_order_on_its_way_is_grey_and_out_of_reach(order: Order) -> None:
    (line,) = price_lines([order], [], RULES)
    assert (line.is_pending, line.can_move, line.can_cancel) == (True, False, False)
    assert line.colour(DARK) == DARK.muted


def test_a_waiting_order_stands_at_its_trigger_and_cannot_be_dragged() -> None:
    trigger = Trigger(D(59000))
    stop = replace(LIMIT, type=OrderType.STOP_MARKET, price=D(0), trigger=trigger)
    elsewhere = replace(LIMIT, symbol="ETHUSDT")
    market = replace(LIMIT, type=OrderType.MARKET, price=D(0))
    assert shown_orders([stop, elsewhere, market], RULES) == [stop]
    (line,) = price_lines([stop], [], RULES, lambda order: f"#{order.symbol}")
    assert (line.key, line.price, line.text) == ("#BTCUSDT", D(59000), "Buy 1.500 stop")
    assert (line.can_move, line.can_cancel) == (False, True)


def test_a_drag_says_what_it_would_mean() -> None:
    market = book([("60999", "1")], [("61001", "1")])
    assert "queue" in drag_words(LIMIT, D(60000), market)
    assert "taker" in drag_words(LIMIT, D(61001), market)
    assert "taker" in drag_words(SELL, D(60999), market)
    assert f"{MINUS}1.64" in drag_words(LIMIT, D(60000), market)


def test_a_position_has_its_entry_on_a_tick_and_where_it_ends() -> None:
    assert price_lines([], [LONG], RULES) == [
        PriceLine(
            "position BTCUSDT", LineKind.POSITION, D("61000.0"), "LONG 0.250  +249.99", Side.BUY
        ),
        PriceLine("liquidation BTCUSDT", LineKind.LIQUIDATION, D("55800.0"), "Liquidation"),
    ]
    short = price_lines([], [SHORT], RULES)[0]
    assert short.text == f"SHORT 0.250  {MINUS}1{THIN_SPACE}249.99"
    assert short.side is Side.SELL


@pytest.mark.parametrize("price", [None, D(0), D(-3)])
def test_what_cannot_be_liquidated_has_no_line(price: Decimal | None) -> None:
    lines = price_lines([], [replace(LONG, liquidation_price=price)], RULES)
    assert [line.key for line in lines] == ["position BTCUSDT"]
