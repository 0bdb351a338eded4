"""Mark where bars are missing: a chart without them would look as if no time had passed."""

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen

from terminal_app.gui.chart.frame import Frame

# Months differ in length, and the last bar of a day may be short: neither is a gap.
_LONGER = 1.5


def gaps_of(frame: Frame) -> list[tuple[int, int]]:
    """Return the bars in sight after which others are missing, with how many."""
    if not frame.bar_ms:
        return []
    apart = np.diff(frame.series.open_time_ms[frame.first : frame.last])
    found = np.flatnonzero(apart > frame.bar_ms * _LONGER)
    return [(frame.first + int(at), round(apart[at] / frame.bar_ms) - 1) for at in found]


def paint_gaps(painter: QPainter, frame: Frame) -> None:
    """Paint a line between the bars that others are missing between, with how many."""
    metrics = QFontMetrics(frame.font)
    for index, missing in gaps_of(frame):
        x = round((frame.x(index) + frame.x(index + 1)) / 2)
        pen = QPen(QColor(frame.theme.warning), 1 / frame.ratio)
        pen.setDashPattern([2 * frame.ratio, 3 * frame.ratio])
        painter.setPen(pen)
        painter.drawLine(x, 0, x, frame.plot.height())
        text = f"{missing} bars missing" if missing > 1 else "1 bar missing"
        width = metrics.horizontalAdvance(text) + 12
        place = QRectF(x - width / 2, frame.volume_top - 22, width, 18)
        painter.fillRect(place, QColor(frame.theme.panel))
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, text)
