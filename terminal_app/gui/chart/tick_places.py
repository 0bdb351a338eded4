"""Where a tick changes the picture: in a few rectangles, each painted by itself.

Qt copies a kept picture in one go where the clip is one rectangle; where it is made of several, it
goes from pixel to pixel.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QRect
from PySide6.QtGui import QRegion

from terminal_app.gui.chart.frame import Frame

# The tag of the last price with the countdown reaches so far above and below its place.
_TAG_PX = 44
_LINE_PX = 2
# What lies nearer together is painted in one go.
_NEAR_PX = 32


class Place(NamedTuple):
    """Hold a rectangle and what of a tick may reach into it: last bar, its price's line and tag.

    Of places that overlap the later one is painted over the earlier; the last bar is in one alone.
    """

    rect: QRect
    has_bar: bool
    has_line: bool
    has_tag: bool


def tick_places(
    frame: Frame,
    column: QRect,
    heights: tuple[int, int],
    labels: QRect | None,
    words: Sequence[QRect],
) -> list[Place]:
    """Return where a tick is seen, the column of the last bar at the end.

    ``heights`` are those of the last price before and after it, ``labels`` is where words of lines
    gave way to it, ``words`` is where words tell something else of the last bar.
    """
    width, whole = frame.plot.width(), QRect(0, 0, frame.width, frame.height)
    places = [
        Place(QRect(0, top, width, bottom - top) & whole, False, True, False)
        for top, bottom in _spans(heights, _LINE_PX)
    ]
    if labels is not None:
        places.append(Place(labels & whole, False, True, True))
    places += [Place(rect & whole, False, True, True) for rect in words]
    axis = frame.width - width
    places += [
        Place(QRect(width, top, axis, bottom - top) & whole, False, False, True)
        for top, bottom in _spans(heights, _TAG_PX)
    ]
    places.append(Place(column, True, True, False))
    return [place for place in places if not place.rect.isEmpty()]


def region_of(places: Sequence[Place]) -> QRegion:
    """Return all of the places."""
    region = QRegion()
    for place in places:
        region += place.rect
    return region


def last_column(frame: Frame) -> QRect:
    """Return where the last column and the lines that reach it are."""
    wide = frame.time.spacing * frame.shown.group
    middle = frame.x(frame.count - 1)
    column = QRect(int(middle - 2.5 * wide) - 3, 0, int(4 * wide) + 7, frame.bottom)
    return column & QRect(0, 0, frame.plot.width(), frame.bottom)


def _spans(heights: tuple[int, int], reach: int) -> list[tuple[int, int]]:
    first, second = min(heights), max(heights)
    if second - first <= _NEAR_PX:
        return [(first - reach, second + reach)]
    return [(each - reach, each + reach) for each in heights]
