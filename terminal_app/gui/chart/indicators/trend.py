"""Indicators that follow the way prices go, drawn over the bars."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import talib

from terminal_app.domain.market import DAY_MS
from terminal_app.gui.chart.indicators.averages import (
    average_range,
    closed_extremes,
    donchian,
    next_wilder,
    true_range,
)
from terminal_app.gui.chart.indicators.values import Bars, Columns, Live, Settings, Values
from terminal_app.gui.chart.series import Bar

_PIVOT_LINES = 5


def ichimoku(bars: Bars, settings: Settings) -> Columns:
    """Return the conversion and the base line, both leading spans, and the close that lags.

    All stand at the bar that they are of; the spans are drawn ahead, the close back.
    """
    turn, base, lead = settings
    conversion, middle = donchian(bars, (turn,))[1], donchian(bars, (base,))[1]
    return (
        conversion,
        middle,
        (conversion + middle) / 2,
        donchian(bars, (lead,))[1],
        bars.close.copy(),
    )


def ichimoku_live(bars: Bars, settings: Settings, _before: Values) -> Live:
    """Return what gives the same with the last of some bars as it is."""
    (high, low), (base_high, base_low), (lead_high, lead_low) = (
        closed_extremes(bars, int(length)) for length in settings
    )

    def live(bar: Bar) -> Values:
        conversion = (max(high, bar.high) + min(low, bar.low)) / 2
        base = (max(base_high, bar.high) + min(base_low, bar.low)) / 2
        lead = (max(lead_high, bar.high) + min(lead_low, bar.low)) / 2
        return conversion, base, (conversion + base) / 2, lead, bar.close

    return live


# The floor, the ceiling, and whether prices are over the floor.
_Trend = tuple[float, float, bool]


def _trends(trend: _Trend, rows: Iterable[tuple[float, ...]]) -> list[_Trend]:
    """Return the trend after each low and high band, close before, and close."""
    floor, ceiling, is_rising = trend
    made = []
    for low, high, before, close in rows:
        if not (before >= floor and floor > low):
            floor = low
        if not (before <= ceiling and ceiling < high):
            ceiling = high
        is_rising = close >= floor if is_rising else close > ceiling
        made.append((floor, ceiling, is_rising))
    return made


def supertrend(bars: Bars, settings: Settings) -> Columns:
    """Return the line under a rising and over a falling market, then range, both lines and side."""
    length, distance = int(settings[0]), settings[1]
    spread = average_range(bars, length)
    middle, width = (bars.high + bars.low) / 2, spread * distance
    unknown: _Trend = (np.nan, np.nan, True)
    columns = (middle - width, middle + width, np.roll(bars.close, 1), bars.close)
    rows = zip(*(column[length:].tolist() for column in columns), strict=True)
    trends = [unknown] * min(length, len(bars)) + _trends(unknown, rows)
    floor, ceiling, is_rising = np.array(trends, np.float64).T.copy()
    under, over = np.where(is_rising, floor, np.nan), np.where(is_rising, np.nan, ceiling)
    return under, over, spread, floor, ceiling, is_rising


def supertrend_live(bars: Bars, settings: Settings, before: Values) -> Live:
    """Return what gives the same with the last of some bars as it is."""
    length, distance = settings
    close, trend = float(bars.close[-2]), (before[3], before[4], bool(before[5]))

    def live(bar: Bar) -> Values:
        spread = next_wilder(true_range(bar, close), length, before[2])
        middle, width = (bar.high + bar.low) / 2, spread * distance
        row = (middle - width, middle + width, close, bar.close)
        ((floor, ceiling, is_rising),) = _trends(trend, [row])
        under, over = (floor, math.nan) if is_rising else (math.nan, ceiling)
        return under, over, spread, floor, ceiling, float(is_rising)

    return live


class _Sar(NamedTuple):
    """Hold Wilder's parabola: its next place, the extreme it runs to, its pace, and its side."""

    place: float
    extreme: float
    pace: float
    is_long: bool


class _Range(NamedTuple):
    low: float
    high: float


