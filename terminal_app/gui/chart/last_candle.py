"""Paint the one candle that a tick moves, without arrays: it is painted most often of all."""

from __future__ import annotations

import math

from PySide6.QtGui import QColor, QPainter

from terminal_app.gui.chart.candles import USUAL_SHARE, Columns, Pixels


def paint_last_candle(
    painter: QPainter,
    shown: Columns,
    pixels: Pixels,
    colours: tuple[QColor, QColor, QColor, QColor],
) -> None:
    """Paint the last column as `paint_columns` would; the painter's unit is the device pixel."""
    opened, closed = float(shown.open[-1]), float(shown.close[-1])
    width = max(1, math.floor(pixels.spacing * shown.group * USUAL_SHARE))
    if width > pixels.wick and (width - pixels.wick) % 2:
        width -= 1
    middle = pixels.origin + float(shown.index[-1]) * pixels.spacing
    left = math.floor(middle - width / 2 + 0.5)
    _paint_volume(painter, shown, pixels, colours, left, width)
    colour = colours[0] if closed >= opened else colours[1]
    wick = min(pixels.wick, width)
    high, low = _y(pixels, float(shown.high[-1])), _y(pixels, float(shown.low[-1]))
    painter.fillRect(left + (width - wick) // 2, high, wick, low - high + 1, colour)
    first, second = _y(pixels, opened), _y(pixels, closed)
    top, bottom = min(first, second), max(first, second)
    painter.fillRect(left, top, width, bottom - top + 1, colour)


def _y(pixels: Pixels, price: float) -> int:
    place = math.log(price) if pixels.is_log else price
    return min(max(round((pixels.high - place) * pixels.per_unit), -2), pixels.height + 2)


def _paint_volume(
    painter: QPainter,
    shown: Columns,
    pixels: Pixels,
    colours: tuple[QColor, QColor, QColor, QColor],
    left: int,
    width: int,
) -> None:
    per_unit = (pixels.height - pixels.volume_top) / pixels.most_volume
    whole = round(float(shown.volume[-1]) * per_unit)
    bought = min(round(float(shown.bought[-1]) * per_unit), whole)
    if whole > bought:
        painter.fillRect(left, pixels.height - whole, width, whole - bought, colours[3])
    if bought:
        painter.fillRect(left, pixels.height - bought, width, bought, colours[2])
