"""Where the words of lines stand: at their lines, and never one upon another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRect, QRectF
from PySide6.QtGui import QFontMetrics

from terminal_app.gui.chart.frame import Frame
from terminal_app.gui.chart.price_line import PriceLine

LABEL_PX, CROSS_PX, PADDING_PX = 19, 20, 8
# The room at an edge where lines beyond it are counted.
COUNT_PX = 36
_GAP_PX, _RIGHT_PX = 2, 12
# What must not give way outweighs all that may.
_FIXED = 1e6


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Hold what else stands there and does not give way: its price's place, middle and height."""

    y: float
    middle: float
    height: float


@dataclass(frozen=True, slots=True)
class LineLabel:
    """Hold where a line's words stand; ``y`` is its price's place, ``middle`` that of its box."""

    line: PriceLine
    y: int
    box: QRectF
    has_cross: bool
    middle: int

    @property
    def is_moved(self) -> bool:
        """Say whether the words stand beside their line."""
        return abs(self.middle - self.y) > 1

    def reaches(self, top: float, bottom: float) -> bool:
        """Say whether words, tag or what joins them to the line lie between two heights."""
        middle, reach = self.middle, LABEL_PX / 2 + 2
        return min(middle, self.y) - reach <= bottom and max(middle, self.y) + reach >= top

    @property
    def cross(self) -> QRectF:
        """Return where the cross is."""
        box = self.box
        return QRectF(box.right() - CROSS_PX, box.top(), CROSS_PX, box.height())

    @property
    def words(self) -> QRectF:
        """Return where the words are: all but the cross."""
        return self.box.adjusted(PADDING_PX, 0, -CROSS_PX * self.has_cross, 0)


class _Row(NamedTuple):
    y: float
    middle: float
    height: float
    weight: float
    number: int


class LabelPlaces:
    """Place the words of lines in one frame; what gives way to nothing is worked out once.

    ``above`` and ``below`` are how many lines that can send lie beyond what is in sight.
    """

    def __init__(
        self, frame: Frame, lines: Sequence[PriceLine], *, with_crosses: bool = False
    ) -> None:
        self._frame, self._made_of = frame, (frame.price_key, lines, with_crosses)
        self._right, bottom = frame.plot.width(), frame.plot.height()
        heights = [frame.price.y(float(line.price)) for line in lines]
        sending = [y for line, y in zip(lines, heights, strict=True) if line.kind.sends]
        self.above = sum(y < 0 for y in sending)
        self.below = sum(y > bottom for y in sending)
        self._room = (COUNT_PX * bool(self.above), bottom - COUNT_PX * bool(self.below))
        metrics = QFontMetrics(frame.font)
        self._seen = []
        for line, height in zip(lines, heights, strict=True):
            y = round(height)
            if 0 <= y <= bottom:
                has_cross = line.can_cancel and (with_crosses or not line.kind.sends)
                width = _width(metrics, line) + CROSS_PX * has_cross
                self._seen.append((line, y, width, has_cross))

    def are_of(self, frame: Frame, lines: Sequence[PriceLine], *, with_crosses: bool) -> bool:
        """Say whether these are the places of the very same lines, with prices where they were."""
        key, of_lines, has_crosses = self._made_of
        if of_lines is not lines or has_crosses is not with_crosses:
            return False
        return frame is self._frame or frame.price_key == key

    def around(self, obstacle: Obstacle | None) -> list[LineLabel]:
        """Return the words of the lines in sight, in the order of the lines."""
        wanted = [y for _, y, _, _ in self._seen]
        middles = stacked(wanted, LABEL_PX + _GAP_PX, self._room, obstacle)
        labels = []
        for (line, y, width, has_cross), middle in zip(self._seen, middles, strict=True):
            left = self._right - width - _RIGHT_PX - 0.5
            near = round(middle)
            box = QRectF(left, near - LABEL_PX / 2, width, LABEL_PX)
            labels.append(LineLabel(line, y, box, has_cross, near))
        return labels


def moved_place(
    frame: Frame, before: Sequence[LineLabel], after: Sequence[LineLabel]
) -> QRect | None:
    """Return where words, tags and what joins them to their lines differ, None for nowhere."""
    tops: list[float] = []
    lefts: list[float] = []
    bottom = frame.plot.height()
    for old, new in zip(before, after, strict=True):
        if old.middle == new.middle:
            continue
        for label in (old, new):
            middle = label.middle
            tops += [middle, min(max(middle, LABEL_PX / 2), bottom - LABEL_PX / 2), label.y]
            lefts.append(label.box.left())
    if not tops:
        return None
    left, reach = int(min(lefts)) - 1, LABEL_PX // 2 + 3
    top = int(min(tops)) - reach
    return QRect(left, top, frame.width - left, int(max(tops)) + reach - top)


def label_at(labels: Sequence[LineLabel], spot: QPointF) -> LineLabel | None:
    """Return the words that a spot is on; those painted last lie on top."""
    return next((label for label in reversed(labels) if label.box.contains(spot)), None)


def stacked(
    wanted: Sequence[float],
    height: float,
    room: tuple[float, float],
    obstacle: Obstacle | None = None,
) -> list[float]:
    """Return middles as near to those wanted as can be, none within a height of another.

    They keep their order from top to bottom, stay off the obstacle, and between the edges of the
    ``room`` as long as all fit in.
    """
    rows = [_Row(y, y, height, 1.0, number) for number, y in enumerate(wanted)]
    if obstacle is not None:
        rows.append(_Row(obstacle.y, obstacle.middle, obstacle.height, _FIXED, -1))
    if not rows:
        return []
    rows.sort()
    apart = [0.0]
    for upper, lower in pairwise(rows):
        apart.append(apart[-1] + (upper.height + lower.height) / 2)
    # Without the room that those above take, "in order" is all that is left to be asked for.
    free = [(row.middle - way, row.weight) for row, way in zip(rows, apart, strict=True)]
    placed = [place + way for place, way in zip(_rising(free), apart, strict=True)]
    placed = _kept_inside(placed, [row.height for row in rows], room)
    found = {row.number: place for row, place in zip(rows, placed, strict=True)}
    return [found[number] for number in range(len(wanted))]


def _rising(values: Sequence[tuple[float, float]]) -> list[float]:
    """Return the values, each with its weight, moved as little as makes none below the last."""
    pools: list[tuple[float, float, int]] = []
    for value, weight in values:
        count = 1
        while pools and pools[-1][0] > value:
            before, heavy, many = pools.pop()
            value = (before * heavy + value * weight) / (heavy + weight)
            weight, count = weight + heavy, count + many
        pools.append((value, weight, count))
    return [value for value, _, count in pools for _ in range(count)]


def _kept_inside(
    middles: list[float], heights: Sequence[float], room: tuple[float, float]
) -> list[float]:
    kept, edge = middles[:], room[1]
    for number in range(len(kept) - 1, -1, -1):
        kept[number] = min(kept[number], edge - heights[number] / 2)
        edge = kept[number] - heights[number] / 2
    edge = room[0]
    for number, height in enumerate(heights):
        kept[number] = max(kept[number], edge + height / 2)
        edge = kept[number] + height / 2
    return kept


def _width(metrics: QFontMetrics, line: PriceLine) -> float:
    width = metrics.horizontalAdvance(line.text) + 2 * PADDING_PX
    return width + (metrics.horizontalAdvance(line.figure) + PADDING_PX if line.figure else 0)
