"""Check every word, sign and colour of the rows of working orders."""

from __future__ import annotations

import time
from dataclasses import replace
from decimal import Decimal

import pytest

from terminal_app.domain.market import Side
from terminal_app.domain.order import Order, OrderStatus
from terminal_app.domain.order_request import OrderType, PriceKind, TimeInForce, Trigger
from terminal_app.gui.format import MINUS, THIN_SPACE, UNKNOWN, date_time_text
from terminal_app.gui.models.order_rows import (
    OPEN_COLUMNS,
    STATUS_WORDS,
    OrderView,
    open_order_row,
    unknown_seconds,
)
from terminal_app.gui.widgets.table_rows import Cell, Tone
from tests.helpers.account_values import LIMIT
from tests.helpers.market_values import START_MS, instrument

D = Decimal
S = OrderStatus
WAITING = replace(
    LIMIT,
    side=Side.SELL,
    type=OrderType.STOP_LIMIT,
    trigger=Trigger(D(60500), PriceKind.MARK),
    is_conditional=True,
)


def view(order: Order = LIMIT) -> OrderView:
    """Return an order with nothing else known of it."""
    return OrderView("usdm", "Perpetual", "t-run-1", order, instrument())


def cell(view: OrderView, title: str) -> Cell:
    """Return the cell under a title."""
    titles = [column.title for column in OPEN_COLUMNS]
    return open_order_row("", view).cells[titles.index(title)]


def text(view: OrderView, title: str) -> str:
    """Return what stands under a title."""
    return cell(view, title).text.replace(THIN_SPACE, " ")


@pytest.mark.parametrize("status", [each for each in S if each not in (S.UNKNOWN,)])
def test_each_status_has_its_word_and_colour(status: OrderStatus) -> None:
    shown = cell(view(replace(LIMIT, status=status)), "Status")
    assert (shown.text, shown.tone) == STATUS_WORDS[status]


def test_an_order_of_unknown_fate_says_for_how_long_and_that_it_is_asked_for() -> None:
    lost = replace(view(replace(LIMIT, status=S.UNKNOWN)), unknown_s=12)
    shown = cell(lost, "Status")
    assert (shown.text, shown.tone) == ("UNKNOWN for 12 s, asking", Tone.WARNING)
    assert not cell(lost, "Price").edit
    now_ms = time.time_ns() // 1_000_000
    sent = replace(LIMIT, status=S.UNKNOWN, created_ms=now_ms - 7000)
    assert unknown_seconds(sent) in (7, 8)


def test_an_asked_cancel_and_a_reason_are_said() -> None:
    order = replace(LIMIT, cancel_pending=True)
    shown = cell(view(order), "Status")
    assert (shown.text, shown.tone) == ("Working, cancel asked", Tone.WARNING)
    assert not open_order_row("", view(order)).is_enabled
    assert open_order_row("", view()).is_enabled
    assert text(view(replace(LIMIT, amend_pending=True)), "Status") == "Working, change asked"


def test_a_working_order() -> None:
    order = replace(LIMIT, executed_quantity=D("0.5"), status=S.PARTIALLY_FILLED)
    shown = replace(view(order), last_price=D(62000))
    row = open_order_row("", shown)
    assert [each.text.replace(THIN_SPACE, " ") for each in row.cells][1:] == [
        "BTCUSDT  Perpetual", "▲ Buy limit", "Partly filled", "61 000.0", "", "1.500",
        "0.500  33 %", f"{MINUS}1.61 %",
    ]  # fmt: skip
    assert row.key == "usdm|t-run-1"
    assert cell(shown, "Order").hint == "t-run-1"
    assert [action.name for action in row.actions] == ["cancel", "xray"]
    assert text(view(), "Distance") == UNKNOWN


def test_price_and_size_of_a_resting_order_are_changed_in_steps_of_its_rules() -> None:
    price, size = cell(view(), "Price"), cell(view(), "Size")
    assert (price.edit, price.step, size.edit, size.step) == ("61000.0", "0.1", "1.500", "0.001")
    for order in (
        replace(LIMIT, status=S.SENDING),
        replace(LIMIT, amend_pending=True),
        replace(LIMIT, order_list_id=7, executed_quantity=D(1), status=S.PARTIALLY_FILLED),
    ):
        assert cell(view(order), "Price").edit is None
    # What stands in a list is changed with all of it, and the cell says so before.
    for status in (S.NEW, S.PENDING_NEW):
        listed = cell(view(replace(LIMIT, order_list_id=7, status=status)), "Price")
        assert listed.edit == "61000.0"
        assert "its list is placed anew then, after a question" in listed.hint


def test_a_waiting_order_says_what_it_waits_for() -> None:
    assert cell(view(WAITING), "Trigger").edit == "60500.0"
    assert text(view(WAITING), "Trigger") == "≤ 60 500.0 mark"
    assert text(view(WAITING), "Status") == "Waiting"
    buy = replace(WAITING, side=Side.BUY, trigger=Trigger(D(60500)))
    assert text(view(buy), "Trigger") == "≥ 60 500.0 last"
    profit = replace(WAITING, type=OrderType.TAKE_PROFIT_MARKET)
    assert text(view(profit), "Trigger") == "≥ 60 500.0 mark"
    trailing = Trigger(None, callback_percent=D("0.5"))
    follows = replace(WAITING, type=OrderType.TRAILING_STOP, trigger=trailing)
    assert text(view(follows), "Trigger") == "0.50 % last"
    whole = replace(profit, quantity=D(0), price=D(0))
    assert (text(view(whole), "Size"), text(view(whole), "Price")) == ("all", "market")
    near = replace(view(WAITING), last_price=D(61000))
    assert text(near, "Distance") == f"{MINUS}0.82 %"


def test_what_stands_together_and_what_looks_after_it_is_said() -> None:
    order = replace(LIMIT, order_list_id=7, from_elsewhere=True, reduce_only=True)
    shown = cell(replace(view(order), policy="cancel after 60 s"), "Order")
    assert shown.text == "▲ Buy limit reduce-only · list 7 ext · program"
    assert shown.hint == "Placed elsewhere\nOnly this program does this: cancel after 60 s"


@pytest.mark.parametrize(
    ("force", "word"),
    [
        (TimeInForce.GTC, "▼ Sell limit"),
        (TimeInForce.POST_ONLY, "▼ Sell limit post only"),
        (TimeInForce.IOC, "▼ Sell limit IOC"),
        (TimeInForce.FOK, "▼ Sell limit FOK"),
        (TimeInForce.GTD, "▼ Sell limit GTD"),
        (TimeInForce.OTHER, "▼ Sell limit"),
    ],
)
def test_how_long_an_order_stays_is_said(force: TimeInForce, word: str) -> None:
    shown = cell(view(replace(LIMIT, side=Side.SELL, time_in_force=force)), "Order")
    assert (shown.text, shown.tone) == (word, Tone.SELL)


def test_a_time_of_today_needs_no_day() -> None:
    now_ms = time.time_ns() // 1_000_000
    shown = cell(view(replace(LIMIT, created_ms=now_ms)), "Time")
    assert (shown.text, shown.hint) == (date_time_text(now_ms)[11:], date_time_text(now_ms))
    assert cell(view(), "Time").text == date_time_text(START_MS)[:16]