def sar(bars: Bars, settings: Settings) -> Columns:
    """Return Wilder's stop and reverse; of the newest bars also what its next place depends on."""
    made = np.full((5, len(bars)), np.nan)
    if len(bars) < 2:
        return tuple(made)
    made[0] = talib.SAR(bars.high, bars.low, *settings)
    # Where it turned, nothing of the time before counts any more.
    turns = np.flatnonzero(np.diff(made[0] <= bars.low)) + 1
    turns = turns[(turns > 1) & (turns < len(bars) - 1)]
    first = int(turns[-1]) if len(turns) else 1
    tail = bars.part(first - 1, len(bars))
    rows = [_Range(*row) for row in zip(tail.low.tolist(), tail.high.tolist(), strict=True)]
    state = _first_sar(rows[0], rows[1], settings[0])
    before = rows[1] if first == 1 else rows[0]
    if first > 1:
        value = float(made[0, first])
        is_long = value > rows[1].low
        state = _Sar(np.inf if is_long else -np.inf, value, settings[0], is_long)
    for index, now in enumerate(rows[1:], first):
        _, state = _moved_sar(state, before, now, settings)
        made[1:, index] = state
        before = now
    return tuple(made)


def sar_live(bars: Bars, settings: Settings, before: Values) -> Live:
    """Return what gives the same with the last of some bars as it is."""
    first = _Range(float(bars.low[-2]), float(bars.high[-2]))
    state = _Sar(before[1], before[2], before[3], bool(before[4]))

    def live(bar: Bar) -> Values:
        value, moved = _moved_sar(state, first, _Range(bar.low, bar.high), settings)
        return value, *moved

    return live


def _first_sar(first: _Range, second: _Range, pace: float) -> _Sar:
    fell, rose = first.low - second.low, second.high - first.high
    if fell > 0 and fell > rose:
        return _Sar(first.high, second.low, pace, is_long=False)
    return _Sar(first.low, second.high, pace, is_long=True)


def _moved_sar(state: _Sar, before: _Range, now: _Range, settings: Settings) -> tuple[float, _Sar]:
    """Return the stop of a bar, and where the next one begins; it never enters the last bars."""
    pace, most = settings
    if state.is_long:
        if now.low <= state.place:
            value = max(state.extreme, before.high, now.high)
            place = max(value + pace * (now.low - value), before.high, now.high)
            return value, _Sar(place, now.low, pace, is_long=False)
        extreme, step = state.extreme, state.pace
        if now.high > extreme:
            extreme, step = now.high, min(step + pace, most)
        place = min(state.place + step * (extreme - state.place), before.low, now.low)
        return state.place, _Sar(place, extreme, step, is_long=True)
    if now.high >= state.place:
        value = min(state.extreme, before.low, now.low)
        place = min(value + pace * (now.high - value), before.low, now.low)
        return value, _Sar(place, now.high, pace, is_long=True)
    extreme, step = state.extreme, state.pace
    if now.low < extreme:
        extreme, step = now.low, min(step + pace, most)
    place = max(state.place + step * (extreme - state.place), before.high, now.high)
    return state.place, _Sar(place, extreme, step, is_long=False)


def pivots(bars: Bars, _settings: Settings) -> Columns:
    """Return R2, R1, P, S1, S2 of the UTC day before each bar, then the day's high and low so far.

    A day whose beginning is not known gives no levels.
    """
    made = np.full((_PIVOT_LINES + 2, len(bars)), np.nan)
    days = bars.open_time_ms // DAY_MS
    starts = np.flatnonzero(np.diff(days, prepend=-1)).tolist()
    for start, end in zip(starts, [*starts[1:], len(bars)], strict=True):
        if start == 0 and bars.open_time_ms[0] % DAY_MS:
            continue
        made[5, start:end] = np.maximum.accumulate(bars.high[start:end])
        made[6, start:end] = np.minimum.accumulate(bars.low[start:end])
        if start:
            high, low = made[5:, start - 1].tolist()
            levels = _levels(high, low, float(bars.close[start - 1]))
            made[:_PIVOT_LINES, start:end] = np.array(levels)[:, np.newaxis]
    return tuple(made)


def pivots_live(bars: Bars, _settings: Settings, before: Values) -> Live:
    """Return what gives the same with the last of some bars as it is."""
    first, last = (bars.open_time_ms[-2:] // DAY_MS).tolist()
    day_high, day_low = before[5:]
    if first != last:
        levels = _levels(day_high, day_low, float(bars.close[-2]))
        return lambda bar: (*levels, bar.high, bar.low)
    levels = before[:5]
    # Where the day's beginning is not known, neither is its range.
    if day_high != day_high:
        return lambda _bar: (*levels, math.nan, math.nan)
    return lambda bar: (*levels, max(day_high, bar.high), min(day_low, bar.low))


def _levels(high: float, low: float, close: float) -> Values:
    pivot, span = (high + low + close) / 3, high - low
    return pivot + span, 2 * pivot - low, pivot, 2 * pivot - high, pivot - span
