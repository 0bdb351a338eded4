"""Where the words of lines stand: at their lines, and never one upon another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF
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
    """Hold where a line's words stand; ``y`` is its price's place, ``box`` may lie beside it."""

    line: PriceLine
    y: int
    box: QRectF
    has_cross: bool

    @property
    def is_moved(self) -> bool:
        """Say whether the words stand beside their line."""
        return abs(self.box.center().y() - self.y) > 1

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


def place_labels(
    frame: Frame,
    lines: Sequence[PriceLine],
    *,
    with_crosses: bool = False,
    obstacle: Obstacle | None = None,
) -> list[LineLabel]:
    """Return the words of the lines in sight, in the order of the lines."""
    bottom = frame.plot.height()
    heights = [round(frame.price.y(float(line.price))) for line in lines]
    seen = [
        (line, y) for line, y in zip(lines, heights, strict=True) if 0 <= y <= bottom
    ]  # fmt: skip
    above, below = out_of_sight(frame, lines)
    room = (COUNT_PX * bool(above), bottom - COUNT_PX * bool(below))
    middles = stacked([y for _, y in seen], LABEL_PX + _GAP_PX, room, obstacle)
    metrics = QFontMetrics(frame.font)
    labels = []
    for (line, y), middle in zip(seen, middles, strict=True):
        has_cross = line.can_cancel and (with_crosses or not line.kind.sends)
        width = _width(metrics, line) + CROSS_PX * has_cross
        left = frame.plot.width() - width - _RIGHT_PX - 0.5
        box = QRectF(left, round(middle) - LABEL_PX / 2, width, LABEL_PX)
        labels.append(LineLabel(line, y, box, has_cross))
    return labels


def out_of_sight(frame: Frame, lines: Sequence[PriceLine]) -> tuple[int, int]:
    """Return how many lines that can send lie above and below what is in sight."""
    heights = [frame.price.y(float(line.price)) for line in lines if line.kind.sends]
    return sum(y < 0 for y in heights), sum(y > frame.plot.height() for y in heights)


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
