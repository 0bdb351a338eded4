"""Hand numpy's numbers to the painter as they lie in memory, in one call."""

from __future__ import annotations

import ctypes
from typing import cast

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPolygonF
from shiboken6 import Shiboken

from terminal_app.gui.chart.series import FloatColumn

Rects = npt.NDArray[np.int32]


def fill_rects(painter: QPainter, rects: Rects, colour: QColor) -> None:
    """Fill rectangles, each a row of left, top, right and bottom pixel, all of them inside."""
    if not len(rects):
        return
    # QRect keeps x1, y1, x2, y2 as four ints, so the rows of the array are QRects as they lie in
    # memory; the painter reads them during the call only.
    buffer = np.ascontiguousarray(rects, np.int32)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    first = cast(QRect, Shiboken.wrapInstance(buffer.ctypes.data, QRect))
    painter.drawRects(first, len(buffer))


def polygon(x: FloatColumn, y: FloatColumn) -> QPolygonF:
    """Return points as a polygon, copied in one piece; there must be one at least."""
    points = QPolygonF()
    points.resize(len(x))
    address = Shiboken.getCppPointer(points.data())[0]
    numbers = np.ctypeslib.as_array((ctypes.c_double * (2 * len(x))).from_address(address))
    numbers[0::2], numbers[1::2] = x, y
    return points
