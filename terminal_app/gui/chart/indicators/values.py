"""What an indicator is: its numbers, its lines, and the columns it is calculated of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum, StrEnum, auto
from operator import attrgetter

import numpy as np

from terminal_app.domain.contract_statistics import StatisticKind
from terminal_app.gui.chart.series import Bar, CandleSeries, FloatColumn, IntColumn

Settings = tuple[float, ...]
Columns = tuple[FloatColumn, ...]
Values = tuple[float, ...]
# Gives the values of a bar that moves, of what it is now; the bars before are known already.
Live = Callable[[Bar], Values]


class Place(Enum):
    """Name where an indicator is drawn."""

    PRICE = auto()
    PANE = auto()
    PROFILE = auto()


class Source(StrEnum):
    """Name which price of a bar is calculated with."""

    CLOSE = "close"
    OPEN = "open"
    HIGH = "high"
    LOW = "low"
    HL2 = "hl2"
    HLC3 = "hlc3"
    OHLC4 = "ohlc4"

    @property
    def words(self) -> str:
        """Return its name for a menu."""
        return _SOURCE_WORDS.get(self, self.value.capitalize())


_PRICES: dict[Source, Callable[[Bar], float]] = {
    Source.CLOSE: attrgetter("close"),
    Source.OPEN: attrgetter("open"),
    Source.HIGH: attrgetter("high"),
    Source.LOW: attrgetter("low"),
    Source.HL2: lambda bar: (bar.high + bar.low) / 2,
    Source.HLC3: lambda bar: (bar.high + bar.low + bar.close) / 3,
    Source.OHLC4: lambda bar: (bar.open + bar.high + bar.low + bar.close) / 4,
}
_SOURCE_WORDS = {
    Source.HL2: "(High + low) / 2",
    Source.HLC3: "(High + low + close) / 3",
    Source.OHLC4: "(Open + high + low + close) / 4",
}


class Shape(Enum):
    """Name how the values of a line are drawn."""

    LINE = auto()
    DOTS = auto()
    STEPS = auto()
    LEVELS = auto()
    COLUMNS = auto()


class Need(Enum):
    """Name from when on bars are needed for the newest values to be whole."""

    NOTHING = auto()
    DAY = auto()
    DAY_BEFORE = auto()
    ANCHOR = auto()


@dataclass(frozen=True, slots=True)
class Statistic:
    """Hold what a venue tells of a contract beside its trades, oldest first."""

    times_ms: IntColumn
    values: FloatColumn

    def known_at(self, ends_ms: IntColumn) -> FloatColumn:
        """Return the newest value before each time, NaN where there is none."""
        index = np.searchsorted(self.times_ms, ends_ms) - 1
        known = np.full(len(ends_ms), np.nan)
        known[index >= 0] = self.values[index[index >= 0]]
        return known


NO_STATISTIC = Statistic(np.empty(0, np.int64), np.empty(0))
_FAR_MS = int(np.iinfo(np.int64).max)


@dataclass(frozen=True, slots=True)
class Bars:
    """Hold the columns of some bars, oldest first, and what else an indicator is calculated of."""

    open_time_ms: IntColumn
    open: FloatColumn
    high: FloatColumn
    low: FloatColumn
    close: FloatColumn
    volume: FloatColumn
    bought: FloatColumn
    source: Source = Source.CLOSE
    anchor_ms: int = 0
    statistic: Statistic = NO_STATISTIC
    end_ms: int = _FAR_MS

    @classmethod
    def of(cls, series: CandleSeries) -> Bars:
        """Return all bars of a series."""
        return cls(
            series.open_time_ms,
            series.open,
            series.high,
            series.low,
            series.close,
            series.volume,
            series.bought,
        )

    def __len__(self) -> int:
        return len(self.close)

    def part(self, start: int, end: int) -> Bars:
        """Return the bars from one up to another."""
        cut = slice(start, end)
        is_last = end >= len(self)
        return replace(
            self,
            open_time_ms=self.open_time_ms[cut],
            open=self.open[cut],
            high=self.high[cut],
            low=self.low[cut],
            close=self.close[cut],
            volume=self.volume[cut],
            bought=self.bought[cut],
            end_ms=self.end_ms if is_last else int(self.open_time_ms[end]),
        )

    @property
    def values(self) -> FloatColumn:
        """Return the price of each bar that the source names."""
        match self.source:
            case Source.OPEN:
                return self.open
            case Source.HIGH:
                return self.high
            case Source.LOW:
                return self.low
            case Source.HL2:
                return (self.high + self.low) / 2
            case Source.HLC3:
                return (self.high + self.low + self.close) / 3
            case Source.OHLC4:
                return (self.open + self.high + self.low + self.close) / 4
        return self.close

    @property
    def price(self) -> Callable[[Bar], float]:
        """Return what gives the price of a single bar that the source names."""
        return _PRICES[self.source]

    def bar(self, at: int) -> Bar:
        """Return one of the bars."""
        columns = self.open, self.high, self.low, self.close, self.volume, self.bought
        return Bar(*(float(column[at]) for column in columns))

    @property
    def ends_ms(self) -> IntColumn:
        """Return when each bar ends: where the next begins; the last of all goes on."""
        return np.append(self.open_time_ms[1:], self.end_ms)


@dataclass(frozen=True, slots=True)
class Setting:
    """Name a number that a person may choose."""

    name: str
    usual: float
    least: float = 1
    most: float = 1000
    is_whole: bool = True

    def nearest(self, value: float) -> float:
        """Return the legal value that is nearest to one."""
        near = min(max(value, self.least), self.most)
        return float(round(near)) if self.is_whole else near

    def problem(self, value: float) -> str:
        """Return the rule that a value breaks, empty if it breaks none."""
        if not self.least <= value <= self.most:
            return f"{self.name}: from {self.least:g} to {self.most:g}"
        if self.is_whole and value != round(value):
            return f"{self.name}: a whole number"
        return ""


@dataclass(frozen=True, slots=True)
class Line:
    """Name a line of an indicator and say how it is drawn.

    ``tint`` is the number of a colour among those of the indicator, or a role of the theme; "sides"
    has the one of buying above zero and the one of selling below.
    """

    name: str
    tint: int | str = 0
    shape: Shape = Shape.LINE


def _no_shifts(_settings: Settings) -> tuple[int, ...]:
    return ()


@dataclass(frozen=True, slots=True)
class IndicatorKind:
    """Say what an indicator is.

    ``whole`` gives one column a line for all bars, NaN where it is not defined, and after them the
    columns that it has to remember. ``live`` takes ``run_up`` bars, one more that moves, and what
    is remembered of the bar before it, and gives what calculates the last values by as little as
    can be. Before as many bars are there, everything is calculated.

    ``title`` is for a menu, ``name`` for the chart. ``shifts`` tells by how many bars each line is
    drawn ahead (none means none). ``levels`` are heights that a pane marks, ``band`` the numbers of
    two lines with a ground between them.
    """

    key: str
    title: str
    name: str
    place: Place
    settings: tuple[Setting, ...]
    lines: tuple[Line, ...]
    whole: Callable[[Bars, Settings], Columns]
    run_up: Callable[[Settings], int]
    live: Callable[[Bars, Settings, Values], Live]
    shifts: Callable[[Settings], tuple[int, ...]] = _no_shifts
    levels: tuple[float, ...] = ()
    band: tuple[int, int] | None = None
    has_source: bool = False
    need: Need = Need.NOTHING
    statistic: StatisticKind | None = None

    @property
    def usual(self) -> Settings:
        """Return the settings nobody chose."""
        return tuple(setting.usual for setting in self.settings)

    @property
    def has_anchor(self) -> bool:
        """Say whether a person chooses the bar it begins at."""
        return self.need is Need.ANCHOR
