"""Make pixel rectangles of bars and hand them to the painter in one call per colour."""

import math
from dataclasses import dataclass
from typing import cast

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QPainter
from shiboken6 import Shiboken

from terminal_app.gui.chart.series import CandleSeries, FloatColumn, IntColumn

Rects = npt.NDArray[np.int32]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Columns:
    """Hold what is painted: one entry per bar, or per group of bars where they are too many.

    `index` is the middle of each group in bars, `group` how many bars each has.
    """

    group: int
    index: FloatColumn
    open: FloatColumn
    high: FloatColumn
    low: FloatColumn
    close: FloatColumn
    volume: FloatColumn

    def __len__(self) -> int:
        return len(self.index)

    def part(self, chosen: slice) -> "Columns":
        """Return some of the columns."""
        return Columns(
            self.group,
            self.index[chosen],
            self.open[chosen],
            self.high[chosen],
            self.low[chosen],
            self.close[chosen],
            self.volume[chosen],
        )


@dataclass(frozen=True, slots=True)
class Pixels:
    """Hold how columns become device pixels: `x = origin + index * spacing`, the same for y."""

    origin: float
    spacing: float
    high_price: float
    per_price: float
    height: int
    volume_top: int
    most_volume: float
    wick: int


def bars_per_column(device_spacing: float) -> int:
    """Return how many bars share a column so that each has two device pixels at least."""
    return max(1, math.ceil(2 / device_spacing))


def columns(series: CandleSeries, first: int, last: int, group: int) -> Columns:
    """Gather the bars of a range, merged in groups counted from the first bar of the series.

    A merged column has the first open, the last close, and the extremes: no spike is lost.
    """
    if group == 1:
        chosen = slice(first, last)
        index = np.arange(first, last, dtype=np.float64)
        return Columns(1, index, *(column[chosen] for column in _values(series)))
    start = first // group * group
    starts: IntColumn = np.arange(0, last - start, group)
    ends = np.minimum(starts + group, last - start) - 1
    opens, highs, lows, closes, volumes = (column[start:last] for column in _values(series))
    return Columns(
        group,
        np.asarray(start + starts + (group - 1) / 2, np.float64),
        opens[starts],
        np.maximum.reduceat(highs, starts),
        np.minimum.reduceat(lows, starts),
        closes[ends],
        np.maximum.reduceat(volumes, starts),
    )


def paint_columns(
    painter: QPainter,
    shown: Columns,
    pixels: Pixels,
    colours: tuple[QColor, QColor, QColor, QColor],
) -> None:
    """Paint candles and volume: colours of up, down, up volume and down volume.

    The painter's unit must be the device pixel.
    """
    if not len(shown):
        return
    left, width = _body(shown, pixels)
    rising: Mask = shown.close >= shown.open
    volume = _volume_rects(shown, pixels, left, width)
    candle = _candle_rects(shown, pixels, left, width)
    painter.setPen(Qt.PenStyle.NoPen)
    for mask, body_colour, volume_colour in (
        (rising, colours[0], colours[2]),
        (~rising, colours[1], colours[3]),
    ):
        _fill(painter, volume[mask], volume_colour)
        _fill(painter, candle[:, mask].reshape(-1, 4), body_colour)


def _values(series: CandleSeries) -> tuple[FloatColumn, ...]:
    return series.open, series.high, series.low, series.close, series.volume


def _body(shown: Columns, pixels: Pixels) -> tuple[npt.NDArray[np.int32], int]:
    width = max(1, math.floor(pixels.spacing * shown.group * 0.72))
    # The wick stands exactly in the middle: both widths even or both odd.
    if width > pixels.wick and (width - pixels.wick) % 2:
        width -= 1
    middle = pixels.origin + shown.index * pixels.spacing
    return np.floor(middle - width / 2 + 0.5).astype(np.int32), width


def _candle_rects(shown: Columns, pixels: Pixels, left: Rects, width: int) -> Rects:
    def y(prices: FloatColumn) -> FloatColumn:
        heights = (pixels.high_price - prices) * pixels.per_price
        return np.clip(np.round(heights), -2, pixels.height + 2)

    opens, closes = y(shown.open), y(shown.close)
    wick = min(pixels.wick, width)
    rects = np.empty((2, len(shown), 4), np.int32)
    rects[0, :, 0] = left + (width - wick) // 2
    rects[0, :, 1] = y(shown.high)
    rects[0, :, 2] = rects[0, :, 0] + wick - 1
    rects[0, :, 3] = y(shown.low)
    rects[1, :, 0] = left
    rects[1, :, 1] = np.minimum(opens, closes)
    rects[1, :, 2] = left + width - 1
    rects[1, :, 3] = np.maximum(opens, closes)
    return rects


def _volume_rects(shown: Columns, pixels: Pixels, left: Rects, width: int) -> Rects:
    room = pixels.height - pixels.volume_top
    rects = np.empty((len(shown), 4), np.int32)
    rects[:, 0] = left
    rects[:, 1] = pixels.height - np.round(shown.volume * (room / pixels.most_volume))
    rects[:, 2] = left + width - 1
    rects[:, 3] = pixels.height - 1
    return rects


def _fill(painter: QPainter, rects: Rects, colour: QColor) -> None:
    if not len(rects):
        return
    # QRect keeps x1, y1, x2, y2 as four ints, so the rows of the array are QRects as they lie in
    # memory; the painter reads them during the call only.
    buffer = np.ascontiguousarray(rects)
    painter.setBrush(colour)
    first = cast(QRect, Shiboken.wrapInstance(buffer.ctypes.data, QRect))
    painter.drawRects(first, len(buffer))
