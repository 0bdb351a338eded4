"""Paint indicators: lines over the bars, and panes beneath them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen, QPolygonF

from terminal_app.gui.chart.candles import Columns, Pixels
from terminal_app.gui.chart.indicators.study import Study
from terminal_app.gui.chart.scales import PriceScale
from terminal_app.gui.chart.series import FloatColumn
from terminal_app.gui.format import decimal_text
from terminal_app.gui.theme import Theme

_DOTS = frozenset({"SAR"})
_PANE_MARGIN_PX = 10


@dataclass(frozen=True, slots=True)
class Pane:
    """Hold an indicator's own plot: where it is, and how its values are placed."""

    study: Study
    colours: tuple[str, ...]
    place: QRect
    scale: PriceScale

    def text(self, value: float) -> str:
        """Write a value with as many decimals as its range needs."""
        span = max(self.scale.high - self.scale.low, 1e-12)
        decimals = int(np.clip(2 - np.floor(np.log10(span / 10)), 0, 8))
        return decimal_text(Decimal(repr(float(value))), min(decimals, 8))


def make_pane(study: Study, colours: tuple[str, ...], place: QRect, shown: Columns) -> Pane:
    """Return the pane of an indicator, fitted to what is in sight."""
    scale = PriceScale(height=place.height())
    values = np.concatenate([*(_at(line, shown) for line in study.lines), study.kind.levels])
    finite = values[np.isfinite(values)]
    if len(finite):
        low, high = float(finite.min()), float(finite.max())
        least = max(abs(high), abs(low), 1e-9) * 1e-6
        scale.fit(low, high, _PANE_MARGIN_PX, _PANE_MARGIN_PX, least)
    return Pane(study, colours, place, scale)


def paint_on_price(
    painter: QPainter, study: Study, colours: tuple[str, ...], shown: Columns, pixels: Pixels
) -> None:
    """Paint an indicator over the bars; the painter's unit must be the device pixel."""
    for name, line, colour in zip(study.kind.lines, study.lines, colours, strict=True):
        with np.errstate(invalid="ignore"):
            heights = pixels.y(_at(line, shown))
        _paint(painter, pixels.x(shown.index), heights, QColor(colour), pixels.wick, name in _DOTS)


def paint_in_pane(
    painter: QPainter, pane: Pane, shown: Columns, pixels: Pixels, ratio: float
) -> None:
    """Paint an indicator in its pane; the painter's unit must be the device pixel."""
    study, scale = pane.study, pane.scale
    per_unit, top = scale.per_unit * ratio, pane.place.top() * ratio
    for name, line, colour in zip(study.kind.lines, study.lines, pane.colours, strict=True):
        heights = top + (scale.high - _at(line, shown)) * per_unit
        if name in study.kind.columns:
            zero = top + scale.high * per_unit
            _paint_columns(painter, shown, pixels, heights, zero, QColor(colour))
        else:
            _paint(painter, pixels.x(shown.index), heights, QColor(colour), pixels.wick, False)


def paint_pane_frame(painter: QPainter, pane: Pane, theme: Theme, axis: QRect) -> None:
    """Paint a pane's levels and the ends of its axis."""
    place, muted = pane.place, QColor(theme.muted)
    pen = QPen(QColor(theme.hairline), 1)
    pen.setDashPattern([4, 4])
    levels = pane.study.kind.levels
    for level in levels:
        y = place.top() + round(pane.scale.y(level))
        painter.setPen(pen)
        painter.drawLine(0, y, place.width(), y)
    for value in levels or _ends(pane.scale):
        y = place.top() + round(pane.scale.y(value))
        painter.setPen(muted)
        box = QRect(axis.left() + 10, y - 9, axis.width() - 12, 18)
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, pane.text(value))


def paint_study_words(
    painter: QPainter,
    study: Study,
    colours: tuple[str, ...],
    values: list[str],
    at: QPointF,
    theme: Theme,
) -> None:
    """Write an indicator's name and the values of a bar, each in its line's colour."""
    metrics = QFontMetrics(painter.font())
    words = [(study.title, theme.muted), *zip(values, colours, strict=True)]
    width = sum(metrics.horizontalAdvance(text) + 8 for text, _ in words)
    ground = QColor(theme.panel)
    ground.setAlpha(200)
    painter.fillRect(QRect(int(at.x()) - 4, int(at.y()) - 14, width + 4, 19), ground)
    x = at.x()
    for text, colour in words:
        painter.setPen(QColor(colour))
        painter.drawText(QPointF(x, at.y()), text)
        x += metrics.horizontalAdvance(text) + 8


def _at(line: FloatColumn, shown: Columns) -> FloatColumn:
    """Return the value of each column: of its last bar."""
    if not len(line):
        return np.full(len(shown), np.nan)
    ends = (shown.index + (shown.group - 1) / 2).astype(np.int64)
    return line[np.minimum(ends, len(line) - 1)]


def _ends(scale: PriceScale) -> tuple[float, ...]:
    span = scale.high - scale.low
    return scale.high - span * 0.2, scale.low + span * 0.2


def _paint(
    painter: QPainter, x: FloatColumn, y: FloatColumn, colour: QColor, wick: int, is_dotted: bool
) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(colour, (3 if is_dotted else 1.2) * wick, c=Qt.PenCapStyle.RoundCap))
    for points in _runs(x, y):
        if is_dotted:
            painter.drawPoints(QPolygonF(points))
        else:
            painter.drawPolyline(QPolygonF(points))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def _runs(x: FloatColumn, y: FloatColumn) -> Iterator[list[QPointF]]:
    known = np.isfinite(y)
    edges = np.flatnonzero(np.diff(np.concatenate(([False], known, [False]))))
    for start, end in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        places = zip(x[start:end].tolist(), y[start:end].tolist(), strict=True)
        yield [QPointF(left, top) for left, top in places]


def _paint_columns(
    painter: QPainter,
    shown: Columns,
    pixels: Pixels,
    heights: FloatColumn,
    zero: float,
    colour: QColor,
) -> None:
    width = max(1, int(pixels.spacing * shown.group * 0.6))
    places = zip(pixels.x(shown.index).tolist(), heights.tolist(), strict=True)
    for middle, y in places:
        if y == y:
            top, bottom = sorted((round(y), round(zero)))
            painter.fillRect(QRect(round(middle - width / 2), top, width, bottom - top), colour)
