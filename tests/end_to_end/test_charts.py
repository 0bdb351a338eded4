"""Charts beside the main one: each its own symbol and interval, linked by colour, kept."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from terminal_app.app.program import Program
from terminal_app.domain.market import Interval
from terminal_app.domain.period import period_of
from terminal_app.gui.chart.drawings.shapes import ShapeKind
from terminal_app.gui.chart_grid import GridShape
from terminal_app.gui.further_chart import FurtherChart
from terminal_app.gui.link_groups import LinkGroup, LinkKind
from terminal_app.gui.widgets.view_state import ViewState
from terminal_app.services.session import Session
from terminal_app.venues.base import Feed, FeedKind
from tests.helpers.eventually import eventually
from tests.helpers.terminal import click, ready, running_terminal

pytestmark = [
    pytest.mark.gui,
    pytest.mark.qt_log_ignore("does not support (raise|grabbing the keyboard)"),
]
OTHER = "ETHUSDT"


def choose_shape(program: Program, shape: GridShape) -> None:
    """Take an arrangement from the menu of the main chart."""
    actions = program.window.charts.shape_button.menu().actions()
    next(action for action in actions if action.data() == shape.value).trigger()


def feeds(session: Session) -> set[Feed]:
    """Return what the terminal is subscribed to."""
    return {status.feed for status in session.venue.stream_health().feeds}


async def shows(chart: FurtherChart, symbol: str, interval: str) -> None:
    """Wait until a chart shows bars of a symbol and an interval."""
    view = chart.panel.view
    await eventually(
        lambda: (
            view.state is ViewState.NORMAL
            and view.instrument is not None
            and (view.instrument.symbol, chart.kept.interval) == (symbol, interval)
            and len(view.series) > 3
        )
    )


def point_at(widget: QWidget, spot: QPoint) -> None:
    """Move the pointer over a widget."""
    where = spot.toPointF()
    event = QMouseEvent(
        QMouseEvent.Type.MouseMove, where, widget.mapToGlobal(where),
        Qt.MouseButton.NoButton, Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    QApplication.sendEvent(widget, event)


def choose_symbol(chart: FurtherChart, typed: str) -> None:
    """Open a chart's list of symbols, type and take the first."""
    click(chart.symbol_button)
    QTest.keyClicks(chart.choice.picker.search, typed)
    QTest.keyClick(chart.choice.picker.search, Qt.Key.Key_Return)


async def test_a_chart_beside_is_linked_built_compared_closed_and_kept(tmp_path: Path) -> None:
    async with running_terminal(tmp_path) as program:
        session, desk = await ready(program), program.desk
        choose_shape(program, GridShape.BESIDE)
        (chart,) = program.window.charts.further
        await shows(chart, desk.symbol, "15m")
        own_feed = Feed(FeedKind.CANDLES, desk.symbol, Interval.M15)
        assert own_feed in feeds(session)
        # The pointer of one is seen on the other; a symbol chosen on one is that of both.
        main = program.window.chart.view
        point_at(main, QPoint(300, 200))
        await eventually(lambda: chart.panel.view.linked_pointer.index(main.series) is not None)
        choose_symbol(chart, "ETHU")
        await shows(chart, OTHER, "15m")
        assert desk.symbol == OTHER
        _shares_what_is_drawn(program, chart)
        await eventually(lambda: own_feed not in feeds(session))
        # Not linked any more, it goes its own way.
        chart.link.join(LinkGroup.NONE)
        choose_symbol(chart, "BTCUSDT")
        await shows(chart, "BTCUSDT", "15m")
        assert desk.symbol == OTHER
        await _builds_its_own_bars(chart)
        chart.comparing.add(OTHER)
        await eventually(lambda: "%" in "".join(chart.panel.compared.words))
        click(chart.close_button)
        assert program.window.charts.further == []
        await eventually(
            lambda: Feed(FeedKind.CANDLES, "BTCUSDT", Interval.M5) not in feeds(session)
        )
        choose_shape(program, GridShape.STACKED)
    async with running_terminal(tmp_path) as program:
        await ready(program)
        (chart,) = program.window.charts.further
        await shows(chart, "BTCUSDT", "10m")
        assert chart.link.group is LinkGroup.NONE
        assert LinkKind.SYMBOL in chart.link.kinds
        assert (chart.comparing.kept, program.desk.symbol) == ([OTHER], OTHER)


def _shares_what_is_drawn(program: Program, chart: FurtherChart) -> None:
    """Draw on a second chart of the symbol and see it on both, and kept once."""
    here, there = chart.panel.view.pencil, program.window.chart.view.pencil
    frame = chart.panel.view.frame()
    assert frame is not None
    here.choose_tool(ShapeKind.HORIZONTAL)
    assert here.press(frame, frame.plot.center().toPointF())
    assert here.drawings.shapes
    assert there.drawings.shapes == here.drawings.shapes
    here.drawings.undo()
    here.changed.emit()
    assert there.drawings.shapes == ()


async def _builds_its_own_bars(chart: FurtherChart) -> None:
    """Type a length that the exchange has not and see its bars lie in a row, live."""
    field = chart.panel.bar.more.field
    field.open_beneath(chart.panel.bar)
    QTest.keyClicks(field.edit, "36h")
    QTest.keyClick(field.edit, Qt.Key.Key_Return)
    assert field.isVisible()
    assert "1d or 2d" in field.words.text()
    field.edit.selectAll()
    QTest.keyClicks(field.edit, "10 m")
    QTest.keyClick(field.edit, Qt.Key.Key_Return)
    await shows(chart, "BTCUSDT", "10m")
    series, period = chart.panel.view.series, period_of("10m")
    before = float(series.close[-1]), float(series.volume[-1])
    await eventually(lambda: (float(series.close[-1]), float(series.volume[-1])) != before)
    times = series.open_time_ms.tolist()
    assert all(period.end_ms(one) == after for one, after in pairwise(times))
    assert all(period.open_ms(one) == one for one in times)
