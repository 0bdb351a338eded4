"""Keep a picture of everything that does not move with a tick, and move it with the chart."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QPainter, QPixmap

from terminal_app.gui.chart.axes import (
    paint_edges,
    paint_price_words,
    paint_time_words,
    ticks_in_sight,
)
from terminal_app.gui.chart.flow.painting import flow_key
from terminal_app.gui.chart.frame import Frame
from terminal_app.gui.chart.gaps import gaps_of
from terminal_app.gui.chart.marks import PutMarks, marks_of
from terminal_app.gui.chart.pane_painting import paint_pane_words
from terminal_app.gui.chart.strip import paint_strip, strip_size
from terminal_app.gui.chart.ticks import TimeTick

# What is painted at an edge may lack what comes from beyond it.
_EDGE_PX = 8
# Painting half of the chart is no gain over painting all of it.
_MOST_SHARE = 0.5
# After more bars than that indicators are calculated whole.
_MOST_BARS = 100

Strip = tuple[int, int]


class _Kept(NamedTuple):
    """Hold what a picture was made of: what it shares with a moved one, and its place."""

    standing: tuple[object, ...]
    origin: int
    bars: int
    ticks: tuple[TimeTick, ...]


class ClosedBarsLayer:
    """Keep grid, axes and closed bars; paint only what came into sight while the chart moves."""

    def __init__(self) -> None:
        self._pixmap = QPixmap()
        self._key: tuple[object, ...] | None = None
        self._kept: _Kept | None = None
        self._marks = PutMarks()

    def forget(self) -> None:
        """Have the picture made anew, because closed bars changed."""
        self._key = self._kept = None

    def key(self, frame: Frame) -> tuple[object, ...]:
        """Return what the picture depends on, but for changed bars."""
        return (*frame.key, *flow_key(frame), *_marked(frame))

    def renew(self, frame: Frame, key: tuple[object, ...]) -> QPixmap:
        """Return the picture, moved or made anew if its key changed."""
        if self._key != key:
            self._key = key
            self._renew(frame)
        return self._pixmap

    def _renew(self, frame: Frame) -> None:
        before = self._kept
        now = _Kept(frame.standing_key, frame.origin, frame.count, ticks_in_sight(frame))
        self._kept = now
        strips = _strips(before, now, frame) if before is not None else None
        if before is None or strips is None:
            self._make(frame, now.ticks)
        else:
            self._move(frame, now.ticks, now.origin - before.origin, strips)
        self._marks.put(self._pixmap, frame)

    def _move(
        self, frame: Frame, ticks: tuple[TimeTick, ...], way: int, strips: list[Strip]
    ) -> None:
        self._marks.take_away(self._pixmap)
        self._pixmap.scroll(way, 0, QRect(0, 0, *strip_size(frame)))
        painter = QPainter(self._pixmap)
        painter.setFont(frame.font)
        for left, right in strips:
            paint_strip(painter, frame, ticks, left, right)
        paint_time_words(painter, frame, ticks)
        paint_edges(painter, frame)
        painter.end()

    def _make(self, frame: Frame, ticks: tuple[TimeTick, ...]) -> None:
        size = (round(frame.width * frame.ratio), round(frame.height * frame.ratio))
        if (self._pixmap.width(), self._pixmap.height()) != size:
            self._pixmap = QPixmap(*size)
        self._pixmap.setDevicePixelRatio(frame.ratio)
        painter = QPainter(self._pixmap)
        _paint_ground(painter, frame, ticks)
        painter.end()


def paint_closed(painter: QPainter, frame: Frame) -> None:
    """Paint everything that does not move with a tick."""
    _paint_ground(painter, frame, ticks_in_sight(frame))
    for mark in marks_of(frame):
        mark.paint(painter)


def _paint_ground(painter: QPainter, frame: Frame, ticks: tuple[TimeTick, ...]) -> None:
    painter.setFont(frame.font)
    painter.fillRect(0, 0, frame.width, frame.height, QColor(frame.theme.panel))
    paint_strip(painter, frame, ticks, 0, strip_size(frame)[0])
    paint_price_words(painter, frame)
    for pane in frame.panes:
        paint_pane_words(painter, pane, frame.theme, frame.price_axis)
    paint_time_words(painter, frame, ticks)
    paint_edges(painter, frame)


def _marked(frame: Frame) -> tuple[float, ...]:
    """Return the closes that are marked where bars are lines: nothing else hangs on these."""
    if not frame.style.is_line or not len(frame.shown):
        return ()
    return float(frame.shown.close.min()), float(frame.shown.close.max())


def _strips(before: _Kept, now: _Kept, frame: Frame) -> list[Strip] | None:
    """Return which strips a moved picture lacks, None where all of it is to be painted."""
    added = now.bars - before.bars
    if before.standing != now.standing or not 0 <= added <= _MOST_BARS or frame.style.has_flow:
        return None
    width, moved = strip_size(frame)[0], now.origin - before.origin
    edge = round(_EDGE_PX * frame.ratio)
    known = [max(0, moved), min(width, width + moved)]
    if added:
        if gaps_of(frame, before.bars - 1, now.bars):
            return None
        known[1] = min(known[1], _renewed_from(before, frame))
    left, right = known[0] + edge * (moved > 0), known[1] - edge * (known[1] < width)
    if right - left < width * _MOST_SHARE:
        return None
    if _between(before.ticks, frame, known) != _between(now.ticks, frame, known):
        return None
    return [(start, end) for start, end in ((0, left), (right, width)) if start < end]


def _renewed_from(before: _Kept, frame: Frame) -> int:
    """Return from which pixel on values may be others, since the last bar was another one."""
    group = frame.shown.group
    shifts = [shift for study in frame.studies.all for shift in study.shifts]
    # A line comes from the column before.
    first = (before.bars - 1) // group * group - 2 * group + min(0, *shifts, 0)
    return int(np.floor(frame.x(first) * frame.ratio))


def _between(ticks: tuple[TimeTick, ...], frame: Frame, pixels: list[int]) -> list[TimeTick]:
    first, last = (frame.place(pixel / frame.ratio) for pixel in pixels)
    return [tick for tick in ticks if first <= tick.index < last]
