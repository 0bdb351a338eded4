"""Measure what a chart costs per tick, append, pan and load, beside pyqtgraph's example.

Run `python -m tests.benchmarks.bench_chart`. Both paint the same seeded candles in a window of
1200 × 700 with 1,000 of 100,000 bars in sight; every step is forced to really paint. The peer is
the approach of pyqtgraph's own candlestick example: one QPicture of all bars, made anew at every
change.
"""

import importlib
import os
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any, Protocol

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF
from PySide6.QtGui import QBrush, QColor, QPainter, QPen, QPicture
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QGraphicsObject,
    QStyleOptionGraphicsItem,
    QWidget,
)

from terminal_app.domain.market import Candle
from terminal_app.gui.chart.view import ChartView
from terminal_app.gui.frame_clock import FrameClock
from terminal_app.gui.theme import DARK, apply_theme
from tests.helpers.market_values import candles, instrument

BARS, IN_SIGHT, WIDTH, HEIGHT = 100_000, 1000, 1200, 700
AXIS_PX = 64


class PaintCounter(QObject):
    """Count the paint events of a widget, so that no step passes unpainted."""

    def __init__(self, watched: QWidget) -> None:
        super().__init__(watched)
        self.paints = 0
        watched.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.paints += event.type() is QEvent.Type.Paint
        return False


class Contender(Protocol):
    """Hold a chart that is measured; every method ends when it is painted."""

    name: str
    repeats: int
    counter: PaintCounter

    def load(self, bars: list[Candle]) -> None:
        """Show these bars for the first time."""

    def tick(self, bar: Candle) -> None:
        """Change the last bar."""

    def append(self, bar: Candle) -> None:
        """Add a bar and follow it."""

    def pan(self, bars: int) -> None:
        """Go back by some bars."""

    def close(self) -> None:
        """Take the window away."""


class Terminal:
    """Measure the terminal's chart, with axes, legend and last-price line."""

    name, repeats = "terminal", 100

    def __init__(self) -> None:
        self._view = ChartView(DARK, FrameClock())
        self._view.resize(WIDTH, HEIGHT)
        self._view.set_instrument(instrument())
        self._view.set_interval("1m")
        self._view.frames.time.spacing = (WIDTH - AXIS_PX) / IN_SIGHT
        self._view.frames.time.margin = 0
        self._view.show()
        QTest.qWaitForWindowExposed(self._view)
        self.counter = PaintCounter(self._view)

    def load(self, bars: list[Candle]) -> None:
        self._view.load(bars)
        self._paint()

    def tick(self, bar: Candle) -> None:
        self._view.update_candle(bar)
        self._paint()

    def append(self, bar: Candle) -> None:
        self._view.update_candle(bar)
        self._paint()

    def pan(self, bars: int) -> None:
        self._view.frames.time.margin -= bars
        self._paint()

    def close(self) -> None:
        self._view.close()

    def _paint(self) -> None:
        self._view.flush()
        self._view.repaint()


class CandlestickItem(QGraphicsObject):
    """Paint candles the way of the example: a picture of all of them."""

    def __init__(self) -> None:
        super().__init__()
        self._picture = QPicture()

    def set_bars(self, bars: list[tuple[float, float, float, float]]) -> None:
        """Draw the picture anew."""
        self._picture = QPicture()
        painter = QPainter(self._picture)
        pen, rising, falling = (
            QPen(QColor("white"), 0),
            QBrush(QColor("green")),
            QBrush(QColor("red")),
        )
        painter.setPen(pen)
        for number, (opened, high, low, closed) in enumerate(bars):
            painter.drawLine(QPointF(number, low), QPointF(number, high))
            painter.setBrush(falling if opened > closed else rising)
            painter.drawRect(QRectF(number - 0.3, opened, 0.6, closed - opened))
        painter.end()
        self.prepareGeometryChange()
        self.update()

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        painter.drawPicture(0, 0, self._picture)

    def boundingRect(self) -> QRectF:
        return QRectF(self._picture.boundingRect())


