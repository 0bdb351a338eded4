"""Measure the way of pyqtgraph's candlestick example: one picture of all bars, at every change."""

from __future__ import annotations

from typing import Any

import pyqtgraph
from pyqtgraph.Qt import QtCore, QtGui, QtWidgets

from chart_meter import HEIGHT, IN_SIGHT, WIDTH, Bars, asked, measure, tell, walk
from pyqtgraph_screen import repaint, screen_of, show

Row = tuple[float, float, float, float]


class CandlestickItem(pyqtgraph.GraphicsObject):  # type: ignore[misc]  # untyped: another's class
    """Paint candles as the example does."""

    def __init__(self) -> None:
        super().__init__()
        self._picture = QtGui.QPicture()

    def set_bars(self, bars: list[Row]) -> None:
        """Draw the picture anew."""
        self._picture = QtGui.QPicture()
        painter = QtGui.QPainter(self._picture)
        painter.setPen(pyqtgraph.mkPen("w"))
        for number, (opened, high, low, closed) in enumerate(bars):
            painter.drawLine(QtCore.QPointF(number, low), QtCore.QPointF(number, high))
            painter.setBrush(pyqtgraph.mkBrush("r" if opened > closed else "g"))
            painter.drawRect(QtCore.QRectF(number - 0.3, opened, 0.6, closed - opened))
        painter.end()
        self.prepareGeometryChange()
        self.update()

    def paint(self, painter: Any, *_: Any) -> None:
        """Play the picture."""
        painter.drawPicture(0, 0, self._picture)

    def boundingRect(self) -> Any:
        """Return the bounds of the picture."""
        return QtCore.QRectF(self._picture.boundingRect())


class PyqtgraphChart:
    """Show bars as a list of rows; the example has no volume."""

    def __init__(self) -> None:
        self._plot: Any = pyqtgraph.PlotWidget()
        self._plot.resize(WIDTH, HEIGHT)
        self._item = CandlestickItem()
        self._plot.addItem(self._item)
        self._bars: list[Row] = []
        self._right = 0
        show(self._plot)

    def prepare(self, bars: Bars) -> None:
        """Make the rows."""
        columns = (bars.open, bars.high, bars.low, bars.close)
        self._bars = list(zip(*(column.tolist() for column in columns), strict=True))

    def load(self) -> None:
        """Show the bars."""
        self._right = len(self._bars)
        self._change()

    def tick(self, close: float) -> None:
        """Change the last bar."""
        opened, high, low, _ = self._bars[-1]
        self._bars[-1] = opened, max(high, close), min(low, close), close
        self._change()

    def append(self, close: float) -> None:
        """Add a bar and follow it."""
        opened, high, low, _ = self._bars[-1]
        self._bars.append((opened, max(high, close), min(low, close), close))
        self._right += 1
        self._change()

    def pan(self, bars: int) -> None:
        """Go back by some bars."""
        self._right -= bars
        self._show()

    def screen(self) -> bytes:
        """Return what lies on the screen."""
        return screen_of(self._plot)

    def _change(self) -> None:
        self._item.set_bars(self._bars)
        self._show()

    def _show(self) -> None:
        shown = self._bars[max(0, self._right - IN_SIGHT) : self._right]
        low, high = min(bar[2] for bar in shown), max(bar[1] for bar in shown)
        self._plot.setRange(
            xRange=(self._right - IN_SIGHT, self._right), yRange=(low, high), padding=0
        )
        repaint(self._plot)


if __name__ == "__main__":
    application = QtWidgets.QApplication([])
    tell(measure(PyqtgraphChart(), walk(asked()["bars"])))
