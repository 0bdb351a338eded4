"""Keep a frame over ticks: as long as only the last column moves, all else is as it was."""

from __future__ import annotations

import math
from typing import NamedTuple

from terminal_app.domain.instrument import Instrument
from terminal_app.gui.chart.candles import Columns
from terminal_app.gui.chart.frame import Frame, FrameMaker
from terminal_app.gui.chart.look import ChartStyle
from terminal_app.gui.chart.series import Bar, FloatColumn
from terminal_app.gui.theme import Theme

# Of these a tick moves the last column alone; lines mark their highest and lowest close.
_PLAIN = frozenset({ChartStyle.CANDLES, ChartStyle.BARS})


class TickFrameMaker(FrameMaker):
    """Make frames, and give the last one again while ticks move no more than its last column."""

    _kept: _Kept | None = None

    def make(
        self, theme: Theme, instrument: Instrument, width: int, height: int, ratio: float
    ) -> Frame:
        """Return the frame of now; the series must have a bar."""
        kept = self._kept
        if kept is not None:
            frame = kept.frame
            now = theme, instrument, width, height, ratio, *self._made_of(frame)
            if now == kept.made_of and self._holds(kept):
                return frame
        frame = super().make(theme, instrument, width, height, ratio)
        made_of = theme, instrument, width, height, ratio, *self._made_of(frame)
        self._kept = _Kept(frame, made_of, _reach_of(frame.shown), _closed_part(frame))
        return frame

    def _made_of(self, frame: Frame) -> tuple[object, ...]:
        price, time = self.price, self.time
        return (
            *(frame.series.revision, self.bar_ms, self.style, self.zone, self.studies.revision),
            *(time.spacing, time.margin, price.low, price.high, price.is_auto, price.mode),
            self._axis_width(frame.decimals),
        )

    def _holds(self, kept: _Kept) -> bool:
        frame = kept.frame
        if frame.style not in _PLAIN or self.compared or not len(frame.shown):
            return False
        self.studies.follow(frame.first, frame.last)
        if frame.last < frame.count:
            return True
        column = _last_column(kept)
        return kept.reach.holds(column, frame.most_volume) and _panes_hold(frame)


class _Part(NamedTuple):
    """Hold what the closed bars of the last column come to; ``most`` is the most volume of one."""

    high: float
    low: float
    volume: float
    bought: float
    most: float


class _Reach(NamedTuple):
    """Hold the extremes of all columns, and of all but the last."""

    low: float
    high: float
    closed_low: float
    closed_high: float

    def holds(self, column: Bar, most_volume: float) -> bool:
        """Say whether the extremes are what they were: scale and marks depend on them."""
        return (
            min(self.closed_low, column.low) == self.low
            and max(self.closed_high, column.high) == self.high
            and column.volume <= most_volume
        )


class _Kept(NamedTuple):
    """Hold a frame, what it was made of, how far its columns reach, and part of the last one."""

    frame: Frame
    made_of: tuple[object, ...]
    reach: _Reach
    part: _Part


def _reach_of(shown: Columns) -> _Reach:
    def ends(lows: FloatColumn, highs: FloatColumn) -> tuple[float, float]:
        return float(lows.min(initial=math.inf)), float(highs.max(initial=-math.inf))

    return _Reach(*ends(shown.low, shown.high), *ends(shown.low[:-1], shown.high[:-1]))


def _closed_part(frame: Frame) -> _Part:
    series, last = frame.series, frame.count - 1
    closed = slice(last // frame.shown.group * frame.shown.group, last)
    volume = series.volume[closed]
    return _Part(
        float(series.high[closed].max(initial=-math.inf)),
        float(series.low[closed].min(initial=math.inf)),
        float(volume.sum()),
        float(series.bought[closed].sum()),
        float(volume.max(initial=0.0)),
    )


def _panes_hold(frame: Frame) -> bool:
    """Say whether the last values lie within what the panes show."""
    for pane in frame.panes:
        low, high = pane.scale.low, pane.scale.high
        for value in pane.study.last:
            if value < low or value > high:
                return False
    return True


def _last_column(kept: _Kept) -> Bar:
    """Return the last column as it is now, and have the frame show it."""
    shown, bar = kept.frame.shown, kept.frame.series.last
    if shown.group == 1:
        # Columns are views of the series.
        return bar
    part = kept.part
    whole, most = part.volume + bar.volume, max(part.most, bar.volume)
    column = Bar(
        float(shown.open[-1]),
        max(part.high, bar.high),
        min(part.low, bar.low),
        bar.close,
        most,
        most * ((part.bought + bar.bought) / whole) if whole > 0 else 0.0,
    )
    shown.high[-1], shown.low[-1], shown.close[-1] = column.high, column.low, column.close
    shown.volume[-1], shown.bought[-1] = column.volume, column.bought
    return column
