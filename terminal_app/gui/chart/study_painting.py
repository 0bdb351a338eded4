"""Paint indicators: lines over the bars, and panes beneath them."""

from __future__ import annotations

from functools import lru_cache
from typing import cast

import numpy as np
from PySide6.QtCore import QLineF, QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from shiboken6 import Shiboken

from terminal_app.gui.chart.candles import Pixels
from terminal_app.gui.chart.indicators.study import Study
from terminal_app.gui.chart.indicators.values import Need, Shape
from terminal_app.gui.chart.rects import fill_rects, polygon
from terminal_app.gui.chart.series import FloatColumn, IntColumn
from terminal_app.gui.chart.study_panes import Pane, Stretch
from terminal_app.gui.theme import Theme

_ROLES = frozenset({"buy", "sell"})
_BAND_ALPHA = 0.09
DOT_PX = 3.0
OVERLAP_PX = 0.35
COLUMN_SHARE = 0.6
_TEXT_CONTRAST = 4.5
_STEPS = 40


def colour_of(text: str, theme: Theme) -> QColor:
    """Return a colour by what was chosen: #rrggbb or a role of the theme."""
    return QColor(getattr(theme, text) if text in _ROLES else text)


def band_ground(text: str, theme: Theme) -> QColor:
    """Return the colour of the ground between two lines of a colour."""
    ground = colour_of(text, theme)
    ground.setAlphaF(_BAND_ALPHA)
    return ground


def word_colour(text: str, theme: Theme, value: float) -> QColor:
    """Return the colour that a line's value is written in, to be read on the panel."""
    if text == "sides":
        return QColor(theme.sell if value < 0 else theme.buy)
    return _readable(colour_of(text, theme).name(), theme.panel)


@lru_cache(maxsize=256)
def _readable(text: str, ground: str) -> QColor:
    """Return a colour, darker or lighter until its contrast is that of text."""
    colour, surface = QColor(text), QColor(ground)
    is_light = _luminance(surface) > 0.5
    for _ in range(_STEPS):
        pair = sorted((_luminance(colour), _luminance(surface)))
        if (pair[1] + 0.05) / (pair[0] + 0.05) >= _TEXT_CONTRAST:
            break
        lightness = colour.lightnessF()
        lightness = max(lightness - 0.03, 0.0) if is_light else min(lightness + 0.03, 1.0)
        hue = max(colour.hslHueF(), 0.0)
        colour = QColor.fromHslF(hue, colour.hslSaturationF(), lightness)
    return colour


