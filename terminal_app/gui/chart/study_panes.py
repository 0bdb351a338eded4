"""Where the values of indicators are: which are in sight, and the panes beneath the bars."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from PySide6.QtCore import QRect

from terminal_app.domain.market import DAY_MS
from terminal_app.gui.chart.indicators.study import Study
from terminal_app.gui.chart.scales import PriceScale
from terminal_app.gui.chart.series import FloatColumn, IntColumn
from terminal_app.gui.format import compact_text, decimal_text

LEAST_PANE_PX = 44
# The more panes there are, the lower each is of itself.
_USUAL_PANE_PX = (120, 108, 96, 84)
_MOST_PANES_SHARE = 0.6
_MARGIN_PX = 10
_HEAD_PX = 20
_CROSS_PX = 20
_LEAST_SPAN = 0.1
# Longer ones do not fit into the axis.
_SHORT_FROM = 1e7


@dataclass(frozen=True, slots=True)
class Stretch:
    """Say of which bars values are painted: of those from ``first`` to ``last`` in sight.

    ``group`` bars share a column, of ``count`` there are in all, and ``room`` fit right of the
    last one. A line that is drawn ahead or back has other bars in sight than the candles.
    """

    first: int
    last: int
    group: int
    count: int
    room: int
    times_ms: IntColumn

    def ends(self, shift: int) -> IntColumn:
        """Return the last bar of each column that is in sight when drawn ahead by some bars."""
        start = max(0, (self.first - shift) // self.group * self.group)
        stop = min(self.count, self.last + self.room - shift)
        starts: IntColumn = np.arange(start, max(start, stop), self.group)
        return np.minimum(starts + self.group, self.count) - 1

    def closed(self, shift: int) -> IntColumn:
        """Return those whose values stand still."""
        ends = self.ends(shift)
        return ends[:-1] if len(ends) and ends[-1] == self.count - 1 else ends

    def moving(self, shift: int) -> list[int]:
        """Return the one that moves with a tick after the one before it."""
        start = max(0, (self.first - shift) // self.group * self.group)
        stop = min(self.count, self.last + self.room - shift)
        newest = (self.count - 1) // self.group * self.group
        if not start <= newest < stop:
            return []
        return [newest - 1, self.count - 1] if newest > start else [self.count - 1]

    def days(self, ends: IntColumn | list[int]) -> IntColumn:
        """Return the UTC day of each column."""
        return self.times_ms[ends] // DAY_MS

    def place(self, end: int, shift: int) -> float:
        """Return the place of a column in bars."""
        return end // self.group * self.group + (self.group - 1) / 2 + shift

    def index(self, ends: IntColumn, shift: int) -> FloatColumn:
        """Return the places of columns in bars."""
        starts = ends // self.group * self.group
        return np.asarray(starts + (self.group - 1) / 2 + shift, np.float64)


@dataclass(frozen=True, slots=True)
class Pane:
    """Hold an indicator's own plot: where it is, and how its values are placed."""

    study: Study
    place: QRect
    scale: PriceScale

    def text(self, value: float) -> str:
        """Write a value with as many decimals as its range needs, a large one in short."""
        if max(abs(self.scale.high), abs(self.scale.low)) >= _SHORT_FROM:
            return compact_text(Decimal(repr(float(value))))
        span = max(self.scale.high - self.scale.low, 1e-12)
        decimals = 2 - math.floor(math.log10(span / 10))
        return decimal_text(Decimal(repr(float(value))), min(max(decimals, 0), 8))

    @property
    def close_box(self) -> QRect:
        """Return where the cross is that takes the pane away."""
        return QRect(self.place.right() - _CROSS_PX - 2, self.place.top() + 3, _CROSS_PX, _CROSS_PX)

    def value_at(self, y: float) -> float:
        """Return the value at a height of the chart."""
        return self.scale.price(y - self.place.top())


def make_pane(study: Study, place: QRect, stretch: Stretch) -> Pane:
    """Return the pane of an indicator, fitted to what is in sight."""
    scale = PriceScale(height=place.height())
    shown = [
        line[stretch.ends(shift)] for line, shift in zip(study.lines, study.shifts, strict=False)
    ]
    values = np.concatenate([*shown, study.kind.levels])
    finite = values[np.isfinite(values)]
    if len(finite):
        low, high = _steady(float(finite.min()), float(finite.max()))
        least = max(abs(high), abs(low)) * 1e-6 or _LEAST_SPAN
        scale.fit(low, high, min(_HEAD_PX, place.height() / 4), _MARGIN_PX, least)
    return Pane(study, place, scale)


def _steady(low: float, high: float) -> tuple[float, float]:
    # Round ends do not move with every tick, so that the kept picture of a pane can stay.
    step = 10.0 ** math.floor(math.log10(high - low or _LEAST_SPAN)) / 2
    return math.floor(low / step) * step, math.ceil(high / step) * step


def pane_heights(studies: Sequence[Study], height: int) -> list[int]:
    """Return how high each pane is: as chosen, less where the bars would lose their room."""
    usual = _USUAL_PANE_PX[min(len(studies), len(_USUAL_PANE_PX)) - 1]
    wanted = [study.choice.height or usual for study in studies]
    room = int(height * _MOST_PANES_SHARE)
    whole = sum(wanted)
    if whole <= room:
        return wanted
    least = min(LEAST_PANE_PX, room // max(1, len(wanted)))
    return [max(least, each * room // whole) for each in wanted]


def moved_separator(heights: Sequence[int], number: int, distance: int) -> list[int]:
    """Return the heights of panes after the upper edge of one was dragged down by a distance.

    What the pane loses goes to the one above it, of the first one to the bars.
    """
    moved = [*heights]
    most = moved[number] - LEAST_PANE_PX
    if number == 0:
        moved[0] -= min(distance, most)
        return moved
    distance = max(min(distance, most), LEAST_PANE_PX - moved[number - 1])
    moved[number - 1] += distance
    moved[number] -= distance
    return moved
