"""Paint how much was traded at each price, lying at the left edge of the bars."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter, QPen

from terminal_app.gui.chart.frame import Frame, in_device_pixels
from terminal_app.gui.chart.indicators.profile import VolumeProfile
from terminal_app.gui.chart.indicators.study import Study
from terminal_app.gui.chart.rects import fill_rects
from terminal_app.gui.chart.study_painting import colour_of

_WIDTH_SHARE = 0.24
# Rows of the value area stand out from those above and below it.
_INSIDE_ALPHA, _OUTSIDE_ALPHA = 0.34, 0.14


def paint_profile(painter: QPainter, frame: Frame) -> None:
    """Paint the volume profiles that were chosen."""
    for study in frame.studies.on_price:
        profile = study.profile.now
        if profile is not None and not study.choice.is_hidden:
            painter.save()
            painter.setClipRect(frame.plot, Qt.ClipOperation.IntersectClip)
            _paint_control(painter, frame, study, profile)
            in_device_pixels(painter, frame.ratio)
            _paint_rows(painter, frame, study, profile)
            painter.restore()


def _paint_rows(painter: QPainter, frame: Frame, study: Study, profile: VolumeProfile) -> None:
    pixels = frame.pixels()
    heights = pixels.y(profile.edges).astype(np.int32)
    per_unit = frame.plot.width() * frame.ratio * _WIDTH_SHARE / profile.volume.max()
    bought = np.round(profile.bought * per_unit).astype(np.int32)
    whole = np.round(profile.volume * per_unit).astype(np.int32)
    # A row keeps a pixel from the next one where it has more than two.
    tops = heights[1:] + (heights[:-1] - heights[1:] > 2)
    rects = np.empty((2, len(whole), 4), np.int32)
    rects[0] = np.column_stack((np.zeros_like(whole), tops, bought - 1, heights[:-1] - 1))
    rects[1] = np.column_stack((bought, tops, whole - 1, heights[:-1] - 1))
    rows = np.arange(len(whole))
    is_inside = (rows >= profile.value_first) & (rows <= profile.value_last)
    painter.setPen(Qt.PenStyle.NoPen)
    for each, name in zip(rects, study.choice.colours, strict=False):
        seen = (each[:, 2] >= each[:, 0]) & (each[:, 3] >= each[:, 1])
        for mask, alpha in ((is_inside, _INSIDE_ALPHA), (~is_inside, _OUTSIDE_ALPHA)):
            colour = QColor(colour_of(name, frame.theme))
            colour.setAlphaF(alpha)
            fill_rects(painter, each[mask & seen], colour)


def _paint_control(painter: QPainter, frame: Frame, study: Study, profile: VolumeProfile) -> None:
    pen = QPen(colour_of(study.choice.colours[2], frame.theme), study.choice.width)
    pen.setDashPattern([6, 4])
    painter.setPen(pen)
    y = round(frame.price.y(profile.point_of_control))
    painter.drawLine(0, y, frame.plot.width(), y)
