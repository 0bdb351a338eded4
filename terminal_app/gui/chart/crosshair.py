"""Paint the lines of the pointer, with the price and the time that they mean."""

from datetime import datetime
from decimal import Decimal

from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QColor, QPainter, QPen

from terminal_app.domain.instrument import Rounding
from terminal_app.domain.market import DAY_MS, MINUTE_MS
from terminal_app.gui.chart.frame import Frame, coordinates, is_drawing
from terminal_app.gui.chart.price_tag import TAG_PX, PriceTags
from terminal_app.gui.chart.sprites import Sprites

_AROUND_PX, _PERIOD_PX = 8, 8


class Crosshair:
    """Paint the lines of the pointer with the tags of its price and its time.

    Its price is worked out once; `follow` takes a frame where prices stand where they did.
    """

    def __init__(self, frame: Frame, pointer: QPoint, sprites: Sprites) -> None:
        self._sprites = sprites
        self._y, self._text = pointer.y(), _value_text(frame, pointer.y())
        self._muted = QColor(frame.theme.muted)
        self._pen = QPen(self._muted, 1 / frame.ratio)
        self._pen.setDashPattern([_PERIOD_PX / 2 * frame.ratio] * 2)
        self._tags = PriceTags(frame)
        # A gap above and below is part of a tag.
        top = self._tags.top(self._y) - 1
        self._tag = QRect(self._tags.left, top, self._tags.width, TAG_PX + 2)
        self.pointer = QPoint(pointer)
        self.follow(frame)

    def follow(self, frame: Frame) -> None:
        """Take the bar that is under the pointer in a frame."""
        self._frame = frame
        index = frame.index(self.pointer.x())
        self._x = round(frame.x(index)) if 0 <= index < frame.count else None
        self._time_ms = int(frame.series.open_time_ms[index]) if self._x is not None else 0

    def paint(self, painter: QPainter, place: QRect | None) -> None:
        """Paint it, or at least what of it is in a place."""
        frame, x, y = self._frame, self._x, self._y
        left, top, right, bottom = coordinates(place, frame)
        # A line that begins with one of its dashes looks alike from there on.
        if top <= y <= bottom:
            painter.setPen(self._pen)
            start = left // _PERIOD_PX * _PERIOD_PX
            painter.drawLine(start, y, min(right + 1, frame.plot.width()), y)
        if place is None or self._tag.intersects(place):
            self._put_tag(painter)
        if x is None:
            return
        if left <= x <= right:
            painter.setPen(self._pen)
            start = top // _PERIOD_PX * _PERIOD_PX
            painter.drawLine(x, start, x, min(bottom + 1, frame.bottom))
        if bottom > frame.bottom:
            _paint_time_tag(painter, frame, self._tags, x, self._time_ms)

    def _put_tag(self, painter: QPainter) -> None:
        def paint(each: QPainter) -> None:
            self._tags.paint(each, self._y, self._text, self._muted)

        if is_drawing(painter):
            paint(painter)
        else:
            self._sprites.put(painter, self._frame, self._tag, "price", (self._text,), paint)


def _value_text(frame: Frame, y: int) -> str:
    """Return the value at a height: a tradable price, or an indicator's own."""
    pane = frame.pane_at(y)
    if pane is not None:
        return pane.text(pane.value_at(y))
    price = Decimal(repr(float(frame.price.price(y))))
    return frame.axis_text(float(frame.instrument.round_price(price, Rounding.NEAREST)))


def _clock_format(bar_ms: int) -> str:
    """Return how the time of day is written as exactly as bars of a length need it."""
    if bar_ms >= DAY_MS:
        return ""
    return "  %H:%M:%S" if bar_ms < MINUTE_MS else "  %H:%M"


def _paint_time_tag(painter: QPainter, frame: Frame, tags: PriceTags, x: int, time_ms: int) -> None:
    moment = datetime.fromtimestamp(time_ms / 1000, frame.zone)
    # One text of the calendar's costs as much as all of them at once.
    text = moment.strftime(f"%a {moment.day} %b %Y{_clock_format(frame.bar_ms)}")
    width = frame.widths(text) + 2 * _AROUND_PX
    left = min(max(0, x - width // 2), frame.plot.width() - width)
    tag = QRect(left, frame.bottom + 3, width, TAG_PX)
    painter.fillRect(tag, QColor(frame.theme.muted))
    painter.setPen(QColor(frame.theme.on_side))
    painter.drawText(left + _AROUND_PX, tag.top() + tags.baseline, text)
