"""Paint what rested in the book as a raster behind the bars."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QImage, QPainter

from terminal_app.gui.chart.flow.flow import Flow, bar_length_ms
from terminal_app.gui.chart.frame import Frame
from terminal_app.gui.chart.look import ScaleMode
from terminal_app.gui.chart.series import FloatColumn, IntColumn
from terminal_app.gui.theme import Theme

# Doublings of what usually rests in a bin: below the first all is dark, from the last on brightest.
_DARKEST, _BRIGHTEST = -2.0, 5.0
_STOPS = (0.0, 0.35, 0.65, 0.85, 1.0)
_ON_DARK = ("#101a2b", "#15406e", "#2a86a8", "#d9a441", "#fff0c4")
_ON_LIGHT = ("#f4f7fb", "#cfe0f3", "#7fb3dd", "#c97f1e", "#6b2d06")


def paint_heat(painter: QPainter, frame: Frame, first: int, last: int) -> None:
    """Paint the raster between two columns of pixels; the painter's unit must be the device pixel.

    What is painted of a moment hangs on the book alone, and not on what else is in sight.
    """
    flow, times = frame.flow, _times(frame, first, last)
    since_ms = flow.heat.since_ms
    if since_ms is None:
        return
    # Only where something is known: most of the plot is older.
    left = int(np.searchsorted(times, since_ms))
    times = times[left:]
    if not len(times):
        return
    codes = flow.heat.raster(times, _prices(frame))
    height, width = codes.shape
    # Lines of an image begin at every fourth byte.
    padded = np.zeros((height, (width + 3) // 4 * 4), np.uint8)
    padded[:, :width] = codes
    image = QImage(padded.data, width, height, padded.shape[1], QImage.Format.Format_Indexed8)
    image.setColorTable(
        heat_colours(frame.theme, flow.heat.usual, flow.intensity, flow.heat.scale())
    )
    painter.drawImage(first + left, 0, image)


def paint_ramp(painter: QPainter, rect: QRect, theme: Theme) -> None:
    """Paint the colours from nothing to the brightest size."""
    places = np.linspace(0, 1, rect.width())
    for x, colour in enumerate(_blended(theme, places)):
        painter.fillRect(rect.left() + x, rect.top(), 1, rect.height(), QColor.fromRgba(colour))


def brightest_size(flow: Flow) -> float:
    """Return the size from which on the colour is the brightest."""
    return flow.heat.usual * 2**_BRIGHTEST / flow.intensity


@lru_cache(maxsize=16)
def heat_colours(
    theme: Theme, usual: float, intensity: float, scale: tuple[float, ...]
) -> list[int]:
    """Return the colour of each code, as #AARRGGBB; what is not known is transparent.

    ``scale`` holds the sizes of codes.
    """
    sizes = np.array(scale)
    with np.errstate(divide="ignore"):
        doublings = np.log2(sizes * intensity / usual) if usual else np.full(len(sizes), -np.inf)
    places = np.clip((doublings - _DARKEST) / (_BRIGHTEST - _DARKEST), 0, 1)
    return [0, *_blended(theme, places)[1:]]


def _blended(theme: Theme, places: FloatColumn) -> list[int]:
    """Return the colours from the darkest, at 0, to the brightest, at 1, as #AARRGGBB."""
    hexes = _ON_DARK if QColor(theme.panel).lightness() < 128 else _ON_LIGHT
    colours = [QColor(text) for text in hexes]
    red, green, blue = (
        np.interp(places, _STOPS, [getattr(colour, name)() for colour in colours]).astype(np.int64)
        for name in ("red", "green", "blue")
    )
    packed: list[int] = ((0xFF << 24) | (red << 16) | (green << 8) | blue).tolist()
    return packed


def _times(frame: Frame, first: int, last: int) -> IntColumn:
    """Return the time in the middle of each column of device pixels between two."""
    opens, length_ms = frame.series.open_time_ms, bar_length_ms(frame.series.open_time_ms)
    x = np.arange(first, last) + 0.5 - frame.origin
    # A bar reaches half a spacing to either side of its middle.
    places = x / (frame.time.spacing * frame.ratio) + 0.5
    bars = np.floor(places).astype(np.int64)
    held = np.clip(bars, 0, frame.count - 1)
    return np.asarray(opens[held] + ((places - held) * length_ms).astype(np.int64), np.int64)


def _prices(frame: Frame) -> FloatColumn:
    """Return the price in the middle of each device pixel row of the plot."""
    scale = frame.price
    y = (np.arange(round(frame.plot.height() * frame.ratio)) + 0.5) / frame.ratio
    places = scale.place(scale.high) - y / scale.per_unit
    return np.asarray(np.exp(places) if scale.mode is ScaleMode.LOG else places, np.float64)
