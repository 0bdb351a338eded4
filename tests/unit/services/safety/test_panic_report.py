"""Check what a panic says of each order, and of itself."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from terminal_app.domain.instrument import StepRange
from terminal_app.domain.market import Side
from terminal_app.domain.order import OrderStatus
from terminal_app.domain.order_request import OrderType
from terminal_app.services.safety.panic_report import (
    LineState,
    PanicLine,
    PanicReport,
    cancelling,
    closing,
)
from terminal_app.services.safety.panic_sale import parts, sellable, selling_requests
from tests.helpers.account_values import LIMIT
from tests.helpers.market_values import instrument

D = Decimal

CLOSING = replace(LIMIT, type=OrderType.MARKET, side=Side.SELL, reduce_only=True, price=Decimal(0))


@pytest.mark.parametrize(
    ("status", "state"),
    [
        (OrderStatus.CANCELED, LineState.DONE), (OrderStatus.FILLED, LineState.DONE),
        (OrderStatus.NEW, LineState.OPEN), (OrderStatus.PARTIALLY_FILLED, LineState.OPEN),
        (OrderStatus.UNKNOWN, LineState.UNKNOWN), (OrderStatus.EXPIRED, LineState.DONE),
    ],
)  # fmt: skip
def test_how_a_cancel_stands(status: OrderStatus, state: LineState) -> None:
    line = cancelling(replace(LIMIT, status=status))
    assert (line.state, line.what) == (state, "Cancel buy 1.5 BTCUSDT at 61000") or (
        status is OrderStatus.FILLED and line.detail == "it had traded before"
    )
    pending = replace(LIMIT, status=OrderStatus.NEW, cancel_pending=True)
    assert cancelling(pending).state is LineState.RUNNING


@pytest.mark.parametrize(
    ("status", "state", "detail"),
    [
        (OrderStatus.SENDING, LineState.RUNNING, ""),
        (OrderStatus.FILLED, LineState.DONE, "at 61000"),
        (OrderStatus.REJECTED, LineState.REFUSED, "no margin"),
        (OrderStatus.NOT_SENT, LineState.REFUSED, "no margin"),
        (OrderStatus.EXPIRED, LineState.OPEN, "0.5 did not trade (expired)"),
        (OrderStatus.UNKNOWN, LineState.UNKNOWN, "not sent again"),
    ],
)
def test_how_a_closing_stands(status: OrderStatus, state: LineState, detail: str) -> None:
    order = replace(
        CLOSING, status=status, executed_quantity=Decimal(1), executed_quote=Decimal(61_000),
        reason="no margin",
    )  # fmt: skip
    line = closing(order)
    assert (line.what, line.state) == ("Close 1.5 BTCUSDT at market", state)
    assert detail in line.detail


def test_what_one_order_cannot_hold_is_closed_in_parts() -> None:
    assert parts(Decimal("2.5"), Decimal(1)) == [Decimal(1), Decimal(1), Decimal("0.5")]
    assert parts(Decimal("2.5"), None) == [Decimal("2.5")]
    assert sum(parts(Decimal("7.123"), Decimal("0.5")), Decimal(0)) == Decimal("7.123")


def test_only_what_makes_a_legal_order_of_what_is_free_is_sold() -> None:
    step = replace(instrument(), quantity=StepRange(D("0.01"), D(2), D("0.01")))
    assert sellable(step, D("3.009")) == D(3)
    assert [one.quantity for one in selling_requests(step, D("3.009"))] == [D(2), D(1)]
    assert {one.type for one in selling_requests(step, D(1))} == {OrderType.MARKET}
    for too_little in (D("0.009"), D(0), None):
        assert sellable(step, too_little) == 0
        assert selling_requests(step, too_little) == []


def test_a_report_is_clean_only_when_nothing_is_left() -> None:
    report = PanicReport("Perpetual, all symbols")
    heard: list[object] = []
    report.observers.add(heard.append)
    assert report.summary == "Perpetual, all symbols: nothing to cancel and nothing to close."
    report.put("a", PanicLine("Cancel this"))
    report.put("a", PanicLine("Cancel this", LineState.DONE))
    report.put("a", PanicLine("Cancel this", LineState.DONE))
    report.put("b", PanicLine("Holdings", LineState.KEPT, "not sold"))
    assert (report.is_clean, len(heard)) == (True, 3)
    report.put("c", PanicLine("Close that", LineState.REFUSED, "no"))
    report.finish()
    assert not report.is_clean
    assert report.summary == "Perpetual, all symbols: 1 done, 1 refused, 1 kept."
    assert report.text().splitlines()[-1] == "refused     Close that: no"
