"""Take one's own orders by the hand: only when armed, and nothing is lost by letting go."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication

from terminal_app.domain.market import Side
from terminal_app.gui.chart.label_calm import LabelCalm
from terminal_app.gui.chart.line_hand import DragWords
from terminal_app.gui.chart.line_labels import LabelPlaces, label_at
from terminal_app.gui.chart.panel import ChartPanel
from terminal_app.gui.chart.price_line import LineKind, PriceLine
from terminal_app.gui.widgets.view_state import ViewState
from tests.helpers.market_values import candles

LEFT, NO_KEYS = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
BARS = candles(300)
LINE = PriceLine(
    "t-1", LineKind.ORDER, BARS[-1].close, "Buy 1.000 limit", Side.BUY, can_move=True,
    can_cancel=True,
)  # fmt: skip


@pytest.fixture
def panel(panel: ChartPanel) -> ChartPanel:
    """Show an armed panel with a line."""
    panel.view.set_price_lines([LINE])
    panel.view.hand.calm.seconds = 0.0
    panel.arm_button.setChecked(True)
    panel.view.grab()
    return panel


def _spot(panel: ChartPanel, *, on_cross: bool = False, key: str = LINE.key) -> QPoint:
    frame = panel.view.frame()
    assert frame is not None
    (label,) = [label for label in panel.view.hand.labels(frame) if label.line.key == key]
    return (label.cross.center() if on_cross else label.box.topLeft() + QPointF(8, 9)).toPoint()


def _drag(panel: ChartPanel, start: QPoint, down_px: int) -> QPoint:
    QTest.mousePress(panel.view, LEFT, NO_KEYS, start)
    end = start + QPoint(0, down_px)
    at = QPointF(end)
    moved = QMouseEvent(
        QMouseEvent.Type.MouseMove, at, panel.view.mapToGlobal(at), LEFT, LEFT, NO_KEYS
    )
    QApplication.sendEvent(panel.view, moved)
    return end


def test_a_drag_shows_where_it_would_go_and_tells_it_when_let_go(panel: ChartPanel) -> None:
    view, spy = panel.view, QSignalSpy(panel.view.hand.dropped)
    asked: list[Decimal] = []

    def words(line: PriceLine, price: Decimal) -> DragWords:
        asked.append(price)
        return DragWords((f"{line.key} to {price}", "far"), "taker")

    view.hand.words = words
    margin = view.frames.time.margin
    end = _drag(panel, _spot(panel), 60)
    assert view.hand.ghost is not None
    assert view.hand.ghost.words.rows[0] == f"t-1 to {asked[-1]}"
    assert not view.grab().isNull()
    assert spy.count() == 0
    QTest.mouseRelease(view, LEFT, NO_KEYS, end)
    assert spy.at(0) == [LINE, asked[-1]]
    assert asked[-1] < LINE.price
    assert asked[-1] % Decimal("0.10") == 0
    assert view.hand.ghost is None
    assert view.frames.time.margin == margin


def test_nothing_is_taken_unless_armed(panel: ChartPanel) -> None:
    panel.arm_button.setChecked(False)
    moved, cancelled = QSignalSpy(panel.view.hand.dropped), QSignalSpy(panel.view.hand.crossed)
    end = _drag(panel, _spot(panel), 60)
    QTest.mouseRelease(panel.view, LEFT, NO_KEYS, end)
    QTest.mouseClick(panel.view, LEFT, NO_KEYS, _spot(panel) + QPoint(90, 0))
    assert moved.count() == cancelled.count() == 0


def test_disarming_in_the_middle_of_a_drag_drops_the_line(panel: ChartPanel) -> None:
    spy = QSignalSpy(panel.view.hand.dropped)
    end = _drag(panel, _spot(panel), 60)
    panel.arm_button.setChecked(False)
    QTest.mouseRelease(panel.view, LEFT, NO_KEYS, end)
    assert spy.count() == 0


def test_escape_drops_a_line_where_it_was(panel: ChartPanel) -> None:
    spy = QSignalSpy(panel.view.hand.dropped)
    end = _drag(panel, _spot(panel), 60)
    QTest.keyClick(panel.view, Qt.Key.Key_Escape)
    assert panel.view.hand.ghost is None
    QTest.mouseRelease(panel.view, LEFT, NO_KEYS, end)
    assert spy.count() == 0


def test_a_cross_cancels_when_the_button_is_let_go_on_it(panel: ChartPanel) -> None:
    spy, spot = QSignalSpy(panel.view.hand.crossed), _spot(panel, on_cross=True)
    QTest.mousePress(panel.view, LEFT, NO_KEYS, spot)
    QTest.mouseRelease(panel.view, LEFT, NO_KEYS, spot - QPoint(200, 0))
    assert spy.count() == 0
    QTest.mouseClick(panel.view, LEFT, NO_KEYS, spot)
    assert spy.at(0) == [LINE]


@pytest.mark.parametrize("line", [replace(LINE, is_pending=True), replace(LINE, can_move=False)])
def test_what_is_on_its_way_or_cannot_move_stays(panel: ChartPanel, line: PriceLine) -> None:
    panel.view.set_price_lines([line])
    spy = QSignalSpy(panel.view.hand.dropped)
    QTest.mouseRelease(panel.view, LEFT, NO_KEYS, _drag(panel, _spot(panel), 60))
    assert spy.count() == 0


def test_a_stale_chart_takes_nothing(panel: ChartPanel) -> None:
    panel.view.set_state(ViewState.STALE, "no data for 9 s")
    spy = QSignalSpy(panel.view.hand.dropped)
    QTest.mouseRelease(panel.view, LEFT, NO_KEYS, _drag(panel, _spot(panel), 60))
    assert spy.count() == 0


def test_lines_at_one_price_have_words_of_their_own(panel: ChartPanel) -> None:
    others = [replace(LINE, key=f"t-{number}") for number in range(2, 6)]
    panel.view.set_price_lines([LINE, *others])
    frame = panel.view.frame()
    assert frame is not None
    labels = panel.view.hand.labels(frame)
    for number, label in enumerate(labels):
        assert not any(label.box.intersects(other.box) for other in labels[number + 1 :])
        assert label_at(labels, label.box.center()) is label
    spy = QSignalSpy(panel.view.hand.crossed)
    QTest.mouseClick(panel.view, LEFT, NO_KEYS, _spot(panel, on_cross=True, key="t-4"))
    assert [spy.at(n)[0].key for n in range(spy.count())] == ["t-4"]


def test_escape_disarms_what_a_button_armed(panel: ChartPanel) -> None:
    QTest.keyClick(panel.view, Qt.Key.Key_Escape)
    assert not panel.view.hand.is_armed
    assert not panel.arm_button.isChecked()


def test_a_plan_is_dragged_without_arming(panel: ChartPanel) -> None:
    plan = replace(LINE, key="limit 0", kind=LineKind.PLANNED, can_cancel=False)
    panel.view.set_price_lines([plan])
    panel.arm_button.setChecked(False)
    spy = QSignalSpy(panel.view.hand.dropped)
    end = _drag(panel, _spot(panel, key="limit 0"), 40)
    QTest.mouseRelease(panel.view, LEFT, NO_KEYS, end)
    assert spy.at(0)[0] == plan


def test_what_was_asked_for_is_shown_until_the_line_waits_no_more(panel: ChartPanel) -> None:
    view, asked = panel.view, LINE.price - 5
    view.show_asked("t-1", asked)
    view.set_price_lines([replace(LINE, is_pending=True)])
    assert [(line.kind, line.price) for line in view.hand.lines] == [
        (LineKind.ORDER, LINE.price),
        (LineKind.ASKED, asked),
    ]
    view.set_price_lines([LINE])
    assert [line.price for line in view.hand.lines] == [LINE.price]


def test_a_line_that_goes_while_it_is_held_drops_its_ghost(panel: ChartPanel) -> None:
    spy = QSignalSpy(panel.view.hand.dropped)
    end = _drag(panel, _spot(panel), 60)
    panel.view.set_price_lines([replace(LINE, figure="+1.00")])
    assert panel.view.hand.ghost is not None
    panel.view.set_price_lines([replace(LINE, is_pending=True)])
    assert panel.view.hand.ghost is None
    QTest.mouseRelease(panel.view, LEFT, NO_KEYS, end)
    assert spy.count() == 0


def test_what_is_held_still_says_what_the_market_makes_of_it(panel: ChartPanel) -> None:
    hand, warnings = panel.view.hand, iter(["", "crosses the spread: taker"])
    hand.words = lambda _line, _price: DragWords(("move",), next(warnings))
    end = _drag(panel, _spot(panel), 60)
    assert hand.ghost is not None
    price = hand.ghost.price
    assert hand.refresh()
    assert hand.ghost is not None
    assert (hand.ghost.price, hand.ghost.words.warning) == (price, "crosses the spread: taker")
    QTest.mouseRelease(panel.view, LEFT, NO_KEYS, end)
    assert not hand.refresh()


def test_the_same_lines_are_not_painted_again(panel: ChartPanel) -> None:
    assert not panel.view.hand.set_lines([LINE])
    assert panel.view.hand.set_lines([replace(LINE, figure="+1.00")])


def test_words_that_only_just_came_under_the_pointer_are_not_taken(panel: ChartPanel) -> None:
    view, now = panel.view, [100.0]
    view.hand.calm = LabelCalm(lambda: now[0])
    crossed, clicked = QSignalSpy(view.hand.crossed), QSignalSpy(view.price_clicked)
    spot = _spot(panel, on_cross=True)
    QTest.mouseClick(view, LEFT, NO_KEYS, spot)
    assert crossed.count() == clicked.count() == 0
    now[0] += 0.3
    other = replace(LINE, key="t-9", price=LINE.price + 1)
    view.set_price_lines([replace(other, price=LINE.price)])
    QTest.mouseClick(view, LEFT, NO_KEYS, spot)
    assert crossed.count() == 0
    now[0] += 0.3
    QTest.mouseClick(view, LEFT, NO_KEYS, spot)
    assert [crossed.at(n)[0].key for n in range(crossed.count())] == ["t-9"]


def test_words_that_drift_with_the_market_stay_in_reach(panel: ChartPanel) -> None:
    frame, now = panel.view.frame(), [0.0]
    assert frame is not None
    calm = LabelCalm(lambda: now[0])
    (label,) = LabelPlaces(frame, [LINE]).around(None)
    calm.see([label])
    now[0] = 0.3
    for down in (3, 6, 9):
        calm.see([replace(label, box=label.box.translated(0, down))])
        assert calm.is_calm(label)
    calm.see([replace(label, box=label.box.translated(0, 12))])
    assert not calm.is_calm(label)


def test_a_line_is_carried_from_where_it_is_wherever_its_words_stand(panel: ChartPanel) -> None:
    others = [replace(LINE, key=f"t-{number}") for number in range(2, 7)]
    panel.view.set_price_lines([LINE, *others])
    frame, spy = panel.view.frame(), QSignalSpy(panel.view.hand.dropped)
    assert frame is not None
    y = frame.price.y(float(LINE.price)) + 50
    for line in (LINE, others[-1]):
        end = _drag(panel, _spot(panel, key=line.key), 50)
        QTest.mouseRelease(panel.view, LEFT, NO_KEYS, end)
    for number in range(2):
        assert frame.price.y(float(spy.at(number)[1])) == pytest.approx(y, abs=1.5)
