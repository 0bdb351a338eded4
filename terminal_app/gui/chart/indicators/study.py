"""One indicator on one series: calculated whole once, then only its last value."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from terminal_app.gui.chart.indicators.choice import StudyChoice
from terminal_app.gui.chart.indicators.profile import RunningProfile
from terminal_app.gui.chart.indicators.values import (
    NO_STATISTIC,
    Bars,
    IndicatorKind,
    Place,
    Statistic,
    Values,
)
from terminal_app.gui.chart.series import CandleSeries, FloatColumn

# So many bars at once are calculated whole: that is faster then.
_MOST_STEPS = 200
_SPARE_BARS = 1024


class Study:
    """Keep the lines of an indicator equal to what it gives for the whole series."""

    def __init__(self, choice: StudyChoice) -> None:
        self.choice = choice
        self.statistic: Statistic = NO_STATISTIC
        self.profile = RunningProfile()
        # What the kind remembers stands behind its lines.
        self._columns: list[FloatColumn] = []
        self._count = 0

    @property
    def kind(self) -> IndicatorKind:
        """Return which indicator it is."""
        return self.choice.kind

    @property
    def lines(self) -> tuple[FloatColumn, ...]:
        """Return the values of each line, one a bar."""
        return tuple(column[: self._count] for column in self._columns[: len(self.kind.lines)])

    @property
    def last(self) -> list[float]:
        """Return the last value of each line; there must be one."""
        at = self._count - 1
        return [float(column[at]) for column in self._columns[: len(self.kind.lines)]]

    @property
    def shifts(self) -> tuple[int, ...]:
        """Return by how many bars each line is drawn ahead."""
        return self.kind.shifts(self.choice.numbers) or (0,) * len(self.kind.lines)

    def forget(self) -> None:
        """Have everything calculated anew, for bars changed that are not the last ones."""
        self._columns, self._count = [], 0
        self.profile.forget()

    def follow(self, series: CandleSeries, first: int = 0, last: int = 0) -> None:
        """Calculate the last value anew and that of each bar that came; all of it if need be.

        A profile is of the bars in sight alone, from ``first`` up to ``last``.
        """
        if self.kind.place is Place.PROFILE:
            self.profile.follow(Bars.of(series), first, last, int(self.choice.numbers[0]))
            return
        bars = replace(
            Bars.of(series),
            source=self.choice.source,
            anchor_ms=self.choice.anchor_ms,
            statistic=self.statistic,
        )
        count, known = len(series), self._count
        if not self._columns or not known <= count <= known + _MOST_STEPS:
            self._calculate(bars)
            return
        self._reserve(count)
        for at in range(max(known - 1, 0), count):
            for column, value in zip(self._columns, self._value_at(bars, at), strict=True):
                column[at] = value
        self._count = count

    def _calculate(self, bars: Bars) -> None:
        if len(bars):
            self._columns = list(self.kind.whole(bars, self.choice.numbers))
        else:
            self._columns = []
        self._count = len(bars)

    def _value_at(self, bars: Bars, at: int) -> Values:
        kind, numbers = self.kind, self.choice.numbers
        run_up = kind.run_up(numbers)
        if kind.step is not None and at >= run_up:
            before = tuple(float(column[at - 1]) for column in self._columns)
            return kind.step(bars.part(at - 1, at + 1), numbers, before)
        start = 0 if kind.step is not None else max(0, at - run_up)
        columns = kind.whole(bars.part(start, at + 1), numbers)
        return tuple(float(column[-1]) for column in columns)

    def _reserve(self, count: int) -> None:
        if self._columns and len(self._columns[0]) < count:
            room = count - len(self._columns[0]) + _SPARE_BARS
            self._columns = [np.append(column, np.empty(room)) for column in self._columns]
