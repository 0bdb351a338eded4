"""A hand on the axes: what it moves stays until it is reset, each axis for itself."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from terminal_app.gui.chart.frame import Frame
from terminal_app.gui.chart.view import ChartView
from terminal_app.gui.frame_clock import FrameClock
from terminal_app.gui.theme import DARK
from tests.helpers.market_values import candles, instrument

LEFT, NO_KEYS = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
PRICES, TIMES = QPoint(880, 200), QPoint(400, 490)


class Clock:
    """Tell the time it was set to."""

    now_ms = candles(300)[-1].close_time_ms

    def __call__(self) -> int:
        """Return epoch milliseconds."""
        return self.now_ms


@pytest.fixture
def time() -> Clock:
    """Make a clock that stands still."""
    return Clock()


@pytest.fixture
def view(qtbot: QtBot, time: Clock) -> Iterator[ChartView]:
    """Show a chart of 300 bars."""
    chart = ChartView(DARK, FrameClock(), now_ms=time)
    qtbot.addWidget(chart)
    chart.resize(900, 500)
    chart.set_instrument(instrument())
    chart.set_interval("1m")
    chart.load(candles(300))
    chart.show()
    chart.flush()
    yield chart
    chart.hide()


def drag(view: ChartView, start: QPoint, by: QPoint) -> None:
    """Press, move and let go."""
    QTest.mousePress(view, LEFT, NO_KEYS, start)
    spot = QPointF(start + by)
    kind = QMouseEvent.Type.MouseMove
    event = QMouseEvent(kind, spot, view.mapToGlobal(spot), LEFT, LEFT, NO_KEYS)
    QApplication.sendEvent(view, event)
    QTest.mouseRelease(view, LEFT, NO_KEYS, start + by)


def turn(view: ChartView, spot: QPoint, delta: int) -> None:
    """Turn the wheel over a place."""
    at = QPointF(spot)
    event = QWheelEvent(
        at, view.mapToGlobal(at), QPoint(), QPoint(0, delta), Qt.MouseButton.NoButton, NO_KEYS,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(view, event)


def frame_of(view: ChartView) -> Frame:
    """Return the geometry of now."""
    frame = view.frame()
    assert frame is not None
    return frame


def test_a_drag_on_the_time_axis_widens_bars_and_keeps_the_right_end(view: ChartView) -> None:
    spacing, x = view.frames.time.spacing, frame_of(view).x(299 + view.frames.time.margin)
    drag(view, TIMES, QPoint(-60, 0))
    assert view.frames.time.spacing > spacing * 1.1
    # Bars keep to whole pixels.
    assert frame_of(view).x(299 + view.frames.time.margin) == pytest.approx(x, abs=0.5)
    assert view.frames.price.is_auto
    drag(view, TIMES, QPoint(160, 0))
    assert view.frames.time.spacing < spacing


def test_each_axis_is_reset_by_a_double_click_on_it_and_both_from_the_plot(view: ChartView) -> None:
    def stretch() -> None:
        drag(view, TIMES, QPoint(-60, 0))
        drag(view, PRICES, QPoint(0, 60))

    usual = view.frames.time.spacing
    stretch()
    QTest.mouseDClick(view, LEFT, NO_KEYS, PRICES)
    assert view.frames.price.is_auto
    assert view.frames.time.spacing != usual
    stretch()
    QTest.mouseDClick(view, LEFT, NO_KEYS, TIMES)
    assert not view.frames.price.is_auto
    assert view.frames.time.spacing == usual
    stretch()
    QTest.mouseDClick(view, LEFT, NO_KEYS, QPoint(300, 200))
    assert view.frames.price.is_auto
    assert view.frames.time.spacing == usual


def test_the_wheel_over_the_price_axis_stretches_prices_at_the_pointer(view: ChartView) -> None:
    frame_of(view)
    before, span = view.frames.price.price(200), view.frames.price.high - view.frames.price.low
    spacing = view.frames.time.spacing
    turn(view, PRICES, 240)
    assert view.frames.price.price(200) == pytest.approx(before)
    assert view.frames.price.high - view.frames.price.low < span * 0.8
    assert view.frames.time.spacing == spacing


def test_keys_move_and_stretch_prices(view: ChartView) -> None:
    frame_of(view)
    low, high = view.frames.price.low, view.frames.price.high
    QTest.keyClick(view, Qt.Key.Key_Up)
    assert view.frames.price.low > low
    assert view.frames.price.high - view.frames.price.low == pytest.approx(high - low)
    QTest.keyClick(view, Qt.Key.Key_Down, Qt.KeyboardModifier.ControlModifier)
    assert view.frames.price.high - view.frames.price.low > (high - low) * 1.1
    QTest.keyClick(view, Qt.Key.Key_End)
    assert view.frames.price.is_auto


def test_two_buttons_lead_back(view: ChartView) -> None:
    auto, newest = view.badges.auto, view.badges.now
    assert (auto.isChecked(), newest.isVisible()) == (True, False)
    drag(view, PRICES, QPoint(0, 60))
    QTest.keyClick(view, Qt.Key.Key_Home)
    view.flush()
    assert (auto.isChecked(), newest.isVisible()) == (False, True)
    QTest.mouseClick(auto, LEFT)
    QTest.mouseClick(newest, LEFT)
    view.flush()
    assert view.frames.price.is_auto
    assert view.frames.time.is_live
    assert (auto.isChecked(), newest.isVisible()) == (True, False)


def test_a_page_that_did_not_come_is_asked_for_again(view: ChartView, time: Clock) -> None:
    spy = QSignalSpy(view.history_wanted)
    view.frames.time.show_first(300, 830)
    view.flush()
    view.flush()
    assert spy.count() == 1
    time.now_ms += 6_000
    view.flush()
    assert spy.count() == 2
