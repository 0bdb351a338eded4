"""What is kept of a picture is what would be painted anew."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from terminal_app.domain.market import Candle, Side
from terminal_app.gui.chart.drawings.shapes import Point, Shape, ShapeKind
from terminal_app.gui.chart.price_line import LineKind, PriceLine
from terminal_app.gui.chart.view import ChartView
from terminal_app.gui.frame_clock import FrameClock
from terminal_app.gui.theme import DARK
from tests.helpers.market_values import candles, instrument
from tests.helpers.walking_chart import differences, on_screen, paint, painted_anew, walk

BARS = candles(300)


@pytest.fixture
def view(qtbot: QtBot) -> ChartView:
    """Show a chart with lines and indicators, on the screen."""
    chart = ChartView(DARK, FrameClock(), now_ms=lambda: BARS[-1].close_time_ms - 59_999)
    qtbot.addWidget(chart, before_close_func=lambda _widget: chart.hide())
    chart.resize(900, 600)
    chart.set_instrument(instrument())
    chart.set_interval("1m")
    chart.frames.studies.choose(["ema:20", "bollinger:20:2", "rsi:14", "macd:12:26:9"])
    chart.load(BARS)
    chart.set_price_lines([line(number) for number in range(5)])
    chart.show()
    QTest.qWaitForWindowExposed(chart)
    return chart


def line(number: int) -> PriceLine:
    """Return an own order near the last price."""
    price = BARS[-1].close + (number - 2) * 15
    return PriceLine(str(number), LineKind.ORDER, price, "Buy 0.100", Side.BUY)


def tick(view: ChartView, bar: Candle) -> None:
    """Take a bar and paint what the frame asks for, no more."""
    view.update_candle(bar)
    paint(view)


@pytest.mark.parametrize("pointer", [None, QPoint(300, 120), QPoint(500, 590)])
def test_the_screen_after_ticks_is_the_picture_painted_anew(
    view: ChartView, pointer: QPoint | None
) -> None:
    view.pointer = pointer
    view.mark()
    last = BARS[-1]
    moves = [Decimal(number) for number in (0, 1, 3, -2, 5, 40, 38, -60, -59, 0, 2, 1)]
    screens = []
    for number, move in enumerate(moves):
        close = last.close + move
        bar = replace(
            last, close=close, high=max(last.high, close), low=min(last.low, close),
            volume=last.volume + number,
        )  # fmt: skip
        tick(view, bar)
        screens.append(on_screen(view))
    assert all(one != other for one, other in pairwise(screens)), "a tick was not painted"
    assert differences(screens[-1], painted_anew(view)) == []


@pytest.mark.parametrize("way", [1, -1])
def test_a_tick_beyond_all_others_takes_the_mark_with_it_where_the_scale_stays(
    view: ChartView, way: int
) -> None:
    view.frames.price.stretch(1.6)
    view.mark()
    paint(view)
    frame, last = view.frame(), BARS[-1]
    assert frame is not None
    ends = frame.shown.high.max(), frame.shown.low.min()
    for further in range(1, 4):
        close = Decimal(round(ends[0 if way > 0 else 1])) + way * further
        tick(view, replace(last, close=close, high=max(last.high, close), low=min(last.low, close)))
    assert differences(on_screen(view), painted_anew(view)) == []


@pytest.mark.parametrize("study", ["ichimoku:9:26:52", "profile:24"])
@pytest.mark.parametrize("pointer", [None, QPoint(300, 120)])
def test_a_tick_that_moves_more_than_the_last_column_is_seen_everywhere(
    view: ChartView, study: str, pointer: QPoint | None
) -> None:
    view.frames.studies.choose([study])
    assert len(view.frames.studies.all) == 1
    view.pointer = pointer
    view.redraw()
    paint(view)
    last = BARS[-1]
    # None of these changes the scale, after which everything is painted.
    for move in (1, -1, 2):
        close = last.close + move
        bar = replace(
            last, close=close, high=max(last.high, close), low=min(last.low, close),
            volume=last.volume - move,
        )  # fmt: skip
        tick(view, bar)
    assert differences(on_screen(view), painted_anew(view)) == []


def test_what_changes_between_ticks_is_seen_with_the_next_frame(view: ChartView) -> None:
    last = BARS[-1]
    for number in range(3):
        tick(view, replace(last, close=last.close + number))
    view.set_price_lines([line(0)])
    paint(view)
    assert differences(on_screen(view), painted_anew(view)) == []
    for number in range(3):
        tick(view, replace(last, close=last.close - number))
    view.pointer = QPoint(200, 200)
    view.mark()
    paint(view)
    assert differences(on_screen(view), painted_anew(view)) == []
    later = replace(
        last, open_time_ms=last.open_time_ms + 60_000, close_time_ms=last.close_time_ms + 60_000
    )
    tick(view, later)
    assert differences(on_screen(view), painted_anew(view)) == []


def test_lines_stay_while_bars_move_under_them_and_drawings_move_along(view: ChartView) -> None:
    time, width = view.frames.time, 800
    for pixels in (7, 7, -3):
        time.pan(pixels, len(view.series), width)
        view.mark()
        paint(view)
    assert differences(on_screen(view), painted_anew(view)) == []
    first, last = int(view.series.open_time_ms[-40]), int(view.series.open_time_ms[-5])
    price = float(BARS[-1].close)
    view.pencil.drawings.load([Shape(ShapeKind.TREND, (Point(first, price), Point(last, price)))])
    for pixels in (7, 11):
        time.pan(pixels, len(view.series), width)
        view.mark()
        paint(view)
    assert differences(on_screen(view), painted_anew(view)) == []


@pytest.mark.parametrize("has_panes", [False, True])
def test_whatever_happens_the_screen_is_the_picture_painted_anew(
    qtbot: QtBot, has_panes: bool
) -> None:
    assert walk(1, 63, has_panes=has_panes) == []


_AT_ANOTHER_SCALE = """
from PySide6.QtWidgets import QApplication
from tests.helpers.walking_chart import walk
app = QApplication([])
assert walk(3, 21, has_panes=True) == []
"""


@pytest.mark.parametrize("scale", ["1.5", "2"])
def test_whatever_happens_at_another_scale_it_is_so_too(scale: str) -> None:
    root = Path(__file__).resolve().parents[4]
    environment = {**os.environ, "QT_SCALE_FACTOR": scale, "PYTHONPATH": str(root)}
    command = [sys.executable, "-c", _AT_ANOTHER_SCALE]
    done = subprocess.run(command, env=environment, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
