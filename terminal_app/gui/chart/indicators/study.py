"""One indicator on one series: calculated whole once, then only where bars moved."""

from __future__ import annotations

import numpy as np

from terminal_app.gui.chart.indicators.values import Bars, IndicatorKind, Settings
from terminal_app.gui.chart.series import CandleSeries, FloatColumn


class Study:
    """Keep the lines of an indicator equal to what it gives for the whole series."""

    def __init__(self, kind: IndicatorKind, settings: Settings | None = None) -> None:
        self.kind = kind
        self.settings = settings if settings is not None else kind.usual
        self.lines: tuple[FloatColumn, ...] = tuple(np.empty(0) for _ in kind.lines)
        self._room: list[FloatColumn] = [np.empty(0) for _ in kind.lines]

    @property
    def title(self) -> str:
        """Return its name with the numbers that were chosen."""
        numbers = " ".join(f"{setting:g}" for setting in self.settings)
        return f"{self.kind.lines[0] if len(self.kind.lines) == 1 else self.kind.title} {numbers}"

    def calculate(self, series: CandleSeries) -> None:
        """Calculate every bar anew."""
        if not len(series):
            self._room = [np.empty(0) for _ in self.kind.lines]
        else:
            self._room = list(self.kind.calculate(Bars.of(series), self.settings))
        self.lines = tuple(self._room)

    def follow(self, series: CandleSeries) -> None:
        """Calculate the last bars anew: those that move, and what they move."""
        count, known = len(series), len(self.lines[0])
        if not known or not known <= count <= known + 1:
            self.calculate(series)
            return
        moved = 2 + self.kind.behind(self.settings)
        start = max(0, count - self.kind.reach(self.settings) - moved)
        fresh = self.kind.calculate(Bars.of(series, start), self.settings)
        for number, line in enumerate(fresh):
            if len(self._room[number]) < count:
                room = np.empty(count + 1024)
                room[:known] = self.lines[number]
                self._room[number] = room
            self._room[number][max(0, count - moved) : count] = line[-moved:]
        self.lines = tuple(room[:count] for room in self._room)