def _luminance(colour: QColor) -> float:
    """Return the relative luminance of a colour (WCAG 2)."""
    channels = (colour.redF(), colour.greenF(), colour.blueF())
    red, green, blue = (
        value / 12.92 if value <= 0.03928 else ((value + 0.055) / 1.055) ** 2.4
        for value in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


class StudyPainter:
    """Paint the values of indicators that stand still; the painter's unit is the device pixel."""

    def __init__(
        self,
        painter: QPainter,
        theme: Theme,
        pixels: Pixels,
        stretch: Stretch,
    ) -> None:
        self._painter = painter
        self._theme = theme
        self._pixels = pixels
        self._stretch = stretch
        self._ends_by_shift: dict[int, IntColumn] = {}
        self._x_by_shift: dict[int, FloatColumn] = {}

    def paint_on_price(self, study: Study) -> None:
        """Paint an indicator over the bars."""
        # What lies far out of sight is taken nearer: Qt is slow with lines that are very long.
        height = self._pixels.height
        heights = [
            np.clip(self._pixels.exact_y(line[self._ends(shift)]), -2 * height, 3 * height)
            for line, shift in zip(study.lines, study.shifts, strict=False)
        ]
        self._paint(study, heights, 0.0)

    def paint_in_pane(self, pane: Pane, ratio: float) -> None:
        """Paint an indicator in its pane."""
        top, scale = pane.place.top() * ratio, pane.scale
        per_unit = scale.per_unit * ratio
        heights = [
            top + (scale.high - line[self._ends(shift)]) * per_unit
            for line, shift in zip(pane.study.lines, pane.study.shifts, strict=False)
        ]
        self._paint(pane.study, heights, top + scale.high * per_unit)

    def _ends(self, shift: int) -> IntColumn:
        ends = self._ends_by_shift.get(shift)
        if ends is None:
            ends = self._ends_by_shift[shift] = self._stretch.closed(shift)
        return ends

    def _x(self, shift: int) -> FloatColumn:
        x = self._x_by_shift.get(shift)
        if x is None:
            x = self._pixels.x(self._stretch.index(self._ends(shift), shift))
            self._x_by_shift[shift] = x
        return x

    def _paint(self, study: Study, heights: list[FloatColumn], zero: float) -> None:
        if study.kind.band is not None and heights:
            self._paint_band(study, heights)
        looks = zip(study.kind.lines, study.shifts, study.choice.colours, heights, strict=False)
        # What stands on the ground of a pane is painted first, lines over it.
        for line, shift, colour, y in sorted(
            looks, key=lambda look: look[0].shape.value, reverse=True
        ):
            x = self._x(shift)
            if line.shape is Shape.COLUMNS:
                self._paint_columns(x, y, zero, colour)
                continue
            if line.shape is Shape.DOTS:
                self._paint_dots(x, y, colour)
                continue
            rows = self._rows_of(line.shape, x, y)
            if study.kind.need is Need.DAY:
                # What begins anew each day is not joined over midnight.
                rows = rows[np.diff(self._stretch.days(self._ends(shift))) == 0]
            self._paint_lines(rows, colour, study.choice.width)

    def _rows_of(self, shape: Shape, x: FloatColumn, y: FloatColumn) -> FloatColumn:
        if shape is Shape.LINE:
            return _joined(x, y)
        half = self._pixels.spacing * self._stretch.group / 2
        flat = np.column_stack((x - half, y, x + half, y))
        if shape is Shape.LEVELS:
            return flat
        return np.vstack((flat, np.column_stack((x[1:] - half, y[:-1], x[1:] - half, y[1:]))))

    def _paint_lines(self, rows: FloatColumn, colour: str, width: float) -> None:
        seen = _reaching_over(rows[np.isfinite(rows).all(axis=1)])
        if not len(seen):
            return
        painter = self._painter
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen_width = width * self._pixels.wick
        painter.setPen(QPen(colour_of(colour, self._theme), pen_width, c=Qt.PenCapStyle.FlatCap))
        # QLineF keeps x1, y1, x2, y2 as four doubles: the rows are read as they lie in memory.
        painter.drawLines(cast(QLineF, Shiboken.wrapInstance(seen.ctypes.data, QLineF)), len(seen))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _paint_dots(self, x: FloatColumn, y: FloatColumn, colour: str) -> None:
        known = np.isfinite(y)
        spots = np.ascontiguousarray(np.column_stack((x[known], y[known])))
        if not len(spots):
            return
        painter = self._painter
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width = DOT_PX * self._pixels.wick
        painter.setPen(QPen(colour_of(colour, self._theme), width, c=Qt.PenCapStyle.RoundCap))
        first = cast(QPointF, Shiboken.wrapInstance(spots.ctypes.data, QPointF))
        painter.drawPoints(first, len(spots))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _paint_columns(self, x: FloatColumn, y: FloatColumn, zero: float, colour: str) -> None:
        known = np.isfinite(y)
        x, y = x[known], y[known]
        width = max(1, int(self._pixels.spacing * self._stretch.group * COLUMN_SHARE))
        rects = np.empty((len(x), 4), np.int32)
        rects[:, 0] = np.floor(x - width / 2 + 0.5)
        rects[:, 2] = rects[:, 0] + width - 1
        rects[:, 1] = np.round(np.minimum(y, zero))
        rects[:, 3] = np.maximum(np.round(np.maximum(y, zero)) - 1, rects[:, 1])
        self._painter.setPen(Qt.PenStyle.NoPen)
        theme, is_above = self._theme, y <= zero
        if colour == "sides":
            fill_rects(self._painter, rects[is_above], QColor(theme.buy))
            fill_rects(self._painter, rects[~is_above], QColor(theme.sell))
        else:
            fill_rects(self._painter, rects, colour_of(colour, theme))

    def _paint_band(self, study: Study, heights: list[FloatColumn]) -> None:
        """Lay a ground between two lines, in the colour of the one that is above."""
        first, second = study.kind.band or (0, 0)
        x = self._x(study.shifts[first])
        upper, lower = heights[first], heights[second]
        known = np.isfinite(upper) & np.isfinite(lower)
        x, upper, lower = x[known], upper[known], lower[known]
        if len(x) < 2:
            return
        bottom = np.maximum(upper, lower)
        self._painter.setPen(Qt.PenStyle.NoPen)
        for top, number in ((upper, first), (lower, second)):
            if (top < bottom).any():
                self._painter.setBrush(band_ground(study.choice.colours[number], self._theme))
                around = np.concatenate((top, bottom[::-1]))
                self._painter.drawPolygon(polygon(np.concatenate((x, x[::-1])), around))


def _joined(x: FloatColumn, y: FloatColumn) -> FloatColumn:
    return np.column_stack((x[:-1], y[:-1], x[1:], y[1:]))


def _reaching_over(rows: FloatColumn) -> FloatColumn:
    """Return lines a little longer at both ends: flat ones would leave gaps where they meet.

    Round ends, or one line through all points, take thirty times as long to paint.
    """
    along = rows[:, 2:] - rows[:, :2]
    length = np.maximum(np.hypot(along[:, 0], along[:, 1]), 1e-9)
    more = along * (OVERLAP_PX / length)[:, np.newaxis]
    return np.ascontiguousarray(np.hstack((rows[:, :2] - more, rows[:, 2:] + more)))
