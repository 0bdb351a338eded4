"""Show the bar at which an indicator begins, to be dragged to another."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from terminal_app.gui.chart.frame import Frame
from terminal_app.gui.chart.indicators.study import Study
from terminal_app.gui.chart.study_painting import colour_of

_HALF_PX = 6.0
_REACH_PX = 9.0


def anchored_at(frame: Frame, spot: QPointF) -> Study | None:
    """Return the indicator whose anchor is at a spot."""
    for study in frame.studies.on_price:
        place = _anchor(frame, study)
        if place is not None and (place - spot).manhattanLength() <= _REACH_PX:
            return study
    return None


def newest_anchor_ms(frame: Frame) -> int | None:
    """Return the moment of the newest anchor, None where no indicator has one."""
    anchored = (study for study in frame.studies.on_price if study.kind.has_anchor)
    return max((study.choice.anchor_ms for study in anchored), default=None)


def paint_anchors(painter: QPainter, frame: Frame) -> None:
    """Paint a diamond where each indicator with an anchor begins."""
    for study in frame.studies.on_price:
        place = _anchor(frame, study)
        if place is None:
            continue
        painter.save()
        painter.setClipRect(frame.plot, Qt.ClipOperation.IntersectClip)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colour_of(study.choice.colours[0], frame.theme), 1.5))
        painter.setBrush(QColor(frame.theme.panel))
        across, along = QPointF(_HALF_PX, 0), QPointF(0, _HALF_PX)
        painter.drawPolygon(
            QPolygonF([place - across, place - along, place + across, place + along])
        )
        painter.restore()


def _anchor(frame: Frame, study: Study) -> QPointF | None:
    """Return where an anchor is: on its line, None while that bar is not known."""
    if not study.kind.has_anchor or study.choice.is_hidden or not study.lines:
        return None
    times = frame.series.open_time_ms
    index = int(np.searchsorted(times, study.choice.anchor_ms, "right")) - 1
    value = float(study.lines[0][index]) if index >= 0 else float("nan")
    if value != value:
        return None
    return QPointF(frame.x(index), frame.price.y(value))
