"""Mark one's own fills on the bars they happened in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from terminal_app.domain.market import Side
from terminal_app.domain.order import Fill
from terminal_app.gui.chart.frame import Frame
from terminal_app.gui.chart.series import FloatColumn, IntColumn

_WIDTH_PX, _HEIGHT_PX, _GAP_PX = 5.0, 8.0, 3.0


@dataclass(frozen=True, slots=True)
class FillMarks:
    """Hold times, prices and sides of fills as columns; ``is_buy`` beside each."""

    time_ms: IntColumn
    price: FloatColumn
    is_buy: IntColumn

    def __len__(self) -> int:
        return len(self.time_ms)


def fill_marks(fills: Iterable[Fill]) -> FillMarks:
    """Return the marks of fills."""
    held = list(fills)
    return FillMarks(
        np.array([fill.time_ms for fill in held], np.int64),
        np.array([float(fill.price) for fill in held], np.float64),
        np.array([fill.side is Side.BUY for fill in held], np.int64),
    )


NO_MARKS = fill_marks(())


def paint_fills(painter: QPainter, frame: Frame, marks: FillMarks) -> None:
    """Paint an arrow at the price of each fill in sight: up under a buy, down over a sell.

    Many fills of a side in one bar are one arrow at their mean price.
    """
    if not len(marks):
        return
    times = frame.series.open_time_ms
    index = np.searchsorted(times, marks.time_ms, side="right") - 1
    is_seen = (index >= frame.first) & (index < frame.last)
    keys = index[is_seen] * 2 + marks.is_buy[is_seen]
    prices = marks.price[is_seen]
    unique, group = np.unique(keys, return_inverse=True)
    if not len(unique):
        return
    mean = np.bincount(group, prices) / np.bincount(group)
    painter.save()
    painter.setClipRect(frame.plot, Qt.ClipOperation.IntersectClip)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(frame.theme.panel), 1))
    for key, price in zip(unique.tolist(), mean.tolist(), strict=True):
        bar, is_buy = divmod(key, 2)
        painter.setBrush(QColor(frame.theme.buy if is_buy else frame.theme.sell))
        painter.drawPolygon(_arrow(QPointF(frame.x(bar), frame.price.y(price)), bool(is_buy)))
    painter.restore()


def _arrow(tip: QPointF, is_up: bool) -> QPolygonF:
    down = 1 if is_up else -1
    top = tip.y() + _GAP_PX * down
    return QPolygonF(
        [
            QPointF(tip.x(), top),
            QPointF(tip.x() + _WIDTH_PX, top + _HEIGHT_PX * down),
            QPointF(tip.x() - _WIDTH_PX, top + _HEIGHT_PX * down),
        ]
    )