class Pyqtgraph:
    """Measure pyqtgraph's candlestick example."""

    name, repeats = "pyqtgraph example", 3

    def __init__(self) -> None:
        pyqtgraph: Any = importlib.import_module("pyqtgraph")
        self._plot = pyqtgraph.PlotWidget()
        self._plot.resize(WIDTH, HEIGHT)
        self._item = CandlestickItem()
        self._plot.addItem(self._item)
        self._bars: list[tuple[float, float, float, float]] = []
        self._right = BARS
        self._plot.show()
        QTest.qWaitForWindowExposed(self._plot)
        self.counter = PaintCounter(self._plot.viewport())

    def load(self, bars: list[Candle]) -> None:
        self._bars = [_floats(bar) for bar in bars]
        self._paint_bars()

    def tick(self, bar: Candle) -> None:
        self._bars[-1] = _floats(bar)
        self._paint_bars()

    def append(self, bar: Candle) -> None:
        self._bars.append(_floats(bar))
        self._right += 1
        self._paint_bars()

    def pan(self, bars: int) -> None:
        self._right -= bars
        self._show()

    def close(self) -> None:
        self._plot.close()

    def _paint_bars(self) -> None:
        self._item.set_bars(self._bars)
        self._show()

    def _show(self) -> None:
        shown = self._bars[self._right - IN_SIGHT : self._right]
        low, high = min(bar[2] for bar in shown), max(bar[1] for bar in shown)
        self._plot.setRange(
            xRange=(self._right - IN_SIGHT, self._right), yRange=(low, high), padding=0
        )
        self._plot.viewport().repaint()


def _floats(bar: Candle) -> tuple[float, float, float, float]:
    return float(bar.open), float(bar.high), float(bar.low), float(bar.close)


def _median_ms(step: Callable[[int], None], repeats: int) -> float:
    times = []
    for number in range(repeats):
        started = time.perf_counter()
        step(number)
        times.append((time.perf_counter() - started) * 1000)
    return statistics.median(times)


def measure(contender: Contender, bars: list[Candle]) -> dict[str, float]:
    """Return milliseconds per step, medians; loading includes the first paint."""
    last = bars[-1]

    def tick(number: int) -> None:
        contender.tick(replace(last, close=last.close + Decimal(number % 5) / 10))

    def append(number: int) -> None:
        shift = 60_000 * (number + 1)
        contender.append(replace(last, open_time_ms=last.open_time_ms + shift))

    repeats, before = contender.repeats, contender.counter.paints
    result = {
        "load": _median_ms(lambda _number: contender.load(bars), 1),
        "tick": _median_ms(tick, repeats),
        "append": _median_ms(append, repeats),
        "pan": _median_ms(lambda _number: contender.pan(5), repeats),
    }
    if contender.counter.paints - before < 1 + 3 * repeats:
        raise RuntimeError(f"{contender.name}: a step was not painted")
    return result


def main() -> None:
    """Print the table of both and their ratio."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = QApplication.instance() or QApplication([])
    if isinstance(application, QApplication):
        apply_theme(application, DARK)
    bars = candles(BARS)
    contenders: list[Contender] = [Terminal(), Pyqtgraph()]
    results = [measure(contender, bars) for contender in contenders]
    sys.stdout.write(f"{BARS:,} bars, {IN_SIGHT:,} in sight, {WIDTH} × {HEIGHT}, ms, medians\n")
    sys.stdout.write(f"{'step':8}{contenders[0].name:>12}{contenders[1].name:>20}{'ratio':>8}\n")
    for step, ours in results[0].items():
        peer = results[1][step]
        sys.stdout.write(f"{step:8}{ours:12.2f}{peer:20.1f}{peer / ours:8.0f}\n")
    for contender in contenders:
        contender.close()


if __name__ == "__main__":
    main()
