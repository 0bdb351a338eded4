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
    Live,
    Place,
    Statistic,
    Values,
)
from terminal_app.gui.chart.series import CandleSeries, FloatColumn

# So many bars at once are calculated whole: that is faster then.
_MOST_STEPS = 200
_SPARE_BARS = 1024


class Study:
    """Keep the lines of an indicator equal to what it gives for the whole series.

    ``last`` are the last values of the lines, none while there is no bar.
    """

    last: Values = ()

    def __init__(self, choice: StudyChoice) -> None:
        self.choice = choice
        self.statistic: Statistic = NO_STATISTIC
        self.profile = RunningProfile()
        # What the kind remembers stands behind its lines.
        self._columns: list[FloatColumn] = []
        self._count = 0
        # Gives the last values, as long as there is no other bar and nothing else is told of it.
        self._live: Live | None = None
        self._live_count, self._told = 0, NO_STATISTIC

    @property
    def kind(self) -> IndicatorKind:
        """Return which indicator it is."""
        return self.choice.kind

    @property
    def lines(self) -> tuple[FloatColumn, ...]:
        """Return the values of each line, one a bar."""
        return tuple(column[: self._count] for column in self._columns[: len(self.kind.lines)])

    @property
    def shifts(self) -> tuple[int, ...]:
        """Return by how many bars each line is drawn ahead."""
        return self.kind.shifts(self.choice.numbers) or (0,) * len(self.kind.lines)

    def forget(self) -> None:
        """Have everything calculated anew, for bars changed that are not the last ones."""
        self._columns, self._count, self._live, self.last = [], 0, None, ()
        self.profile.forget()

    def follow(self, series: CandleSeries, first: int = 0, last: int = 0) -> None:
        """Calculate the last value anew and that of each bar that came; all of it if need be.

        A profile is of the bars in sight alone, from ``first`` up to ``last``.
        """
        if self.kind.place is Place.PROFILE:
            self.profile.follow(Bars.of(series), first, last, int(self.choice.numbers[0]))
            return
        count = len(series)
        if self._live is not None and self._live_count == count and self._told is self.statistic:
            self._put(count - 1, self._live(series.last))
            return
        bars = replace(
            Bars.of(series),
            source=self.choice.source,
            anchor_ms=self.choice.anchor_ms,
            statistic=self.statistic,
        )
        known = self._count
        if not self._columns or not known <= count <= known + _MOST_STEPS:
            self._calculate(bars)
            return
        self._reserve(count)
        for at in range(max(known - 1, 0), count):
            self._live = self._live_at(bars, at)
            if self._live is not None:
                self._put(at, self._live(bars.bar(at)))
                continue
            columns = self.kind.whole(bars.part(0, at + 1), self.choice.numbers)
            self._put(at, tuple(float(column[-1]) for column in columns))
        self._count = self._live_count = count
        self._told = self.statistic

    def _calculate(self, bars: Bars) -> None:
        if len(bars):
            self._columns = list(self.kind.whole(bars, self.choice.numbers))
        else:
            self._columns = []
        self._count, self._live = len(bars), None
        self.last = tuple(float(line[-1]) for line in self.lines)

    def _live_at(self, bars: Bars, at: int) -> Live | None:
        """Return what gives the values of a bar, None where too few are before it."""
        numbers = self.choice.numbers
        run_up = self.kind.run_up(numbers)
        if at < run_up:
            return None
        before = tuple(float(column[at - 1]) for column in self._columns)
        return self.kind.live(bars.part(at - run_up, at + 1), numbers, before)

    def _put(self, at: int, values: Values) -> None:
        for column, value in zip(self._columns, values, strict=True):
            column[at] = value
        self.last = values[: len(self.kind.lines)]

    def _reserve(self, count: int) -> None:
        if self._columns and len(self._columns[0]) < count:
            room = count - len(self._columns[0]) + _SPARE_BARS
            self._columns = [np.append(column, np.empty(room)) for column in self._columns]
