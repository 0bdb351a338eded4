"""Mark the highest and the lowest price in sight, over what moves along."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QLineF, QMargins, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from terminal_app.gui.chart.frame import Frame

# On a narrower chart the words of highs and lows would hide the bars.
_MARKED_FROM_PX = 200
_LEAST_COLUMNS = 8
_NEAR_PX, _WORDS_PX, _HALF_PX = 18, 22, 9
_AROUND = QMargins(2, 2, 2, 2)


@dataclass(frozen=True, slots=True)
class Mark:
    """Hold the words of a mark and the line from them to its spot, and where they are seen."""

    pen: QPen
    line: QLineF
    words: QRectF
    text: str
    line_place: QRect
    words_place: QRect

    def paint(self, painter: QPainter, place: QRect | None = None) -> None:
        """Paint the mark, or at least what of it is in a place."""
        if place is None or self.line_place.intersects(place):
            painter.setPen(self.pen)
            painter.drawLine(self.line)
        if place is None or self.words_place.intersects(place):
            painter.setPen(self.pen)
            painter.drawText(self.words, Qt.AlignmentFlag.AlignVCenter, self.text)


def extremes(frame: Frame) -> tuple[float, float] | None:
    """Return the highest and lowest price in sight, of closes where bars are lines."""
    shown = frame.shown
    if not len(shown):
        return None
    highs, lows = (shown.close, shown.close) if frame.style.is_line else (shown.high, shown.low)
    return float(highs.max()), float(lows.min())


def marks_of(frame: Frame) -> list[Mark]:
    """Return what marks places of a frame."""
    shown = frame.shown
    if len(shown) < _LEAST_COLUMNS or frame.plot.width() < _MARKED_FROM_PX:
        return []
    marks, is_line = [], frame.style.is_line
    highs, lows = (shown.close, shown.close) if is_line else (shown.high, shown.low)
    for prices, at, shift in (
        (highs, int(highs.argmax()), -_HALF_PX),
        (lows, int(lows.argmin()), _HALF_PX),
    ):
        price = float(prices[at])
        x, y = frame.x(float(shown.index[at])), frame.price.y(price) + shift
        if 10 < y < frame.plot.height() - 10:
            marks.append(_extreme(frame, QPointF(x, y), frame.price_text(price)))
    return marks


def _extreme(frame: Frame, spot: QPointF, text: str) -> Mark:
    x, y = spot.x(), spot.y()
    width = frame.widths(text)
    is_left = x > frame.plot.width() / 2
    start = x - _WORDS_PX - width if is_left else x + _WORDS_PX
    line = QLineF(x, y, x - _NEAR_PX if is_left else x + _NEAR_PX, y)
    words = QRectF(start, y - _HALF_PX, width + 4, 2 * _HALF_PX)
    ends = QRectF(line.p1(), line.p2()).normalized()
    pen = QPen(QColor(frame.theme.muted), 1 / frame.ratio)
    # A line has a height, and letters may reach a little beyond where they begin.
    places = ends.toAlignedRect() + _AROUND, words.toAlignedRect() + _AROUND
    return Mark(pen, line, words, text, *places)
