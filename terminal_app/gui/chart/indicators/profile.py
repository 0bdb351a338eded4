"""How much was traded at each price, of some bars."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from terminal_app.gui.chart.indicators.values import Bars
from terminal_app.gui.chart.series import FloatColumn, IntColumn

VALUE_SHARE = 0.7
# How far a market that stands still is shown to reach.
_FLAT_SHARE = 0.001


@dataclass(frozen=True, slots=True)
class VolumeProfile:
    """Hold bought and sold volume between each two of ``edges``, lowest first.

    ``control`` is the row with most volume; from ``value_first`` to ``value_last`` lie 70 % of it.
    """

    edges: FloatColumn
    bought: FloatColumn
    sold: FloatColumn
    control: int
    value_first: int
    value_last: int

    @property
    def volume(self) -> FloatColumn:
        """Return all volume of each row."""
        return self.bought + self.sold

    @property
    def point_of_control(self) -> float:
        """Return the middle of the row with most volume."""
        return float(self.edges[self.control] + self.edges[self.control + 1]) / 2

    @property
    def value_area(self) -> tuple[float, float]:
        """Return the lower and the upper price of the rows that hold 70 % of the volume."""
        return float(self.edges[self.value_first]), float(self.edges[self.value_last + 1])

    def holds(self, bars: Bars) -> bool:
        """Say whether bars lie within the rows."""
        return bool(bars.low.min() >= self.edges[0] and bars.high.max() <= self.edges[-1])


class RunningProfile:
    """Keep the profile of the bars in sight; a tick adds the last bar to that of the others."""

    def __init__(self) -> None:
        self.now: VolumeProfile | None = None
        self._closed: VolumeProfile | None = None
        self._key: tuple[int, ...] = ()

    def forget(self) -> None:
        """Gather everything anew, for bars changed that are not the last one."""
        self._key = ()

    def follow(self, bars: Bars, first: int, last: int, rows: int) -> None:
        """Take the bars from one up to another."""
        if last <= first:
            self.now = None
            return
        key = (len(bars), first, last, rows)
        closed = self._closed if key == self._key else None
        newest = bars.part(last - 1, last)
        if closed is None or last < len(bars) or not closed.holds(newest):
            self._key = key
            shown = bars.part(first, last)
            self.now = volume_profile(shown, rows)
            self._closed = None
            if self.now is not None:
                self._closed = _profile(shown.part(0, len(shown) - 1), self.now.edges)
            return
        self.now = _profile(newest, closed.edges, closed)


def volume_profile(bars: Bars, rows: int) -> VolumeProfile | None:
    """Return the profile of some bars, None where nothing was traded.

    Of a bar is known how far it went and not where in it was traded: its volume is spread evenly.
    """
    if not len(bars) or not bars.volume.any():
        return None
    low, high = float(bars.low.min()), float(bars.high.max())
    if high <= low:
        low, high = low * (1 - _FLAT_SHARE), high * (1 + _FLAT_SHARE)
    return _profile(bars, np.linspace(low, high, rows + 1))


def _profile(bars: Bars, edges: FloatColumn, others: VolumeProfile | None = None) -> VolumeProfile:
    bought = _spread(bars.low, bars.high, bars.bought, edges)
    sold = _spread(bars.low, bars.high, bars.volume - bars.bought, edges)
    if others is not None:
        bought, sold = bought + others.bought, sold + others.sold
    control = int((bought + sold).argmax())
    first, last = _value_rows(bought + sold, control)
    return VolumeProfile(edges, bought, sold, control, first, last)


def _spread(
    low: FloatColumn, high: FloatColumn, volume: FloatColumn, edges: FloatColumn
) -> FloatColumn:
    """Return how much of the volume of evenly filled ranges lies between each two edges."""
    rows, step = len(edges) - 1, float(edges[1] - edges[0])
    first, last = (_row_of(prices, edges, step) for prices in (low, high))
    is_inside = first == last
    made = np.bincount(first[is_inside], volume[is_inside], rows).astype(np.float64)
    first, last = first[~is_inside], last[~is_inside]
    low, high, volume = low[~is_inside], high[~is_inside], volume[~is_inside]
    density = volume / (high - low)
    made += np.bincount(first, density * (edges[first + 1] - low), rows)
    made += np.bincount(last, density * (high - edges[last]), rows)
    # The rows between are filled whole: what begins in one and has ended in another is summed up.
    begun = np.bincount(first + 1, density, rows + 1) - np.bincount(last, density, rows + 1)
    filled: FloatColumn = made + np.maximum(np.cumsum(begun)[:rows], 0) * step
    return filled


def _row_of(prices: FloatColumn, edges: FloatColumn, step: float) -> IntColumn:
    rows: IntColumn = np.clip((prices - edges[0]) / step, 0, len(edges) - 2).astype(np.int64)
    return rows


def _value_rows(volume: FloatColumn, control: int) -> tuple[int, int]:
    """Grow from the row with most volume to its fuller neighbour until 70 % are inside."""
    levels, wanted = volume.tolist(), float(volume.sum()) * VALUE_SHARE
    first = last = control
    held = levels[control]
    while held < wanted and (first > 0 or last < len(levels) - 1):
        below = levels[first - 1] if first > 0 else -1.0
        above = levels[last + 1] if last < len(levels) - 1 else -1.0
        if above >= below:
            last, held = last + 1, held + above
        else:
            first, held = first - 1, held + below
    return first, last
