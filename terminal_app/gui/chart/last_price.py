"""The last price: a line over the bars, and a tag with the time that is left, in the axis."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QPainter, QPen

from terminal_app.gui.chart.frame import Frame, coordinates
from terminal_app.gui.chart.line_labels import Obstacle
from terminal_app.gui.chart.price_tag import BELOW_PX, TAG_PX, PriceTags
from terminal_app.gui.chart.series import Bar
from terminal_app.gui.chart.ticks import axis_prices

_STEP_PX, _PERIOD_PX = 8, 4
_NAME_PX = 18


class LastPrice:
    """Paint the last price of a frame; what does not move with it is worked out once.

    `follow` takes the last bar as it is now; `y` is its close's place, a whole pixel as ``row``.
    """

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self._tags = PriceTags(frame)
        self._sides = [
            (colour, _dotted(colour, frame.ratio))
            for colour in (QColor(frame.theme.sell), QColor(frame.theme.buy))
        ]
        self._panel = QColor(frame.theme.panel)
        axis, self._bottom = frame.price_axis, frame.plot.height()
        self._left, self._width = axis.left() + 2, axis.width() - 2
        self._names = [
            round(frame.price.y(price)) - _NAME_PX // 2
            for price in axis_prices(frame.price, frame.tick)
        ]
        self._bar: Bar | None = None
        self.follow()

    def follow(self) -> None:
        """Take the last bar as it is now."""
        bar = self._frame.series.last
        if bar is self._bar:
            return
        self._bar = bar
        self._price, self._is_rising = bar.close, bar.close >= bar.open
        self.y = self._frame.price.y(bar.close)
        self.row = round(self.y)
        self._is_in_sight = 0 <= self.y <= self._bottom

    def obstacle(self) -> Obstacle | None:
        """Return where the tag stands, None while it is out of sight.

        It moves in steps: what gives way to it does not tremble with every tick.
        """
        return _obstacle_at(round(self.y / _STEP_PX) * _STEP_PX) if self._is_in_sight else None

    def clear_names(self, painter: QPainter) -> None:
        """Take those names of the axis away that the tag would leave half seen."""
        top = self.row - TAG_PX // 2
        bottom = top + TAG_PX + BELOW_PX
        for name in self._names:
            if top - _NAME_PX < name < bottom:
                painter.fillRect(self._left, name, self._width, _NAME_PX, self._panel)

    def paint_line(self, painter: QPainter, place: QRect | None) -> None:
        """Paint a dotted line over the bars, or at least what of it is in a place."""
        if self._is_in_sight:
            painter.setPen(self._sides[self._is_rising][1])
            # A line that begins with one of its dots looks alike from there on.
            first, _, last, _ = coordinates(place, self._frame)
            start = first // _PERIOD_PX * _PERIOD_PX
            painter.drawLine(start, self.row, min(last + 1, self._left - 3), self.row)

    def paint_tag(self, painter: QPainter, countdown: str) -> None:
        """Paint the price with the countdown into the axis, off the bars."""
        if self._is_in_sight:
            text = self._frame.axis_text(self._price)
            self._tags.paint(painter, self.y, text, self._sides[self._is_rising][0], countdown)


@lru_cache(maxsize=512)
def _obstacle_at(near: int) -> Obstacle:
    return Obstacle(near, near + BELOW_PX / 2, TAG_PX + BELOW_PX + _STEP_PX)


def _dotted(colour: QColor, ratio: float) -> QPen:
    pen = QPen(colour, 1 / ratio)
    pen.setDashPattern([1 * ratio, (_PERIOD_PX - 1) * ratio])
    return pen
