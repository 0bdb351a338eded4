"""Shapes are put down, moved, taken away, taken back and kept; they stay at time and price."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from terminal_app.gui.chart.drawings.painting import words_left
from terminal_app.gui.chart.drawings.places import lines_of, point_at, spot_of, text_box
from terminal_app.gui.chart.drawings.shapes import (
    Drawings,
    Point,
    Shape,
    ShapeKind,
    finished,
    shape_rows,
    shapes_of,
)
from terminal_app.gui.chart.frame import Frame
from terminal_app.gui.chart.look import ScaleMode
from terminal_app.gui.chart.panel import ChartPanel
from tests.helpers.market_values import candles

LEFT, NO_KEYS = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
CTRL = Qt.KeyboardModifier.ControlModifier
BARS = candles(300)
A, B, C = (
    Point(BARS[200].open_time_ms, 1000.0),
    Point(BARS[260].open_time_ms, 1010.0),
    Point(0, 1.0),
)
SPOTS = [QPoint(200, 150), QPoint(420, 240), QPoint(500, 180)]


@pytest.fixture
def panel(panel: ChartPanel) -> ChartPanel:
    """Show a panel whose geometry is known."""
    panel.view.grab()
    return panel


def _frame(panel: ChartPanel) -> Frame:
    frame = panel.view.frame()
    assert frame is not None
    return frame


def _move(panel: ChartPanel, spot: QPoint) -> None:
    at = QPointF(spot)
    event = QMouseEvent(
        QMouseEvent.Type.MouseMove, at, panel.view.mapToGlobal(at), LEFT, LEFT, NO_KEYS
    )
    QApplication.sendEvent(panel.view, event)


def _draw(panel: ChartPanel, kind: ShapeKind) -> Shape:
    panel.view.pencil.choose_tool(kind)
    for spot in SPOTS[: kind.clicks]:
        _move(panel, spot)
        QTest.mouseClick(panel.view, LEFT, NO_KEYS, spot)
    return panel.view.pencil.drawings.shapes[-1]


def test_a_line_is_drawn_by_a_drag_as_by_two_clicks(panel: ChartPanel) -> None:
    clicked = _draw(panel, ShapeKind.TREND)
    panel.view.pencil.choose_tool(ShapeKind.TREND)
    _move(panel, SPOTS[0])
    QTest.mousePress(panel.view, LEFT, NO_KEYS, SPOTS[0])
    _move(panel, SPOTS[1])
    QTest.mouseRelease(panel.view, LEFT, NO_KEYS, SPOTS[1])
    assert panel.view.pencil.drawings.shapes == (clicked, clicked)
    assert panel.view.pencil.tool is None


@pytest.mark.parametrize("mode", list(ScaleMode))
def test_a_spot_and_its_point_belong_together(panel: ChartPanel, mode: ScaleMode) -> None:
    panel.view.frames.price.set_mode(mode)
    frame = _frame(panel)
    for x, y in ((30, 40), (400, 200), (frame.plot.width() - 5, 300), (-500, 100), (2000, 9)):
        spot = spot_of(frame, point_at(frame, QPointF(x, y)))
        assert spot.x() == pytest.approx(x, abs=0.1)
        assert spot.y() == pytest.approx(y, abs=0.1)


def test_a_magnet_pulls_to_a_near_price_of_the_bar(panel: ChartPanel) -> None:
    frame = _frame(panel)
    bar = BARS[280]
    spot = QPointF(frame.x(280) + 2, frame.price.y(float(bar.high)) - 6)
    assert point_at(frame, spot, magnet=True) == Point(bar.open_time_ms, float(bar.high))
    far = spot - QPointF(0, 40)
    assert point_at(frame, far, magnet=True) == point_at(frame, far)


@pytest.mark.parametrize("kind", [kind for kind in ShapeKind if kind is not ShapeKind.TEXT])
def test_every_shape_is_drawn_by_clicks_and_seen(panel: ChartPanel, kind: ShapeKind) -> None:
    changed, clicked = QSignalSpy(panel.view.pencil.changed), QSignalSpy(panel.view.price_clicked)
    before = panel.view.grab().toImage()
    shape = _draw(panel, kind)
    assert shape.kind is kind
    assert changed.count() == 1
    assert clicked.count() == 0
    assert panel.view.pencil.tool is None
    assert panel.view.grab().toImage() != before
    first = spot_of(_frame(panel), shape.points[0])
    assert first.x() == pytest.approx(200, abs=0.5)
    assert first.y() == pytest.approx(150, abs=0.5)
    assert lines_of(_frame(panel), shape)


def test_a_shape_is_taken_moved_and_taken_away(panel: ChartPanel) -> None:
    shape, view = _draw(panel, ShapeKind.TREND), panel.view
    margin = view.frames.time.margin
    middle = (SPOTS[0] + SPOTS[1]) / 2
    QTest.mousePress(view, LEFT, NO_KEYS, middle)
    _move(panel, middle + QPoint(40, 30))
    QTest.mouseRelease(view, LEFT, NO_KEYS, middle + QPoint(40, 30))
    (moved,) = view.pencil.drawings.shapes
    for number, spot in enumerate(SPOTS[:2]):
        at = spot_of(_frame(panel), moved.points[number])
        assert at.x() == pytest.approx(spot.x() + 40, abs=1)
        assert at.y() == pytest.approx(spot.y() + 30, abs=1)
    assert view.frames.time.margin == margin
    QTest.keyClick(view, Qt.Key.Key_Delete)
    for expected in ([], [moved], [shape]):
        assert list(view.pencil.drawings.shapes) == expected
        QTest.keyClick(view, Qt.Key.Key_Z, CTRL)


def test_one_point_of_a_shape_is_moved_alone(panel: ChartPanel) -> None:
    shape, view = _draw(panel, ShapeKind.RECTANGLE), panel.view
    QTest.mousePress(view, LEFT, NO_KEYS, SPOTS[1])
    _move(panel, SPOTS[2])
    QTest.mouseRelease(view, LEFT, NO_KEYS, SPOTS[2])
    (moved,) = view.pencil.drawings.shapes
    assert moved.points[0] == shape.points[0]
    at = spot_of(_frame(panel), moved.points[1])
    assert at.x() == pytest.approx(500, abs=1)
    assert at.y() == pytest.approx(180, abs=1)


def _editor(panel: ChartPanel) -> QLineEdit:
    (editor,) = panel.view.findChildren(QLineEdit)
    return editor


def test_a_text_is_written_where_it_is_put_and_reworded(panel: ChartPanel) -> None:
    view, pencil = panel.view, panel.view.pencil
    pencil.choose_tool(ShapeKind.TEXT)
    QTest.mouseClick(view, LEFT, NO_KEYS, SPOTS[0])
    assert _editor(panel).isVisible()
    assert not pencil.drawings.shapes
    QTest.keyClicks(_editor(panel), "CPI 14:30")
    QTest.keyClick(_editor(panel), Qt.Key.Key_Return)
    assert not _editor(panel).isVisible()
    (text,) = pencil.drawings.shapes
    assert (text.kind, text.text) == (ShapeKind.TEXT, "CPI 14:30")
    inside = text_box(_frame(panel), text).center().toPoint()
    QTest.mouseDClick(view, LEFT, NO_KEYS, inside)
    QTest.keyClicks(_editor(panel), "Fed")
    QTest.keyClick(_editor(panel), Qt.Key.Key_Return)
    assert [shape.text for shape in pencil.drawings.shapes] == ["Fed"]
    for expected in (["CPI 14:30"], []):
        QTest.keyClick(view, Qt.Key.Key_Z, CTRL)
        assert [shape.text for shape in pencil.drawings.shapes] == expected


def test_a_text_without_words_is_none(panel: ChartPanel) -> None:
    for key in (Qt.Key.Key_Escape, Qt.Key.Key_Return):
        panel.view.pencil.choose_tool(ShapeKind.TEXT)
        QTest.mouseClick(panel.view, LEFT, NO_KEYS, SPOTS[0])
        if key is Qt.Key.Key_Escape:
            QTest.keyClicks(_editor(panel), "never mind")
        QTest.keyClick(_editor(panel), key)
        assert panel.view.pencil.drawings.shapes == ()


def test_a_text_is_moved_by_its_words(panel: ChartPanel) -> None:
    view = panel.view
    point = point_at(_frame(panel), QPointF(SPOTS[0]))
    view.pencil.write(Shape(ShapeKind.TEXT, (point,), "resistance"))
    start = (text_box(_frame(panel), view.pencil.drawings.shapes[0]).center()).toPoint()
    QTest.mousePress(view, LEFT, NO_KEYS, start)
    _move(panel, start + QPoint(50, 20))
    QTest.mouseRelease(view, LEFT, NO_KEYS, start + QPoint(50, 20))
    (moved,) = view.pencil.drawings.shapes
    assert spot_of(_frame(panel), moved.points[0]).x() == pytest.approx(SPOTS[0].x() + 50, abs=1)
    assert moved.text == "resistance"


def test_escape_drops_the_tool_and_what_was_begun(panel: ChartPanel) -> None:
    view = panel.view
    view.pencil.choose_tool(ShapeKind.TREND)
    QTest.mouseClick(view, LEFT, NO_KEYS, SPOTS[0])
    QTest.keyClick(view, Qt.Key.Key_Escape)
    QTest.mouseClick(view, LEFT, NO_KEYS, SPOTS[1])
    assert view.pencil.drawings.shapes == ()
    assert panel.draw_button.text() == "Draw ▾"


def test_a_click_beside_all_shapes_pans_and_asks_prices_as_ever(panel: ChartPanel) -> None:
    _draw(panel, ShapeKind.TREND)
    spy = QSignalSpy(panel.view.price_clicked)
    QTest.mouseClick(panel.view, LEFT, NO_KEYS, QPoint(600, 300))
    assert spy.count() == 1
    assert panel.view.pencil.chosen is None


def test_a_position_tool_sets_its_target_at_twice_its_risk() -> None:
    for kind, sign in ((ShapeKind.LONG, 1), (ShapeKind.SHORT, -1)):
        for stop in (990.0, 1010.0):
            shape = finished(kind, [Point(0, 1000.0), Point(9, stop)])
            assert [point.price for point in shape.points] == [
                1000.0, 1000.0 - 10 * sign, 1000.0 + 20 * sign,
            ]  # fmt: skip


SHAPES = st.sampled_from(list(ShapeKind)).flatmap(
    lambda kind: st.lists(
        st.builds(Point, st.integers(0, 2_000_000_000_000), st.floats(1e-6, 1e7)),
        min_size=kind.clicks,
        max_size=kind.clicks,
    ).map(lambda points: finished(kind, points))
)


@given(st.lists(SHAPES, max_size=8))
def test_what_is_kept_is_what_was_drawn(shapes: list[Shape]) -> None:
    assert shapes_of(json.loads(json.dumps(shape_rows(shapes)))) == shapes


def test_rows_that_are_no_shapes_are_left_out() -> None:
    good = Shape(ShapeKind.TREND, (A, B))
    rows: list[list[str | float]]
    rows = [
        *shape_rows([good]),
        ["text", 1.0, "x"],
        ["text"],
        ["trend", "1", 2.0, 3.0, 4.0],
        [],
        ["blob", 1, 2],
        ["trend", 1.0, 2.0],
        ["ray", 1.0, 2.0, 3.0],
    ]
    assert shapes_of(rows) == [good]


@given(st.lists(st.sampled_from(["add", "remove", "clear", "undo", "redo"]), max_size=40))
def test_undo_and_redo_walk_the_same_way_back_and_forth(steps: list[str]) -> None:
    drawings = Drawings()
    history, at = [drawings.shapes], 0
    for number, step in enumerate(steps):
        if step == "undo":
            assert drawings.undo() is (at > 0)
            at = max(at - 1, 0)
        elif step == "redo":
            assert drawings.redo() is (at < len(history) - 1)
            at = min(at + 1, len(history) - 1)
        else:
            before = drawings.shapes
            if step == "add":
                drawings.add(Shape(ShapeKind.HORIZONTAL, (Point(number, 1.0),)))
            elif step == "remove" and drawings.shapes:
                drawings.remove(0)
            elif step == "clear":
                drawings.clear()
            if drawings.shapes != before:
                history = [*history[: at + 1], drawings.shapes]
                at += 1
        assert drawings.shapes == history[at]


@pytest.mark.parametrize(
    ("left", "shown"),
    [
        (50.0, 50.0),
        # They end before the axis begins, and the beginning is what is read first.
        (250.0, 192.0),
        (299.0, 192.0),
        (300.0, 300.0),
        (-40.0, -40.0),
    ],
)
def test_words_of_a_shape_do_not_run_into_the_axis(left: float, shown: float) -> None:
    assert words_left(left, 100.0, 300.0) == shown


def test_words_that_are_wider_than_the_chart_keep_their_beginning() -> None:
    assert words_left(60.0, 500.0, 300.0) == 8.0
