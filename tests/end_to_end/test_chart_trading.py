"""A person takes an order by the hand on the chart: it moves at the exchange, or stays."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from terminal_app.app.program import Program
from terminal_app.domain.instrument import Market, Rounding
from terminal_app.domain.order import Order
from terminal_app.gui.chart.line_drag import cross_box, label_box
from terminal_app.gui.chart.price_line import PriceLine
from terminal_app.gui.chart.view import ChartView
from terminal_app.services.session import Session
from tests.helpers.eventually import eventually
from tests.helpers.terminal import click, ready, running_terminal, type_into

pytestmark = [pytest.mark.gui, pytest.mark.timeout(90)]
LEFT, NO_KEYS = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
MARKETS = pytest.mark.parametrize("market", list(Market))


async def _placed(program: Program, session: Session) -> Order:
    """Place a buy a little under the market, so that its line is in sight."""
    instrument, form = program.desk.instrument, program.window.ticket.form
    assert instrument is not None
    middle = session.market_data.book.middle()
    assert middle is not None
    price = instrument.round_price(middle * Decimal("0.998"), Rounding.DOWN)
    type_into(form.price_field, f"{price:f}")
    type_into(form.size_field, "0.02")
    click(program.window.ticket.submit)
    await eventually(lambda: len(_lines(program)) == 1)
    (order,) = session.orders.store.working()
    return order


def _lines(program: Program) -> list[PriceLine]:
    return [line for line in program.window.chart.view.lines if line.can_cancel]


def _label(view: ChartView, line: PriceLine, *, on_cross: bool = False) -> QPoint:
    # The whole book of orders may lie out of sight of the automatic scale.
    view.frames.price.low, view.frames.price.is_auto = float(line.price) * 0.999, False
    frame = view.frame()
    assert frame is not None
    label = label_box(frame, line.text, round(frame.price.y(float(line.price))), can_cancel=True)
    return (cross_box(label).center() if on_cross else label.topLeft() + QPointF(8, 9)).toPoint()


def _drag(view: ChartView, start: QPoint, down_px: int) -> None:
    QTest.mousePress(view, LEFT, NO_KEYS, start)
    end = QPointF(start + QPoint(0, down_px))
    QApplication.sendEvent(
        view,
        QMouseEvent(QMouseEvent.Type.MouseMove, end, view.mapToGlobal(end), LEFT, LEFT, NO_KEYS),
    )
    QTest.mouseRelease(view, LEFT, NO_KEYS, end.toPoint())


@MARKETS
async def test_an_order_is_dragged_to_another_price_and_cancelled_by_its_cross(
    tmp_path: Path, market: Market
) -> None:
    async with running_terminal(tmp_path, "--market", market.value) as program:
        session = await ready(program, market)
        view, order = program.window.chart.view, await _placed(program, session)
        _drag(view, _label(view, _lines(program)[0]), 30)
        assert [one.price for one in session.orders.store.working()] == [order.price]
        click(program.window.chart.arm_button)
        _drag(view, _label(view, _lines(program)[0]), 30)
        await eventually(
            lambda: [one.price < order.price for one in session.orders.store.working()] == [True]
        )
        await eventually(lambda: [line.price < order.price for line in _lines(program)] == [True])
        (moved,) = session.orders.store.working()
        assert (moved.quantity, moved.side) == (order.quantity, order.side)
        execution = session.venue.execution
        assert execution is not None
        resting = await execution.open_orders()
        assert [(one.order_id, one.price) for one in resting] == [(moved.order_id, moved.price)]
        spot = _label(view, _lines(program)[0], on_cross=True)
        QTest.mouseClick(view, LEFT, NO_KEYS, spot)
        await eventually(lambda: not session.orders.store.working())
