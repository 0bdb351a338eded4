"""A chart that moves, grows and changes by chance always shows what would be painted anew."""

from __future__ import annotations

import random
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage, QPainter, QPixmap
from pytestqt.qtbot import QtBot

from terminal_app.domain.market import Side
from terminal_app.gui.chart.drawings.shapes import Point, Shape, ShapeKind
from terminal_app.gui.chart.fill_marks import NO_MARKS
from terminal_app.gui.chart.flow.book_heat import BookHeat
from terminal_app.gui.chart.frame import Frame
from terminal_app.gui.chart.look import ChartStyle, ScaleMode
from terminal_app.gui.chart.picture import ChartPicture, Scene
from terminal_app.gui.chart.price_line import LineKind, PriceLine
from terminal_app.gui.chart.series import Change
from terminal_app.gui.chart.view import ChartView
from terminal_app.gui.frame_clock import FrameClock
from terminal_app.gui.theme import DARK
from tests.helpers.market_values import candles, instrument

BARS = candles(900)
STUDIES = {
    "lines": ["ema:20", "bollinger:20:2", "rsi:14"],
    "panes": ["supertrend:10:3", "macd:12:26:9", "stochastic:14:3:3", "donchian:20"],
    "ahead": ["ichimoku:9:26:52", "pivots", "vwap"],
    "heat": ["ema:20"],
}


class MovedChart:
    """Paint a chart as a window does, only where it says that it changed."""

    def __init__(self, view: ChartView, ratio: float, chance: random.Random) -> None:
        self.view, self.ratio, self.chance = view, ratio, chance
        self.size = (460, 320)
        self.last = BARS[-1]
        self.picture = ChartPicture(view.hand, view.pencil)
        self.screen = QPixmap()

    def frame(self) -> Frame:
        """Return the geometry of now."""
        return self.view.frames.make(DARK, instrument(), *self.size, self.ratio)

    def scene(self) -> Scene:
        """Return what lies over the bars now."""
        return Scene("1m", self.view.pointer, self.view.linked_pointer, NO_MARKS, "00:30", "")

    def paint(self) -> None:
        """Paint what the picture says has changed."""
        frame, scene = self.frame(), self.scene()
        moved = self.picture.moved(frame, scene)
        width, height = (round(side * self.ratio) for side in self.size)
        if (self.screen.width(), self.screen.height()) != (width, height):
            self.screen, moved = QPixmap(width, height), None
            self.screen.setDevicePixelRatio(self.ratio)
            self.screen.fill(Qt.GlobalColor.magenta)
        painter = QPainter(self.screen)
        self.picture.paint(painter, frame, scene, moved)
        painter.end()

    def anew(self) -> QPixmap:
        """Return what is painted when nothing was kept."""
        made = QPixmap(self.screen.size())
        made.setDevicePixelRatio(self.ratio)
        frame = self.frame()
        painter = QPainter(made)
        ChartPicture(self.view.hand, self.view.pencil).paint(painter, frame, self.scene())
        painter.end()
        return made

    def step(self) -> str:
        """Do something by chance, and return what."""
        steps = (
            *(self.pan, self.pan, self.pan_bars, self.pan_bars, self.append, self.append),
            *(self.tick, self.zoom, self.resize, self.point, self.skip, self.draw),
        )
        step = self.chance.choice(steps)
        step()
        return step.__name__

    def pan(self) -> None:
        """Pan by a part of a pixel and some more."""
        self._pan(self.chance.uniform(-90, 90))

    def pan_bars(self) -> None:
        """Pan by whole bars."""
        self._pan(self.chance.randint(-6, 6) * self.view.frames.time.spacing)

    def append(self) -> None:
        """Add a bar, or some at once."""
        for _ in range(self.chance.choice((1, 1, 1, 3))):
            self._add(60_000)

    def skip(self) -> None:
        """Add a bar with others missing before it."""
        self._add(240_000)

    def tick(self) -> None:
        """Move the last bar."""
        self._take(self.last.close + self.chance.randint(-9, 9))

    def zoom(self) -> None:
        """Widen or narrow the bars."""
        time = self.view.frames.time
        time.spacing = self.chance.choice((7.0, 7.0, 2.2, 0.9, 0.31, 1.1338, 23.7))
        time.show_last()
        self._stir()

    def resize(self) -> None:
        """Take another size."""
        self.size = self.chance.choice(((460, 320), (411, 331), (460, 320), (523, 342)))

    def point(self) -> None:
        """Point somewhere, or nowhere."""
        spots = (None, QPoint(300, 120), QPoint(self.size[0] - 90, 200), QPoint(310, 270))
        self.view.pointer = self.chance.choice(spots)
        self._stir()

    def draw(self) -> None:
        """Draw a rectangle, or take it away."""
        times = self.view.series.open_time_ms
        price = float(self.last.close)
        ends = Point(int(times[-70]), price), Point(int(times[-9]), price + 40)
        shapes = self.chance.choice(([], [Shape(ShapeKind.RECTANGLE, ends)]))
        self.view.pencil.drawings.load(shapes)
        self._stir()

    def _pan(self, pixels: float) -> None:
        time, width = self.view.frames.time, self.frame().plot.width()
        time.pan(pixels, len(self.view.series), width)
        self._stir()

    def _stir(self) -> None:
        self.picture.stir()

    def _add(self, later_ms: int) -> None:
        self.last = replace(
            self.last, open=self.last.close, high=self.last.close, low=self.last.close,
            open_time_ms=self.last.open_time_ms + later_ms,
        )  # fmt: skip
        self._take(self.last.close + self.chance.randint(-30, 30))

    def _take(self, close: Decimal) -> None:
        last = self.last
        self.last = replace(last, close=close, high=max(last.high, close), low=min(last.low, close))
        if self.view.series.update(self.last) is Change.APPEND:
            self.view.frames.time.appended()


