"""Paint what a pane has beside its indicator: its levels, the words of its axis, and a cross."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from terminal_app.gui.chart.frame import Frame, in_device_pixels
from terminal_app.gui.chart.rects import fill_rects
from terminal_app.gui.chart.scales import PriceScale
from terminal_app.gui.chart.study_panes import Pane
from terminal_app.gui.theme import Theme

_LABEL_PX, _DASH_PX = 16, 4


def paint_levels(painter: QPainter, frame: Frame, pane: Pane, left: int, right: int) -> None:
    """Paint a pane's levels between two columns of device pixels; dashes move with the bars."""
    levels = pane.study.kind.levels
    if not levels:
        return
    dash, thick = round(_DASH_PX * frame.ratio), max(1, int(frame.ratio))
    first = (left - frame.origin) // (2 * dash)
    starts = frame.origin + 2 * dash * np.arange(first, (right - frame.origin) // (2 * dash) + 1)
    rects = np.empty((len(levels), len(starts), 4), np.int32)
    rects[:, :, 0], rects[:, :, 2] = starts, starts + dash - 1
    for row, level in zip(rects, levels, strict=True):
        top = round((pane.place.top() + pane.scale.y(level)) * frame.ratio)
        row[:, 1], row[:, 3] = top, top + thick - 1
    painter.save()
    in_device_pixels(painter, frame.ratio)
    fill_rects(painter, rects.reshape(-1, 4), QColor(frame.theme.hairline))
    painter.restore()


def paint_pane_words(painter: QPainter, pane: Pane, theme: Theme, axis: QRect) -> None:
    """Name a pane's levels, or the ends of its axis."""
    place, levels = pane.place, pane.study.kind.levels
    painter.setPen(QColor(theme.muted))
    named: list[int] = []
    for value in levels if len(levels) > 1 else (*levels, *_ends(pane.scale)):
        y = place.top() + round(pane.scale.y(value))
        if any(abs(y - other) < _LABEL_PX for other in named):
            continue
        named.append(y)
        box = QRect(axis.left() + 10, y - 9, axis.width() - 12, 18)
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, pane.text(value))


def paint_crosses(painter: QPainter, frame: Frame, within: QRect | None) -> None:
    """Paint what takes panes away, or what of it is within a place."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for pane in frame.panes:
        if within is None or pane.close_box.intersects(within):
            middle = QPointF(pane.close_box.center())
            painter.setPen(QPen(QColor(frame.theme.faint), 1.3))
            for arm in (QPointF(4, 4), QPointF(4, -4)):
                painter.drawLine(middle - arm, middle + arm)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def _ends(scale: PriceScale) -> tuple[float, ...]:
    span = scale.high - scale.low
    return scale.high - span * 0.2, scale.low + span * 0.2
