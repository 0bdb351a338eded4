"""Keep a frame over ticks: as long as only the last column moves, all else is as it was."""

from __future__ import annotations

import math
from dataclasses import dataclass

from terminal_app.domain.instrument import Instrument
from terminal_app.gui.chart.candles import Columns
from terminal_app.gui.chart.frame import Frame, FrameMaker
from terminal_app.gui.chart.look import ChartStyle
from terminal_app.gui.chart.series import FloatColumn
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
        if kept is not None and kept.made_of == self._made_of(kept.frame):
            frame = kept.frame
            now = (frame.theme, frame.instrument, frame.width, frame.height, frame.ratio)
            if now == (theme, instrument, width, height, ratio) and self._holds(kept):
                return frame
        frame = super().make(theme, instrument, width, height, ratio)
        self._kept = _Kept(frame, self._made_of(frame), _reach_of(frame.shown))
        return frame

    def _made_of(self, frame: Frame) -> tuple[object, ...]:
        price, time = self.price, self.time
        largest = math.ceil(frame.series.close[-1])
        return (
            *(frame.series.revision, self.bar_ms, self.style, self.zone, self.studies.key),
            *(time.spacing, time.margin, price.low, price.high, price.is_auto, price.mode),
            self._axis_width(largest, frame.instrument.price_decimals),
        )

    def _holds(self, kept: _Kept) -> bool:
        frame = kept.frame
        if frame.style not in _PLAIN or self.compared or not len(frame.shown):
            return False
        self.studies.follow(frame.first, frame.last)
        if frame.last < frame.count:
            return True
        _renew_last_column(frame)
        return kept.reach.holds(frame) and _panes_hold(frame)


@dataclass(frozen=True, slots=True)
class _Kept:
    """Hold a frame, what it was made of, and how far its columns reach."""

    frame: Frame
    made_of: tuple[object, ...]
    reach: _Reach


@dataclass(frozen=True, slots=True)
class _Reach:
    """Hold the extremes of all columns, and of all but the last."""

    low: float
    high: float
    closed_low: float
    closed_high: float

    def holds(self, frame: Frame) -> bool:
        """Say whether the extremes are what they were: scale and marks depend on them."""
        shown = frame.shown
        return (
            min(self.closed_low, float(shown.low[-1])) == self.low
            and max(self.closed_high, float(shown.high[-1])) == self.high
            and float(shown.volume[-1]) <= frame.most_volume
        )


def _reach_of(shown: Columns) -> _Reach:
    def ends(lows: FloatColumn, highs: FloatColumn) -> tuple[float, float]:
        return float(lows.min(initial=math.inf)), float(highs.max(initial=-math.inf))

    return _Reach(*ends(shown.low, shown.high), *ends(shown.low[:-1], shown.high[:-1]))


def _panes_hold(frame: Frame) -> bool:
    """Say whether the last values lie within what the panes show."""
    return all(
        value != value or pane.scale.low <= value <= pane.scale.high
        for pane in frame.panes
        for value in (float(line[-1]) for line in pane.study.lines if len(line))
    )


def _renew_last_column(frame: Frame) -> None:
    shown, series = frame.shown, frame.series
    if shown.group == 1:
        # These are views of the series.
        return
    start = (frame.count - 1) // shown.group * shown.group
    shown.high[-1] = series.high[start:].max()
    shown.low[-1] = series.low[start:].min()
    shown.close[-1] = series.close[-1]
    volumes = series.volume[start:]
    whole, most = float(volumes.sum()), float(volumes.max())
    shown.volume[-1] = most
    shown.bought[-1] = most * (float(series.bought[start:].sum()) / whole) if whole > 0 else 0.0
