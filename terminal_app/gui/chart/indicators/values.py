"""What an indicator is: its numbers, its lines, and the columns it is calculated of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto

from terminal_app.gui.chart.series import CandleSeries, FloatColumn, IntColumn

Settings = tuple[float, ...]


class Place(Enum):
    """Name where an indicator is drawn."""

    PRICE = auto()
    PANE = auto()


@dataclass(frozen=True, slots=True)
class Bars:
    """Hold the columns of some bars, oldest first."""

    open_time_ms: IntColumn
    open: FloatColumn
    high: FloatColumn
    low: FloatColumn
    close: FloatColumn
    volume: FloatColumn
    bought: FloatColumn

    @classmethod
    def of(cls, series: CandleSeries, start: int = 0) -> Bars:
        """Return the bars of a series from one on."""
        return cls(
            series.open_time_ms[start:],
            series.open[start:],
            series.high[start:],
            series.low[start:],
            series.close[start:],
            series.volume[start:],
            series.bought[start:],
        )

    def __len__(self) -> int:
        return len(self.close)


@dataclass(frozen=True, slots=True)
class Setting:
    """Name a number that a person may choose."""

    name: str
    usual: float
    least: float = 1
    most: float = 1000


@dataclass(frozen=True, slots=True)
class IndicatorKind:
    """Say what an indicator is.

    ``calculate`` gives one column a line, NaN where it is not defined. Its last values must not
    depend on bars further back than ``reach`` of the settings, so that a tick needs no more; it
    moves the values of ``behind`` earlier bars, too.
    ``levels`` are heights that a pane marks; a line named in ``columns`` is drawn as columns.
    """

    key: str
    title: str
    place: Place
    settings: tuple[Setting, ...]
    lines: tuple[str, ...]
    calculate: Callable[[Bars, Settings], tuple[FloatColumn, ...]]
    reach: Callable[[Settings], int]
    behind: Callable[[Settings], int] = lambda _: 0
    levels: tuple[float, ...] = ()
    columns: frozenset[str] = frozenset()

    @property
    def usual(self) -> Settings:
        """Return the settings nobody chose."""
        return tuple(setting.usual for setting in self.settings)