def line(number: int) -> PriceLine:
    """Return an own order near the last price."""
    price = BARS[-1].close + (number - 2) * 15
    return PriceLine(str(number), LineKind.ORDER, price, "Buy 0.100", Side.BUY)


def unlike(one: QPixmap, other: QPixmap) -> list[tuple[int, int]]:
    """Return the pixels that differ by more than rounding.

    A slanting line that was cut elsewhere may be a little brighter or darker in some of them.
    """
    levels = []
    for pixmap in (one, other):
        image = pixmap.toImage().convertToFormat(QImage.Format.Format_RGB32)
        numbers = np.frombuffer(bytes(image.constBits()), np.uint8)
        levels.append(numbers.reshape(image.height(), image.width(), 4)[:, :, :3].astype(np.int16))
    differ = np.abs(levels[0] - levels[1]).max(axis=2)
    least = 4 if np.count_nonzero(differ > 4) > 60 else 40
    return [(int(x), int(y)) for y, x in np.argwhere(differ > least)]


def fill_book(heat: BookHeat) -> None:
    """Have a book resting around the last bars."""
    offsets, sizes = np.arange(-100.0, 101.0, 5.0), np.random.default_rng(5)
    for number in range(120):
        time_ms = BARS[-60].open_time_ms + number * 30_000
        price = float(BARS[-60 + number // 2].close)
        heat.add(time_ms, price + offsets, sizes.exponential(1, 41), 0.1, follows=True)


@pytest.mark.parametrize(
    ("studies", "ratio"), [("lines", 1.0), ("panes", 1.5), ("ahead", 2.0), ("heat", 1.5)]
)
def test_a_walk_by_chance_shows_what_is_painted_anew(
    qtbot: QtBot, studies: str, ratio: float
) -> None:
    view = ChartView(DARK, FrameClock())
    qtbot.addWidget(view)
    view.set_instrument(instrument())
    view.set_interval("1m")
    view.frames.studies.choose(STUDIES[studies])
    assert len(view.frames.studies.all) == len(STUDIES[studies])
    view.load(BARS)
    if studies == "heat":
        view.frames.set_look(ChartStyle.HEATMAP, ScaleMode.LINEAR)
        fill_book(view.frames.flow.heat)
    view.set_price_lines([line(number) for number in range(5)])
    chart = MovedChart(view, ratio, random.Random(f"{ratio} {studies}"))
    done: list[str] = []
    for _ in range(45):
        done.append(chart.step())
        chart.paint()
        assert unlike(chart.screen, chart.anew()) == [], done[-3:]
