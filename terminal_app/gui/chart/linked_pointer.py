"""Show on one chart where the pointer is on another, and tell others where it is here."""

from decimal import Decimal

import numpy as np
from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtGui import QColor, QPainter, QPen

from terminal_app.gui.chart.frame import Frame
from terminal_app.gui.chart.series import CandleSeries


class LinkedPointer(QObject):
    """Hold the moment and the price that a linked chart points at.

    ``pointed`` carries the opening time of the bar under the pointer of this chart and the height
    of the pointer, both None when it left; at most once a frame.
    """

    pointed = Signal(object, object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._time_ms: int | None = None
        self._price: Decimal | None = None
        self._told: tuple[int | None, int | None] = (None, None)

    def show(self, time_ms: int | None, price: Decimal | None) -> bool:
        """Take what another chart points at; return whether it is something else than before."""
        is_new = (time_ms, price) != (self._time_ms, self._price)
        self._time_ms, self._price = time_ms, price
        return is_new

    def tell(self, frame: Frame | None, pointer: QPoint | None) -> None:
        """Tell where the pointer is here, if that is somewhere else than a frame ago."""
        spot: tuple[int | None, int | None] = (None, None)
        if frame is not None and pointer is not None:
            index = frame.index(pointer.x())
            if 0 <= index < frame.count:
                spot = int(frame.series.open_time_ms[index]), pointer.y()
        if spot != self._told:
            self._told = spot
            self.pointed.emit(*spot)

    def index(self, series: CandleSeries) -> int | None:
        """Return the bar that holds the moment, None where no chart points or none holds it."""
        if self._time_ms is None or not len(series):
            return None
        index = int(np.searchsorted(series.open_time_ms, self._time_ms, side="right")) - 1
        return index if index >= 0 else None

    def paint(self, painter: QPainter, frame: Frame) -> None:
        """Paint a thin line at the moment, and at the price where it is of the same symbol."""
        index = self.index(frame.series)
        if index is None:
            return
        pen = QPen(QColor(frame.theme.muted), 1 / frame.ratio)
        pen.setDashPattern([2 * frame.ratio, 4 * frame.ratio])
        painter.setPen(pen)
        x = round(frame.x(index))
        if 0 <= x < frame.plot.width():
            painter.drawLine(x, 0, x, frame.bottom)
        if self._price is not None:
            y = round(frame.price.y(float(self._price)))
            if 0 <= y < frame.plot.height():
                painter.drawLine(0, y, frame.plot.width(), y)
