"""Paint the one candle that a tick moves, without arrays: it is painted most often of all."""

from __future__ import annotations

import math

from PySide6.QtGui import QColor, QPainter

from terminal_app.gui.chart.candles import USUAL_SHARE, Columns, Pixels


class LastCandle:
    """Paint the last column as `paint_columns` would; the painter's unit is the device pixel.

    The column's place is worked out once, its heights each time.
    """

    def __init__(
        self, shown: Columns, pixels: Pixels, colours: tuple[QColor, QColor, QColor, QColor]
    ) -> None:
        width = max(1, math.floor(pixels.spacing * shown.group * USUAL_SHARE))
        if width > pixels.wick and (width - pixels.wick) % 2:
            width -= 1
        middle = float(shown.index[-1]) * pixels.spacing
        self._shown, self._pixels, self._colours = shown, pixels, colours
        self._left = math.floor(middle - width / 2 + 0.5) + pixels.origin
        self._width = width
        self._wick = min(pixels.wick, width)
        self._volume_unit = (pixels.height - pixels.volume_top) / pixels.most_volume

    def paint(self, painter: QPainter) -> None:
        """Paint it as it is now."""
        shown, left, width, wick = self._shown, self._left, self._width, self._wick
        self._paint_volume(painter)
        opened, closed = float(shown.open[-1]), float(shown.close[-1])
        colour = self._colours[0 if closed >= opened else 1]
        high, low = self._y(float(shown.high[-1])), self._y(float(shown.low[-1]))
        painter.fillRect(left + (width - wick) // 2, high, wick, low - high + 1, colour)
        first, second = self._y(opened), self._y(closed)
        top, bottom = (first, second) if first < second else (second, first)
        painter.fillRect(left, top, width, bottom - top + 1, colour)

    def _y(self, price: float) -> int:
        pixels = self._pixels
        place = math.log(price) if pixels.is_log else price
        return min(max(round((pixels.high - place) * pixels.per_unit), -2), pixels.height + 2)

    def _paint_volume(self, painter: QPainter) -> None:
        shown, left, width, bottom = self._shown, self._left, self._width, self._pixels.height
        whole = round(float(shown.volume[-1]) * self._volume_unit)
        bought = min(round(float(shown.bought[-1]) * self._volume_unit), whole)
        if whole > bought:
            painter.fillRect(left, bottom - whole, width, whole - bought, self._colours[3])
        if bought:
            painter.fillRect(left, bottom - bought, width, bought, self._colours[2])
