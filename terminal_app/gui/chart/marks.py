"""Mark the highest and lowest price in sight and the cross of each pane, off what moves along."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap

from terminal_app.gui.chart.frame import Frame
from terminal_app.gui.chart.study_panes import Pane

# On a narrower chart the words of highs and lows would hide the bars.
_MARKED_FROM_PX = 200
_LEAST_COLUMNS = 8
_NEAR_PX, _WORDS_PX, _HALF_PX = 18, 22, 9


@dataclass(frozen=True, slots=True)
class Mark:
    """Hold where a mark is painted, and how."""

    place: QRectF
    paint: Callable[[QPainter], None]


class PutMarks:
    """Put marks on a picture, and take them away before what is under them moves."""

    def __init__(self) -> None:
        self._covered: list[tuple[QRect, QPixmap]] = []

    def put(self, picture: QPixmap, frame: Frame) -> None:
        """Paint the marks of a frame and remember what they cover."""
        marks, ratio = marks_of(frame), frame.ratio
        self._covered = []
        for mark in marks:
            left, top = mark.place.left() * ratio, mark.place.top() * ratio
            size = mark.place.width() * ratio + 2, mark.place.height() * ratio + 2
            place = QRect(int(left) - 1, int(top) - 1, int(size[0]) + 1, int(size[1]) + 1)
            place &= picture.rect()
            self._covered.append((place, picture.copy(place)))
        painter = QPainter(picture)
        painter.setFont(frame.font)
        for mark in marks:
            mark.paint(painter)
        painter.end()

    def take_away(self, picture: QPixmap) -> None:
        """Bring back what the marks cover."""
        ratio = picture.devicePixelRatio()
        picture.setDevicePixelRatio(1)
        painter = QPainter(picture)
        for place, covered in self._covered:
            painter.drawPixmap(place, covered, covered.rect())
        painter.end()
        picture.setDevicePixelRatio(ratio)


def marks_of(frame: Frame) -> list[Mark]:
    """Return what marks places of a frame."""
    marks = [
        Mark(QRectF(pane.close_box), partial(_paint_cross, frame=frame, pane=pane))
        for pane in frame.panes
    ]
    shown = frame.shown
    if len(shown) < _LEAST_COLUMNS or frame.plot.width() < _MARKED_FROM_PX:
        return marks
    is_line = frame.style.is_line
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
    near = QPointF(x - _NEAR_PX if is_left else x + _NEAR_PX, y)
    words = QRectF(start, y - _HALF_PX, width + 4, 2 * _HALF_PX)

    def paint(painter: QPainter) -> None:
        painter.setPen(QPen(QColor(frame.theme.muted), 1 / frame.ratio))
        painter.drawLine(spot, near)
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, text)

    return Mark(words.united(QRectF(spot, near).normalized().adjusted(0, 0, 1, 1)), paint)


def _paint_cross(painter: QPainter, frame: Frame, pane: Pane) -> None:
    middle = QPointF(pane.close_box.center())
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(frame.theme.faint), 1.3))
    for arm in (QPointF(4, 4), QPointF(4, -4)):
        painter.drawLine(middle - arm, middle + arm)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
