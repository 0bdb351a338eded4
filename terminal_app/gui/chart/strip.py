"""Paint what moves along with the bars, between any two columns of device pixels.

What is painted of a bar hangs on that bar alone and never on which others are in sight: so strips
that were painted one after the other look as if they had been painted at once.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace

from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QPainter

from terminal_app.gui.chart.axes import paint_edges, paint_grid, paint_time_words
from terminal_app.gui.chart.bars_painting import paint_bars, paint_studies
from terminal_app.gui.chart.candles import Columns, columns
from terminal_app.gui.chart.flow.painting import paint_flow_ground
from terminal_app.gui.chart.frame import Frame, in_device_pixels
from terminal_app.gui.chart.gaps import paint_gaps
from terminal_app.gui.chart.pane_painting import paint_levels
from terminal_app.gui.chart.study_panes import Stretch
from terminal_app.gui.chart.ticks import TimeTick

# Half of a time's name is less wide than that.
NAME_PX = 40
# So many columns beyond an edge reach into a strip: a line comes from the one before.
_REACH_COLUMNS = 2


def strip_width(frame: Frame) -> int:
    """Return the width of what moves along, in device pixels."""
    return int(frame.plot.width() * frame.ratio)


def widened(frame: Frame, origin: int, width: int) -> Frame:
    """Return a frame so many device pixels wide, with the first bar of all at another one."""
    ratio, spacing, group = frame.ratio, frame.time.spacing, frame.shown.group
    plot = QRect(0, 0, math.ceil(width / ratio), frame.plot.height())
    first = math.floor(-origin / ratio / spacing)
    last = math.ceil(((plot.width() - origin / ratio) / spacing + 1) / group) * group
    first, last = min(max(0, first), frame.count), max(0, min(frame.count, last))
    shown = columns(frame.series, first, last, group, frame.style)
    panes = tuple(
        replace(pane, place=QRect(0, pane.place.top(), plot.width(), pane.place.height()))
        for pane in frame.panes
    )
    return replace(
        frame, origin=origin, plot=plot, width=plot.width() + frame.width - frame.plot.width(),
        first=first, last=last, shown=shown, panes=panes,
    )  # fmt: skip


def paint_strip(
    painter: QPainter, frame: Frame, ticks: Iterable[TimeTick], left: int, right: int
) -> None:
    """Paint everything from one column of device pixels up to another."""
    place = QRect(left, 0, right - left, round(frame.height * frame.ratio))
    painter.save()
    in_device_pixels(painter, frame.ratio)
    painter.setClipRect(place)
    painter.scale(frame.ratio, frame.ratio)
    painter.fillRect(0, 0, frame.width, frame.height, QColor(frame.theme.panel))
    paint_flow_ground(painter, frame, left, right)
    near = _near(frame, ticks, left, right)
    paint_grid(painter, frame, near)
    stretch = _stretch(frame, left, right)
    paint_bars(painter, frame, _closed_columns(frame, stretch))
    paint_studies(painter, frame, stretch)
    for pane in frame.panes:
        paint_levels(painter, frame, pane, left, right)
    paint_gaps(painter, frame, stretch.first, stretch.last)
    paint_time_words(painter, frame, near)
    paint_edges(painter, frame)
    painter.restore()


def _near(frame: Frame, ticks: Iterable[TimeTick], left: int, right: int) -> list[TimeTick]:
    """Return the times whose lines or names reach into a strip."""
    first, last = left / frame.ratio - NAME_PX, right / frame.ratio + NAME_PX
    return [tick for tick in ticks if first <= frame.x(tick.index) <= last]


def _stretch(frame: Frame, left: int, right: int) -> Stretch:
    """Return the bars that reach into a strip."""
    group, count = frame.shown.group, frame.count
    reach = _REACH_COLUMNS * group
    first = math.floor(frame.place(left / frame.ratio)) - reach
    last = math.ceil(frame.place(right / frame.ratio)) + reach
    room = max(0, last - count)
    first, last = min(max(0, first), count), max(0, min(last, count))
    return Stretch(first, last, group, count, room, frame.series.open_time_ms)


def _closed_columns(frame: Frame, stretch: Stretch) -> Columns:
    shown = frame.shown
    if frame.style.is_line:
        # A line comes from out of sight.
        shown = columns(frame.series, stretch.first, stretch.last, shown.group, frame.style)
    if not len(shown):
        return shown
    start = int(shown.index[0] - (shown.group - 1) / 2)
    first = max(0, (stretch.first - start) // shown.group)
    last = max(first, -((start - stretch.last) // shown.group))
    closed = (frame.count - 1) // shown.group - start // shown.group
    return shown.part(slice(first, max(first, min(last, closed))))
