"""Check what the chart shows of one's own orders, positions and plans."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from terminal_app.domain.account import PositionSide
from terminal_app.domain.exit import Holding
from terminal_app.domain.margin import Leg
from terminal_app.domain.market import Side
from terminal_app.domain.order import Order, OrderStatus
from terminal_app.domain.order_request import OrderType, Trigger
from terminal_app.gui.chart.price_line import LineKind
from terminal_app.gui.chart_lines import (
    Held,
    closed_leg,
    holding_line,
    order_lines,
    plan_lines,
    position_lines,
    shown_orders,
)
from terminal_app.gui.format import MINUS, THIN_SPACE
from terminal_app.gui.planned_orders import PlannedOrder, PlanRole
from terminal_app.gui.theme import DARK
from tests.helpers.account_values import LIMIT, LONG, SHORT
from tests.helpers.market_values import instrument

D = Decimal
RULES = instrument()
RATE = D("0.0005")
HELD = Held([LONG], taker_rate=RATE)
PARTLY = replace(LIMIT, executed_quantity=D("0.5"), status=OrderStatus.PARTIALLY_FILLED)
SELL = replace(LIMIT, side=Side.SELL, price=D(63000), client_order_id="t-run-2")
LOST = replace(LIMIT, status=OrderStatus.UNKNOWN)
TAKE = replace(
    SELL,
    type=OrderType.TAKE_PROFIT_MARKET,
    price=D(0),
    quantity=D(0),
    trigger=Trigger(D(63000)),
    close_position=True,
    is_conditional=True,
)


def test_each_order_has_a_line_that_says_what_it_is() -> None:
    lines = order_lines([PARTLY, SELL], Held(), RULES)
    assert [(line.key, line.kind, line.price, line.text, line.side) for line in lines] == [
        ("t-run-1", LineKind.ORDER, D(61000), "Buy 1.000 limit", Side.BUY),
        ("t-run-2", LineKind.ORDER, D(63000), "Sell 1.500 limit", Side.SELL),
    ]
    assert all(line.can_move and line.can_cancel and not line.figure for line in lines)


def test_an_unknown_order_says_so_and_stays_where_it_is() -> None:
    (line,) = order_lines([LOST], Held(), RULES)
    assert line.text == "Buy 1.500 limit, UNKNOWN"
    assert (line.can_move, line.can_cancel, line.is_unknown) == (False, True, True)
    assert line.colour(DARK) == DARK.warning


@pytest.mark.parametrize(
    ("order", "words"),
    [
        (replace(LIMIT, status=OrderStatus.SENDING), "on its way"),
        (replace(LIMIT, cancel_pending=True), "cancel asked"),
        (replace(LIMIT, amend_pending=True), "change asked"),
    ],
)
def test_an_order_on_its_way_is_grey_and_out_of_reach(order: Order, words: str) -> None:
    (line,) = order_lines([order], Held(), RULES)
    assert (line.is_pending, line.can_move, line.can_cancel) == (True, False, False)
    assert line.text.endswith(words)
    assert line.colour(DARK) == DARK.muted


def test_a_waiting_order_stands_at_its_trigger() -> None:
    stop = replace(LIMIT, type=OrderType.STOP_MARKET, price=D(0), trigger=Trigger(D(59000)))
    elsewhere = replace(LIMIT, symbol="ETHUSDT")
    market = replace(LIMIT, type=OrderType.MARKET, price=D(0))
    assert shown_orders([stop, elsewhere, market], RULES) == [stop]
    (line,) = order_lines([stop], Held(), RULES, lambda order: f"#{order.symbol}")
    assert (line.key, line.price, line.text) == ("#BTCUSDT", D(59000), "Buy 1.500 stop")
    assert (line.kind, line.can_move) == (LineKind.WAITING, True)


def test_a_leg_of_a_list_cannot_be_moved_alone() -> None:
    (line,) = order_lines([replace(SELL, order_list_id=3)], Held(), RULES)
    assert line.text == "Sell 1.500 limit, list"
    assert (line.can_move, line.can_cancel) == (False, True)
    stop = replace(TAKE, type=OrderType.STOP_MARKET, quantity=SELL.quantity, order_list_id=3)
    pair = [replace(SELL, order_list_id=3), replace(stop, close_position=False)]
    assert [one.can_move for one in order_lines(pair, Held(), RULES)] == [True, True]


def test_an_exit_says_what_it_would_bring_after_its_fee() -> None:
    (line,) = order_lines([TAKE], HELD, RULES)
    # 0.25 × (63000 - 61000.05) less 0.25 × 63000 × 0.0005.
    assert (line.text, line.figure, line.gain) == ("TP whole position", "≈ +492.11", 1)
    (stop,) = order_lines(
        [replace(TAKE, type=OrderType.STOP_MARKET, trigger=Trigger(D(60000)))], HELD, RULES
    )
    assert (stop.text, stop.figure, stop.gain) == ("SL whole position", f"≈ {MINUS}257.51", -1)
    (unknown,) = order_lines([TAKE], Held([LONG]), RULES)
    assert unknown.figure == ""


def test_a_sale_of_a_holding_says_what_it_would_bring() -> None:
    held = Held(holding=Holding(D(1), D(62000), 0), taker_rate=RATE)
    sale, buy = order_lines([SELL, LIMIT], held, RULES)
    # One of it is held: 63000 - 62000 less 63000 × 0.0005.
    assert (sale.figure, sale.gain) == ("≈ +968.50", 1)
    assert buy.figure == ""


def test_only_the_other_side_closes_a_position() -> None:
    leg = Leg(LONG.amount, LONG.entry_price)
    assert closed_leg(SELL, [LONG]) == leg
    assert closed_leg(LIMIT, [LONG]) is None
    long = replace(LONG, position_side=PositionSide.LONG)
    short = replace(SHORT, position_side=PositionSide.SHORT)
    opening = replace(SELL, position_side=PositionSide.SHORT)
    assert closed_leg(opening, [long, short]) is None
    assert closed_leg(replace(SELL, position_side=PositionSide.LONG), [long, short]) == leg


def test_a_position_has_its_entry_break_even_and_end() -> None:
    lines = position_lines(LONG, RULES, RATE, D(0))
    assert [(line.key, line.kind, line.price, line.text) for line in lines] == [
        ("BTCUSDT", LineKind.POSITION, D("61000.0"), "LONG 0.250"),
        (
            "break-even BTCUSDT",
            LineKind.BREAK_EVEN,
            D("61050.5"),
            "Break-even after fees and funding",
        ),
        (
            "liquidation BTCUSDT",
            LineKind.LIQUIDATION,
            D("55800.0"),
            f"Liquidation {MINUS}10.0{THIN_SPACE}%",
        ),
    ]
    assert (lines[0].figure, lines[0].gain) == (f"+249.99  +32.3{THIN_SPACE}%", 1)
    assert lines[0].can_move
    assert lines[0].can_cancel
    short = position_lines(SHORT, RULES, RATE, None)[0]
    assert (short.text, short.side, short.gain) == ("SHORT 0.250", Side.SELL, -1)


def test_funding_moves_the_break_even_and_what_is_unknown_is_not_counted() -> None:
    free, paid, unknown = (
        position_lines(LONG, RULES, RATE, funding)[1] for funding in (D(0), D(-25), None)
    )
    assert paid.price > free.price
    assert (unknown.price, unknown.text) == (free.price, "Break-even after fees")
    assert "not counted" in unknown.hint
    kinds = [line.kind for line in position_lines(LONG, RULES, None, None)]
    assert LineKind.BREAK_EVEN not in kinds


@pytest.mark.parametrize("price", [None, D(0), D(-3)])
def test_what_cannot_be_liquidated_has_no_line(price: Decimal | None) -> None:
    lines = position_lines(replace(LONG, liquidation_price=price), RULES, RATE, None)
    assert LineKind.LIQUIDATION not in [line.kind for line in lines]


def test_a_holding_says_what_it_cost_and_is_worth() -> None:
    line = holding_line(Holding(D("0.5"), D("60000.04"), 0), D(60100), RULES)
    assert (line.price, line.text, line.figure) == (D("60000.0"), "HOLD 0.500", "+49.98")
    assert holding_line(Holding(D(1), D(5), 0), None, RULES).figure == "—"


def test_a_plan_can_be_moved_and_sends_nothing() -> None:
    plan = PlannedOrder(Side.SELL, None, D(62000), PlanRole.STOP)
    (line,) = plan_lines([plan], RULES)
    assert (line.key, line.text) == (plan.key, "plan: Sell — stop")
    assert line.can_move
    assert not line.kind.sends
