"""Paint the lines of the pointer, with the price and the time that they mean."""

from datetime import datetime

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from terminal_app.domain.market import DAY_MS, MINUTE_MS
from terminal_app.gui.chart.frame import Frame
from terminal_app.gui.chart.price_tag import TAG_PX, PriceTags


def paint_crosshair(painter: QPainter, frame: Frame, pointer: QPoint, price_text: str) -> None:
    """Paint the lines of the pointer with the tags of its price and its time."""
    index = frame.index(pointer.x())
    muted = QColor(frame.theme.muted)
    pen = QPen(muted, 1 / frame.ratio)
    pen.setDashPattern([4 * frame.ratio, 4 * frame.ratio])
    painter.setPen(pen)
    painter.drawLine(0, pointer.y(), frame.plot.width(), pointer.y())
    PriceTags(frame).paint(painter, pointer.y(), price_text, muted)
    if 0 <= index < frame.count:
        x = round(frame.x(index))
        painter.setPen(pen)
        painter.drawLine(x, 0, x, frame.bottom)
        _paint_time_tag(painter, frame, x, int(frame.series.open_time_ms[index]))


def _clock_format(bar_ms: int) -> str:
    """Return how the time of day is written as exactly as bars of a length need it."""
    if bar_ms >= DAY_MS:
        return ""
    return "  %H:%M:%S" if bar_ms < MINUTE_MS else "  %H:%M"


def _paint_time_tag(painter: QPainter, frame: Frame, x: int, time_ms: int) -> None:
    moment = datetime.fromtimestamp(time_ms / 1000, frame.zone)
    # One text of the calendar's costs as much as all of them at once.
    text = moment.strftime(f"%a {moment.day} %b %Y{_clock_format(frame.bar_ms)}")
    width = frame.widths(text) + 16
    left = min(max(0, x - width // 2), frame.plot.width() - width)
    tag = QRect(left, frame.bottom + 3, width, TAG_PX)
    painter.fillRect(tag, QColor(frame.theme.muted))
    painter.setPen(QColor(frame.theme.on_side))
    painter.drawText(tag, Qt.AlignmentFlag.AlignCenter, text)
