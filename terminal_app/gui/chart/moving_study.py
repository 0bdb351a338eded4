"""Paint the part of an indicator that a tick moves, without arrays: it is painted most often."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

from PySide6.QtCore import QLineF, QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from terminal_app.gui.chart.candles import Pixels
from terminal_app.gui.chart.indicators.study import Study
from terminal_app.gui.chart.indicators.values import Need, Shape
from terminal_app.gui.chart.study_painting import (
    COLUMN_SHARE,
    DOT_PX,
    OVERLAP_PX,
    band_ground,
    colour_of,
)
from terminal_app.gui.chart.study_panes import Pane, Stretch
from terminal_app.gui.theme import Theme

# Qt 6 gives what has more rows to several threads.
_MOST_ROWS = 90


class _Look(NamedTuple):
    """Hold a line of an indicator: where it stands still, where it moves to, and how it is drawn.

    Heights and places are those of the column before and of the one that moves, in pixels.
    """

    number: int
    shape: Shape
    x1: float
    y1: float
    x2: float
    pen: QPen
    colours: tuple[QColor, QColor]


class MovingStudy:
    """Paint the moving part of one indicator; the painter's unit must be the device pixel.

    The painter must smooth edges. All but the last values is worked out once; ``height`` places a
    value, ``zero`` is where columns stand.
    """

    def __init__(
        self,
        study: Study,
        stretch: Stretch,
        pixels: Pixels,
        theme: Theme,
        height: Callable[[float], float],
        zero: float = 0.0,
    ) -> None:
        self._study, self._height, self._zero = study, height, zero
        self._half = pixels.spacing * stretch.group / 2
        self._column = max(1, int(pixels.spacing * stretch.group * COLUMN_SHARE))
        self._looks: list[_Look] = []
        lines = zip(study.kind.lines, study.shifts, study.choice.colours, study.lines, strict=False)
        for number, (line, shift, colour, values) in enumerate(lines):
            ends = stretch.moving(shift)
            if not ends:
                continue
            x = [pixels.origin + stretch.place(end, shift) * pixels.spacing for end in ends]
            y1 = height(float(values[ends[0]])) if len(ends) > 1 else math.nan
            if study.kind.need is Need.DAY and len(set(stretch.days(ends).tolist())) > 1:
                # What begins anew each day is not joined over midnight.
                y1 = math.nan
            is_dot = line.shape is Shape.DOTS
            pen = QPen(
                colour_of(colour, theme),
                (DOT_PX if is_dot else study.choice.width) * pixels.wick,
                c=Qt.PenCapStyle.RoundCap if is_dot else Qt.PenCapStyle.FlatCap,
            )
            sides = (theme.buy, theme.sell) if colour == "sides" else (colour, colour)
            colours = colour_of(sides[0], theme), colour_of(sides[1], theme)
            self._looks.append(_Look(number, line.shape, x[0], y1, x[-1], pen, colours))
        self._band = _band_of(study, self._looks)
        self._grounds = [band_ground(colour, theme) for colour in study.choice.colours]
        # What stands on the ground of a pane is painted first, lines over it.
        self._looks.sort(key=lambda look: look.shape.value, reverse=True)

    def paint(self, painter: QPainter) -> None:
        """Paint what moves as it is now."""
        looks = self._looks
        if not looks:
            return
        heights = [self._height(value) for value in self._study.last]
        if self._study.kind.band is not None:
            self._paint_band(painter, heights, *self._study.kind.band)
        for look in looks:
            y = heights[look.number]
            if look.shape is Shape.LINE:
                _paint_part(painter, look.pen, look.x1, look.y1, look.x2, y)
            elif y - y == 0:
                self._paint_other(painter, look, y)

    def _paint_other(self, painter: QPainter, look: _Look, y: float) -> None:
        if look.shape is Shape.COLUMNS:
            self._paint_column(painter, look, y)
        elif look.shape is Shape.DOTS:
            painter.setPen(look.pen)
            painter.drawPoint(QPointF(look.x2, y))
        else:
            left = look.x2 - self._half
            _paint_part(painter, look.pen, left, y, look.x2 + self._half, y)
            if look.shape is Shape.STEPS:
                _paint_part(painter, look.pen, left, look.y1, left, y)

    def _paint_column(self, painter: QPainter, look: _Look, y: float) -> None:
        zero, width = self._zero, self._column
        top = round(min(y, zero))
        bottom = max(round(max(y, zero)) - 1, top)
        left = math.floor(look.x2 - width / 2 + 0.5)
        painter.fillRect(left, top, width, bottom - top + 1, look.colours[y > zero])

    def _paint_band(
        self, painter: QPainter, heights: Sequence[float], first: int, second: int
    ) -> None:
        """Lay a ground between two lines, in the colour of the one that is above."""
        looks = self._band
        if looks is None:
            return
        ends = (looks[0].y1, looks[1].y1, heights[first], heights[second])
        if not math.isfinite(sum(ends)):
            return
        x1, x2 = looks[0].x1, looks[0].x2
        for pixel in range(math.ceil(x1 - 0.5), math.ceil(x2 - 0.5)):
            part = (pixel + 0.5 - x1) / (x2 - x1)
            one, other = ends[0] + (ends[2] - ends[0]) * part, ends[1] + (ends[3] - ends[1]) * part
            ground = self._grounds[first if one < other else second]
            top, bottom = (one, other) if one < other else (other, one)
            _fill_pixels(painter, pixel, top, bottom, ground)


def on_price(study: Study, stretch: Stretch, pixels: Pixels, theme: Theme) -> MovingStudy:
    """Return what a tick moves of an indicator over the bars."""
    # What lies far out of sight is taken nearer: Qt is slow with lines that are very long.
    least, most = -2.0 * pixels.height, 3.0 * pixels.height

    def height(value: float) -> float:
        if pixels.is_log:
            value = math.log(value) if value > 0 else math.nan
        return min(max((pixels.high - value) * pixels.per_unit, least), most)

    return MovingStudy(study, stretch, pixels, theme, height)


def in_pane(
    pane: Pane, stretch: Stretch, pixels: Pixels, theme: Theme, ratio: float
) -> MovingStudy:
    """Return what a tick moves of an indicator in its pane."""
    top, scale = pane.place.top() * ratio, pane.scale
    high, per_unit = scale.high, scale.per_unit * ratio

    def height(value: float) -> float:
        return top + (high - value) * per_unit

    return MovingStudy(pane.study, stretch, pixels, theme, height, top + high * per_unit)


def _band_of(study: Study, looks: Sequence[_Look]) -> tuple[_Look, _Look] | None:
    """Return the two lines that have a ground between them, None where one is not in sight."""
    if study.kind.band is None:
        return None
    by_number = {look.number: look for look in looks}
    first, second = (by_number.get(number) for number in study.kind.band)
    return (first, second) if first is not None and second is not None else None


def _fill_pixels(painter: QPainter, pixel: int, top: float, bottom: float, colour: QColor) -> None:
    """Fill the pixels of one column whose middles lie between two heights, as a polygon would.

    A piece that is higher makes Qt wake other threads, which costs more than all the rest of it.
    """
    row, end = max(math.ceil(top - 0.5), 0), math.ceil(bottom - 0.5)
    while row < end:
        rows = min(end - row, _MOST_ROWS)
        painter.fillRect(pixel, row, 1, rows, colour)
        row += rows


def _paint_part(painter: QPainter, pen: QPen, x1: float, y1: float, x2: float, y2: float) -> None:
    """Paint a straight part, a little longer at both ends: what it joins would leave gaps."""
    across, down = x2 - x1, y2 - y1
    length = math.hypot(across, down)
    if not math.isfinite(length):
        return
    more = OVERLAP_PX / max(length, 1e-9)
    across, down = across * more, down * more
    painter.setPen(pen)
    painter.drawLine(QLineF(x1 - across, y1 - down, x2 + across, y2 + down))
