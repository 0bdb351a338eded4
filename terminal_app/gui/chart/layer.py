"""Keep a picture of everything that does not move with a tick, and move it with the chart."""

from __future__ import annotations

import math
from typing import NamedTuple

from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QPainter, QPixmap

from terminal_app.gui.chart.axes import paint_edges, paint_price_words, ticks_in_sight
from terminal_app.gui.chart.flow.painting import flow_key
from terminal_app.gui.chart.frame import Frame, in_device_pixels
from terminal_app.gui.chart.gaps import gaps_of
from terminal_app.gui.chart.look import ChartStyle
from terminal_app.gui.chart.marks import Mark, extremes, marks_of
from terminal_app.gui.chart.pane_painting import paint_pane_words
from terminal_app.gui.chart.strip import NAME_PX, paint_strip, strip_width, widened
from terminal_app.gui.chart.ticks import TimeTick

# So many device pixels beyond what is in sight fit into the picture: a hand that moves the chart
# comes upon what is painted already. All usual ratios make whole numbers of it.
_AHEAD = 240
# Painting half of the chart is no gain over painting all of it.
_MOST_SHARE = 0.5
# After more bars than that indicators are calculated whole.
_MOST_BARS = 100

Strip = tuple[int, int]


class _Kept(NamedTuple):
    """Hold what a picture was made of, in columns of its own: where its first bar is, what is done.

    ``standing`` is what it shares with a moved one, ``width`` that of what moves along.
    """

    standing: tuple[object, ...]
    origin: int
    width: int
    bars: int
    ticks: tuple[TimeTick, ...]
    done: Strip


class ClosedBarsLayer:
    """Keep grid, axes and closed bars; paint only what comes near while the chart moves.

    The picture is wider than what is in sight; the axis of prices stands at its right.
    """

    def __init__(self) -> None:
        self._pixmap = QPixmap()
        self._key: tuple[object, ...] | None = None
        self._kept: _Kept | None = None
        self._marks: list[Mark] = []
        # Names of times that the edges would cut, in device pixels.
        self._cut: list[QRect] = []

    def forget(self) -> None:
        """Have the picture made anew, because closed bars changed."""
        self._key = self._kept = None

    def key(self, frame: Frame) -> tuple[object, ...]:
        """Return what the picture depends on, but for changed bars."""
        return (*frame.key, *flow_key(frame), extremes(frame))

    def renew(self, frame: Frame, key: tuple[object, ...]) -> None:
        """Have the picture be that of a frame, moved or made anew if its key changed."""
        if self._key == key:
            return
        self._key = key
        ticks = ticks_in_sight(frame)
        kept = self._moved(self._kept, frame, ticks) if self._kept is not None else None
        self._kept = kept if kept is not None else self._made(frame, ticks)
        self._marks, self._cut = marks_of(frame), _cut_names(frame, self._kept)

    def lay(self, painter: QPainter, frame: Frame, place: QRect | None) -> None:
        """Put what is in sight onto the screen, or at least what of it is in a place."""
        kept, picture, ratio = self._kept, self._pixmap, frame.ratio
        if kept is None:
            return
        if ratio != 1:
            painter.save()
            in_device_pixels(painter, ratio)
        edge, height = frame.plot.width(), picture.height()
        width = int(edge * ratio)
        if place is None or place.left() < edge:
            start = kept.origin - frame.origin
            painter.drawPixmap(0, 0, width, height, picture, start, 0, width, height)
        if place is None or place.right() + 1 >= edge:
            axis = picture.width() - kept.width
            painter.drawPixmap(width, 0, axis, height, picture, kept.width, 0, axis, height)
        if self._cut and (place is None or place.bottom() > frame.bottom):
            for name in self._cut:
                painter.fillRect(name, QColor(frame.theme.panel))
        if ratio != 1:
            painter.restore()
        for mark in self._marks:
            mark.paint(painter, place)

    def _moved(self, kept: _Kept, frame: Frame, ticks: tuple[TimeTick, ...]) -> _Kept | None:
        """Return the picture led to a frame, None where all of it is to be painted."""
        if not _is_alike(kept, frame):
            return None
        sight = _sight(kept, frame)
        if not 0 <= sight[0] <= kept.width - strip_width(frame):
            kept = self._centred(kept, frame)
            sight = _sight(kept, frame)
        grown: _Kept | None = kept
        is_done = kept.done[0] <= sight[0] and sight[1] <= kept.done[1]
        # A bar that joins a column closes none.
        is_done &= (kept.bars - 1) // frame.shown.group == (frame.count - 1) // frame.shown.group
        if not is_done or _between(kept.ticks, frame.first, frame.last) != ticks:
            grown = self._grown(kept, frame, sight)
        is_so = grown is not None and _between(grown.ticks, frame.first, frame.last) == ticks
        return grown if is_so else None

    def _grown(self, kept: _Kept, frame: Frame, sight: Strip) -> _Kept | None:
        """Return the picture with what it lacks, None where that is too much or not all."""
        wide = widened(frame, kept.origin, kept.width)
        known = kept.done
        if kept.bars != frame.count:
            known = known[0], min(known[1], _renewed_from(kept, wide))
        if min(known[1], sight[1]) - max(known[0], sight[0]) < strip_width(frame) * _MOST_SHARE:
            return None
        now = ticks_in_sight(wide)
        ends = (wide.place(column / wide.ratio) for column in known)
        first, last = (math.ceil(end) for end in ends)
        if _between(kept.ticks, first, last) != _between(now, first, last):
            return None
        # What is painted at an edge may lack what comes from beyond it, as half of a name.
        edge, done = round(NAME_PX * frame.ratio), kept.done
        strips = []
        if sight[0] < done[0]:
            done = max(0, sight[0] - _AHEAD), done[1]
            strips.append((done[0], known[0] + edge))
        if sight[1] > done[1]:
            done = done[0], min(kept.width, sight[1] + _AHEAD)
        if known[1] < done[1]:
            strips.append((known[1] - edge, done[1]))
        self._paint(wide, now, strips)
        return kept._replace(bars=frame.count, ticks=now, done=done)

    def _centred(self, kept: _Kept, frame: Frame) -> _Kept:
        """Move the picture until what is in sight is in its middle."""
        ahead = (kept.width - strip_width(frame)) // 2
        way = ahead - _sight(kept, frame)[0]
        self._pixmap.scroll(way, 0, QRect(0, 0, kept.width, self._pixmap.height()))
        done = max(0, kept.done[0] + way), min(kept.width, kept.done[1] + way)
        return kept._replace(origin=kept.origin + way, done=done)

    def _made(self, frame: Frame, ticks: tuple[TimeTick, ...]) -> _Kept:
        """Paint what is in sight anew, and the axis of prices."""
        ahead = 0 if frame.style is ChartStyle.FOOTPRINT else _AHEAD
        seen = strip_width(frame)
        kept = _Kept(
            _standing(frame), frame.origin + ahead, seen + 2 * ahead, frame.count, ticks,
            (ahead, ahead + seen),
        )  # fmt: skip
        axis = round(frame.width * frame.ratio) - seen
        size = kept.width + axis, round(frame.height * frame.ratio)
        if (self._pixmap.width(), self._pixmap.height()) != size:
            self._pixmap = QPixmap(*size)
        self._pixmap.setDevicePixelRatio(frame.ratio)
        painter = QPainter(self._pixmap)
        painter.setFont(frame.font)
        in_device_pixels(painter, frame.ratio)
        painter.fillRect(kept.width, 0, axis, size[1], QColor(frame.theme.panel))
        painter.setClipRect(kept.width, 0, axis, size[1])
        painter.translate(kept.width - seen, 0)
        painter.scale(frame.ratio, frame.ratio)
        _paint_axis(painter, frame)
        painter.end()
        self._paint(widened(frame, kept.origin, kept.width), ticks, [kept.done])
        return kept

    def _paint(self, wide: Frame, ticks: tuple[TimeTick, ...], strips: list[Strip]) -> None:
        painter = QPainter(self._pixmap)
        painter.setFont(wide.font)
        for left, right in strips:
            paint_strip(painter, wide, ticks, left, right)
        painter.end()


