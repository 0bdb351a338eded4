"""Paint a style's flow under and inside the bars, and say what a kept picture of it depends on."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter

from terminal_app.gui.chart.candles import Columns, Mask
from terminal_app.gui.chart.flow.footprint_painting import (
    Detail,
    bar_cells,
    closed_key,
    detail,
    paint_cells,
)
from terminal_app.gui.chart.flow.heat_painting import paint_heat
from terminal_app.gui.chart.frame import Frame, in_device_pixels
from terminal_app.gui.chart.look import ChartStyle


def flow_key(frame: Frame) -> tuple[object, ...]:
    """Return what the picture of closed bars depends on beside the bars."""
    if frame.style.has_heat:
        return frame.flow.heat.version, frame.flow.intensity
    return closed_key(frame) if frame.style is ChartStyle.FOOTPRINT else ()


def paint_flow_ground(painter: QPainter, frame: Frame, left: int, right: int) -> None:
    """Paint what lies behind grid and bars, between two columns of device pixels."""
    if not frame.style.has_heat:
        return
    painter.save()
    painter.setClipRect(frame.plot, Qt.ClipOperation.IntersectClip)
    in_device_pixels(painter, frame.ratio)
    paint_heat(painter, frame, left, right)
    painter.restore()


def paint_flow_bars(painter: QPainter, frame: Frame, shown: Columns) -> Mask | None:
    """Paint the bars whose trades are known; return which these are, None for none.

    The painter's unit must be the device-independent pixel.
    """
    is_drawn = frame.style is ChartStyle.FOOTPRINT and detail(frame) is not Detail.NONE
    if not is_drawn or not len(shown):
        return None
    first, last = int(shown.index[0]), int(shown.index[-1]) + 1
    bars = bar_cells(frame, frame.first, frame.last)
    known = [(bar.index, bar.cells.most) for bar in bars if bar.cells is not None]
    # The forming bar does not change the colours of the others.
    closed = [most for index, most in known if index < frame.count - 1]
    most = max(closed or [most for _, most in known], default=1.0)
    drawn = [bar for bar in bars if first <= bar.index < last]
    paint_cells(painter, frame, drawn, most)
    return np.array([bar.cells is not None for bar in drawn], np.bool_)
