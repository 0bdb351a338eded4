"""Mark where bars are missing: a chart without them would look as if no time had passed."""

import math

import numpy as np
from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen

from terminal_app.gui.chart.frame import Frame

# Months differ in length, and the last bar of a day may be short: neither is a gap.
_LONGER = 1.5
_OFF_PX = 0.1
# How far words are seen beside their gap at most.
_REACH_PX = 80


def gaps_of(frame: Frame, first: int, last: int) -> list[tuple[int, int]]:
    """Return the bars of a stretch after which others are missing, with how many."""
    if not frame.bar_ms:
        return []
    apart = np.diff(frame.series.open_time_ms[first:last])
    found = np.flatnonzero(apart > frame.bar_ms * _LONGER)
    return [(first + int(at), round(apart[at] / frame.bar_ms) - 1) for at in found]


def paint_gaps(painter: QPainter, frame: Frame, first: int, last: int) -> None:
    """Paint a line between the bars that others are missing between, with how many.

    Words reach into a stretch from beyond its ends, too.
    """
    reach = math.ceil(_REACH_PX / frame.time.spacing)
    gaps = gaps_of(frame, max(0, first - reach), last + reach)
    metrics = QFontMetrics(frame.font)
    for index, missing in gaps:
        x = frame.pixel_x(index + 0.5)
        pen = QPen(QColor(frame.theme.warning), 1 / frame.ratio)
        pen.setDashPattern([2 * frame.ratio, 3 * frame.ratio])
        painter.setPen(pen)
        painter.drawLine(QLineF(x, 0, x, frame.plot.height()))
        text = f"{missing} bars missing" if missing > 1 else "1 bar missing"
        width = metrics.horizontalAdvance(text)
        place = QRectF(x - _half(width, frame) - 6, frame.volume_top - 22, width + 12, 18)
        painter.fillRect(place, QColor(frame.theme.panel))
        painter.drawText(place.translated(6, 0), Qt.AlignmentFlag.AlignVCenter, text)


def _half(width: int, frame: Frame) -> float:
    """Return half of a width, off the whole pixels where letters look another way."""
    return math.floor(width / 2 * frame.ratio) / frame.ratio - _OFF_PX