def paint_closed(painter: QPainter, frame: Frame) -> None:
    """Paint everything that does not move with a tick."""
    painter.setFont(frame.font)
    painter.fillRect(0, 0, frame.width, frame.height, QColor(frame.theme.panel))
    paint_strip(painter, frame, ticks_in_sight(frame), 0, strip_width(frame))
    _paint_axis(painter, frame)
    for mark in marks_of(frame):
        mark.paint(painter)


def _paint_axis(painter: QPainter, frame: Frame) -> None:
    paint_price_words(painter, frame)
    for pane in frame.panes:
        paint_pane_words(painter, pane, frame.theme, frame.price_axis)
    paint_edges(painter, frame)


def _is_alike(kept: _Kept, frame: Frame) -> bool:
    """Say whether a picture differs from that of a frame by its place and by bars at its end."""
    added = frame.count - kept.bars
    # The colours of cells depend on which bars are in sight.
    if not 0 <= added <= _MOST_BARS or frame.style is ChartStyle.FOOTPRINT:
        return False
    if kept.standing != _standing(frame):
        return False
    return not (added and gaps_of(frame, kept.bars - 1, frame.count))


def _standing(frame: Frame) -> tuple[object, ...]:
    return *frame.standing_key, *flow_key(frame)


def _sight(kept: _Kept, frame: Frame) -> Strip:
    """Return which columns of the picture are in sight."""
    start = kept.origin - frame.origin
    return start, start + strip_width(frame)


def _renewed_from(kept: _Kept, wide: Frame) -> int:
    """Return from which column on values may be others, since the last bar was another one."""
    group = wide.shown.group
    shifts = [shift for study in wide.studies.all for shift in study.shifts]
    # A line comes from the column before.
    first = (kept.bars - 1) // group * group - 2 * group + min(0, *shifts, 0)
    return math.floor(wide.x(first) * wide.ratio)


def _between(ticks: tuple[TimeTick, ...], first: int, last: int) -> tuple[TimeTick, ...]:
    return tuple(tick for tick in ticks if first <= tick.index < last)


def _cut_names(frame: Frame, kept: _Kept) -> list[QRect]:
    """Return where names of times would be seen in part, in device pixels."""
    ratio, width = frame.ratio, strip_width(frame)
    top = math.ceil((frame.bottom + 2) * ratio)
    height = math.ceil(frame.height * ratio) - top
    found = []
    for tick in kept.ticks:
        x, half = frame.pixel_x(tick.index), frame.widths(tick.text) / 2 + 2
        left, right = math.floor((x - half) * ratio), math.ceil((x + half) * ratio)
        is_whole = x - half >= 0 and x + half <= frame.plot.width()
        if not is_whole and left < width and right > 0:
            left, right = max(0, left), min(width, right)
            found.append(QRect(left, top, right - left, height))
    return found
