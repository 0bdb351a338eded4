"""Look at the chart in each of its states: what must be seen is, in the colours it must have."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt
import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from terminal_app.domain.market import Side
from terminal_app.gui.chart.compared import COLOURS, ComparedSeries
from terminal_app.gui.chart.drawings.shapes import Point, Shape, ShapeKind
from terminal_app.gui.chart.export import picture
from terminal_app.gui.chart.frame import Frame
from terminal_app.gui.chart.look import ChartStyle, ScaleMode
from terminal_app.gui.chart.price_line import LineKind, PriceLine
from terminal_app.gui.chart.view import ChartView
from terminal_app.gui.frame_clock import FrameClock
from terminal_app.gui.theme import DARK, LIGHT, Theme, colour_blind, swapped
from terminal_app.gui.widgets.view_state import ViewState
from tests.helpers.market_values import candle, candles, instrument

Pixels = npt.NDArray[np.uint32]
WIDTH, HEIGHT = 900, 500
SENTENCE = "Binance has not answered for 12 s. It is tried again and again."
THEMES = {
    "dark": DARK,
    "light": LIGHT,
    "colour-blind": colour_blind(DARK),
    "colour-blind light": colour_blind(LIGHT),
    "swapped": swapped(DARK),
}


class Show(Protocol):
    """Show a chart."""

    def __call__(self, theme: Theme = DARK, bars: int = 300) -> ChartView:
        """Return a chart of so many bars in a theme, none of them loaded for 0."""


@pytest.fixture
def show(qtbot: QtBot) -> Iterator[Show]:
    """Return a function that shows a chart of so many bars in a theme."""
    made: list[ChartView] = []
    last = candles(300)[-1]

    def make(theme: Theme = DARK, bars: int = 300) -> ChartView:
        view = ChartView(theme, FrameClock(), now_ms=lambda: last.close_time_ms - 59_999)
        qtbot.addWidget(view)
        view.resize(WIDTH, HEIGHT)
        view.set_instrument(instrument())
        view.set_interval("1m")
        if bars:
            view.load(candles(bars))
        view.show()
        made.append(view)
        return view

    yield make
    for view in made:
        view.hide()


def seen(view: ChartView) -> Pixels:
    """Return what a person sees, a number for each pixel."""
    view.flush()
    image = view.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    rows = np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), image.width())
    return rows & np.uint32(0xFFFFFF)


def count(pixels: Pixels, colour: str) -> int:
    """Count the pixels of one colour."""
    return int((pixels == int(colour[1:], 16)).sum())


def frame_of(view: ChartView) -> Frame:
    """Return the geometry of a chart that has bars."""
    frame = view.frame()
    assert frame is not None
    return frame


def line(price: float, side: Side, *, is_pending: bool = False) -> PriceLine:
    """Return the line of an order."""
    text = f"{side.value.title()} 0.100 limit"
    at = Decimal(repr(round(price, 1)))
    return PriceLine("a", LineKind.ORDER, at, text, side, is_pending=is_pending)


@pytest.mark.parametrize("name", THEMES)
@pytest.mark.parametrize("style", [ChartStyle.CANDLES, ChartStyle.BARS])
def test_bars_have_the_colours_of_the_theme_and_no_others(
    show: Show, name: str, style: ChartStyle
) -> None:
    theme = THEMES[name]
    view = show(theme)
    view.frames.set_look(style, ScaleMode.LINEAR)
    pixels = seen(view)
    values, counts = np.unique(pixels, return_counts=True)
    assert values[counts.argmax()] == int(theme.panel[1:], 16)
    assert count(pixels, theme.buy) > 400
    assert count(pixels, theme.sell) > 400
    own = {theme.buy, theme.sell}
    for other in THEMES.values():
        for foreign in {other.buy, other.sell} - own:
            assert count(pixels, foreign) == 0


def test_up_is_red_where_a_person_wants_that(show: Show) -> None:
    rising = [candle(number, ("100", "130", "95", "125")) for number in range(40)]
    assert (swapped(DARK).buy, swapped(DARK).sell) == (DARK.sell, DARK.buy)
    for theme in (DARK, swapped(DARK), colour_blind(DARK)):
        view = show(theme, 0)
        view.load(rising)
        bars = seen(view)[60:400, :800]
        assert count(bars, theme.buy) > 1000
        assert count(bars, theme.sell) == 0


def test_another_theme_is_taken_at_the_next_frame(show: Show) -> None:
    view = show(DARK)
    # The button in the lower corner is dressed by the application's style.
    before = seen(view)[: HEIGHT - 40]
    view.set_theme(LIGHT)
    after = seen(view)[: HEIGHT - 40]
    assert (count(before, LIGHT.panel), count(after, DARK.panel)) == (0, 0)
    assert count(after, LIGHT.panel) > 200_000


def test_a_chart_that_waits_shows_quiet_bars_and_no_figure(show: Show) -> None:
    view = show(DARK, 0)
    assert view.state is ViewState.LOADING
    pixels = seen(view)
    assert set(np.unique(pixels)) == {int(colour[1:], 16) for colour in (DARK.panel, DARK.raised)}
    assert count(pixels, DARK.raised) > 5_000


@pytest.mark.parametrize("state", [ViewState.EMPTY, ViewState.ERROR])
def test_a_chart_without_bars_says_why_in_its_middle(show: Show, state: ViewState) -> None:
    view = show(DARK, 0)
    view.set_state(state, SENTENCE)
    pixels = seen(view)
    ink = DARK.danger if state is ViewState.ERROR else DARK.muted
    words = count(pixels[HEIGHT // 2 - 40 : HEIGHT // 2 + 20, 150:750], ink)
    assert words > 50
    assert count(pixels, ink) >= words
    assert count(pixels, DARK.buy) == 0
    buttons = [each for each in view.findChildren(QPushButton) if each.isVisible()]
    assert [each.text() for each in buttons] == ["Try again"] * (state is ViewState.ERROR)


def test_old_bars_are_veiled_and_say_their_age(show: Show) -> None:
    view = show(DARK)
    view.set_state(ViewState.STALE, "no data for 12 s, reconnecting")
    pixels = seen(view)
    assert count(pixels, DARK.buy) == count(pixels, DARK.sell) == 0
    assert count(pixels, DARK.warning) > 100


def test_an_order_is_a_line_in_the_colour_of_its_side(show: Show) -> None:
    view = show(DARK)
    frame = frame_of(view)
    low, high = frame.price.price(380), frame.price.price(60)
    for price, side, colour in ((low, Side.BUY, DARK.buy), (high, Side.SELL, DARK.sell)):
        for is_pending in (False, True):
            view.set_price_lines([line(price, side, is_pending=is_pending)])
            y = round(frame.price.y(float(view.hand.lines[0].price)))
            row = seen(view)[y, : frame.plot.width() - 200]
            assert count(row, DARK.muted if is_pending else colour) > 150


def test_a_drawing_lies_where_its_points_are(show: Show) -> None:
    view = show(DARK)
    before, frame = seen(view), frame_of(view)
    price = frame.price.price(90)
    first, last = (int(frame.series.open_time_ms[at]) for at in (-60, -1))
    shape = Shape(ShapeKind.TREND, (Point(first, price), Point(last, price)))
    view.pencil.drawings.load([shape])
    changed = seen(view) != before
    rows, columns = changed.nonzero()
    assert abs(rows.mean() - 90) < 2
    assert columns.min() == pytest.approx(frame.x(frame.count - 60), abs=3)
    assert columns.max() == pytest.approx(frame.x(frame.count - 1), abs=3)


def test_where_a_linked_chart_points_is_seen_and_goes_away(show: Show) -> None:
    view = show(DARK)
    bare, frame = seen(view), frame_of(view)
    for at, height in ((250, 90), (260, 130)):
        price = Decimal(repr(round(frame.price.price(height), 1)))
        assert view.linked_pointer.show(int(frame.series.open_time_ms[at]) + 1, price)
        view.mark()
        changed = seen(view) != bare
        column = changed[60:400, round(frame.x(at))]
        row = changed[round(frame.price.y(float(price))), : frame.plot.width()]
        assert column.sum() > 80
        assert row.sum() > 150
    assert view.linked_pointer.show(None, None)
    view.mark()
    assert (seen(view) == bare).all()


def test_missing_bars_are_marked_with_how_many(show: Show) -> None:
    view = show(DARK, 0)
    every = candles(300)
    view.load([*every[:260], *every[275:]])
    frame, pixels = frame_of(view), seen(view)
    x = round((frame.x(259) + frame.x(260)) / 2)
    assert count(pixels[: frame.plot.height(), x], DARK.warning) > 60
    assert count(pixels[frame.volume_top - 22 : frame.volume_top - 4], DARK.warning) > 10
    whole = show(DARK)
    assert count(seen(whole), DARK.warning) == 0


def test_a_compared_symbol_is_a_line_in_its_colour(show: Show) -> None:
    view, other = show(DARK), ComparedSeries("ETHUSDT")
    other.load(candles(300, seed=7))
    view.frames.set_look(ChartStyle.CANDLES, ScaleMode.PERCENT)
    view.frames.compared = [other]
    frame = frame_of(view)
    (moved,) = frame.compared
    start, end = other.series.close[frame.first], other.series.close[-1]
    assert moved.percent[0] == 0
    assert moved.last == pytest.approx((end / start - 1) * 100)
    column = seen(view)[:, round(frame.x(frame.count - 1)) - 2]
    y = frame.price.y(frame.price.base * (1 + moved.percent[-1] / 100))
    near = column[max(0, round(y) - 14) : round(y) + 14]
    wanted = np.array([int(COLOURS[0][at : at + 2], 16) for at in (1, 3, 5)])
    shades = np.stack([near >> 16, near >> 8 & 255, near & 255], axis=1).astype(int)
    assert np.abs(shades - wanted).sum(axis=1).min() < 90


def test_a_drawing_of_lines_holds_no_picture_of_pixels(show: Show) -> None:
    view = show(DARK)
    view.pointer = QPoint(300, 200)
    text = picture(view, "svg").decode()
    assert "<image" not in text
    assert len(re.findall("<rect", text)) > 200
    assert "BTCUSDT" in text
    assert picture(view, "png").startswith(b"\x89PNG")


_AT_ANOTHER_SCALE = """
import sys
from PySide6.QtWidgets import QApplication
application = QApplication(sys.argv)
from terminal_app.gui.chart.view import ChartView
from terminal_app.gui.frame_clock import FrameClock
from terminal_app.gui.theme import DARK
from tests.helpers.market_values import candles, instrument
view = ChartView(DARK, FrameClock(), now_ms=lambda: candles(300)[-1].close_time_ms)
view.resize(600, 400)
view.set_instrument(instrument())
view.set_interval("1m")
view.load(candles(300))
view.show()
view.grab().save(sys.argv[1])
view.hide()
"""


@pytest.mark.parametrize("scale", ["1", "1.5", "2", "3"])
def test_bars_are_crisp_at_every_scale(tmp_path: Path, scale: str) -> None:
    path, root = tmp_path / "chart.png", Path(__file__).resolve().parents[4]
    environment = {**os.environ, "QT_SCALE_FACTOR": scale, "PYTHONPATH": str(root)}
    command = [sys.executable, "-c", _AT_ANOTHER_SCALE, str(path)]
    subprocess.run(command, env=environment, check=True, capture_output=True)
    image = QImage(str(path)).convertToFormat(QImage.Format.Format_RGB32)
    factor = float(scale)
    assert image.width() == round(600 * factor)
    rows = np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), image.width())
    bars = rows[round(80 * factor) : round(280 * factor), : round(480 * factor)] & 0xFFFFFF
    shades, counts = np.unique(bars, return_counts=True)
    of_bars = {int(colour[1:], 16) for colour in (DARK.buy, DARK.sell)}
    painted = sum(counts[shades == colour].item() for colour in of_bars)
    # Ground, two shades of the grid, both sides: an edge that is not on a pixel blends two of them.
    # Only the words of the highs and lows do, and the dots of the last price.
    common = set(shades[np.argsort(counts)[-5:]].tolist())
    assert of_bars <= common
    blended = sum(counts[shades == shade].item() for shade in set(shades.tolist()) - common)
    assert blended / painted < 0.08
