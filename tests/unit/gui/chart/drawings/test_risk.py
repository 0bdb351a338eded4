"""A drawn position says its size, and becomes a plan for the ticket."""

from __future__ import annotations

from decimal import Decimal

import pytest
from PySide6.QtCore import QPointF
from PySide6.QtTest import QSignalSpy
from pytestqt.qtbot import QtBot

from terminal_app.domain.market import Side
from terminal_app.gui.chart.drawings.places import covers, lines_of
from terminal_app.gui.chart.drawings.risk import RiskSize, position_plan, risk_words
from terminal_app.gui.chart.drawings.shapes import Point, Shape, ShapeKind
from terminal_app.gui.chart.panel import ChartPanel
from terminal_app.gui.frame_clock import FrameClock
from terminal_app.gui.planned_orders import PlannedOrder, PlanRole
from terminal_app.gui.theme import DARK
from tests.helpers.market_values import candles, instrument

D = Decimal
RULES, BARS = instrument(), candles(300)


class FixedSizer:
    """Say one size for everything."""

    def __init__(self, found: RiskSize | None) -> None:
        self.percent = D(1)
        self._found = found

    def size(self, entry: Decimal, stop: Decimal) -> RiskSize | None:
        """Return it."""
        return self._found


SIZER = FixedSizer(RiskSize(D("0.5"), "0.500 BTC risks 9.99 USDT"))


def _position(kind: ShapeKind, entry: float, stop: float, target: float) -> Shape:
    start, end = BARS[250].open_time_ms, BARS[280].open_time_ms
    return Shape(kind, (Point(start, entry), Point(end, stop), Point(end, target)))


def test_a_position_becomes_its_entry_and_both_exits_on_ticks() -> None:
    plan = position_plan(_position(ShapeKind.LONG, 1000.04, 990.0, 1020.06), RULES, SIZER)
    assert plan == (
        PlannedOrder(Side.BUY, D("0.5"), D("1000.0")),
        PlannedOrder(Side.SELL, D("0.5"), D("1020.1"), PlanRole.TAKE_PROFIT),
        PlannedOrder(Side.SELL, D("0.5"), D("990.0"), PlanRole.STOP_LOSS),
    )
    short = position_plan(_position(ShapeKind.SHORT, 1000, 1010, 980), RULES, None)
    assert [(order.side, order.quantity) for order in short] == [
        (Side.SELL, None),
        (Side.BUY, None),
        (Side.BUY, None),
    ]


@pytest.mark.parametrize(
    "shape",
    [
        _position(ShapeKind.LONG, 1000, 1010, 1020),
        _position(ShapeKind.SHORT, 1000, 1010, 1020),
        Shape(ShapeKind.TREND, (Point(0, 1.0), Point(1, 2.0))),
    ],
)
def test_what_is_no_position_is_no_plan(shape: Shape) -> None:
    assert position_plan(shape, RULES, SIZER) == ()


def test_the_size_is_said_and_what_is_unknown_too() -> None:
    shape = _position(ShapeKind.LONG, 1000, 990, 1020)
    assert risk_words(shape, RULES, SIZER) == "0.500 BTC risks 9.99 USDT"
    assert "not known" in risk_words(shape, RULES, FixedSizer(None))
    assert risk_words(shape, RULES, None) == ""


def test_the_menu_of_a_drawn_position_writes_it_down(qtbot: QtBot) -> None:
    panel = ChartPanel(DARK, FrameClock(), now_ms=lambda: BARS[-1].close_time_ms)
    qtbot.addWidget(panel, before_close_func=lambda _widget: panel.hide())
    panel.resize(900, 500)
    view = panel.view
    view.set_instrument(RULES)
    view.load(BARS)
    panel.show()
    view.pencil.sizer = SIZER
    middle = float(BARS[-1].close)
    view.pencil.drawings.add(_position(ShapeKind.LONG, middle, middle - 10, middle + 20))
    before = view.grab().toImage()
    view.pencil.sizer = None
    view.mark()
    assert view.grab().toImage() != before
    view.pencil.sizer = SIZER
    frame = view.frame()
    assert frame is not None
    shape = view.pencil.drawings.shapes[0]
    inside = lines_of(frame, shape)[0].center() + QPointF(0, 2)
    assert covers(frame, shape, inside)
    assert view.pencil.plan_at(frame, QPointF(5, 5)) == ()
    view.roles = frozenset(PlanRole)
    menu = view.menu_for(BARS[-1].close, view.pencil.plan_at(frame, inside))
    wanted = QSignalSpy(view.order_wanted)
    assert menu.actions()[0].text().startswith("Buy 0.5 at")
    menu.actions()[0].trigger()
    assert [wanted.at(n)[0].role for n in range(wanted.count())] == [
        PlanRole.LIMIT,
        PlanRole.TAKE_PROFIT,
        PlanRole.STOP_LOSS,
    ]
    menu.close()
