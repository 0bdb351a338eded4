"""Indicators that the library does not have, over whole columns.

Each returns NaN where it is not defined yet.
"""

from __future__ import annotations

import numpy as np
import talib

from terminal_app.gui.chart.indicators.values import Bars
from terminal_app.gui.chart.series import FloatColumn, IntColumn

_DAY_MS = 86_400_000
_PIVOT_LINES = 5


def vwap_of_day(bars: Bars) -> FloatColumn:
    """Return the average price of each UTC day so far, weighted by volume."""
    typical = (bars.high + bars.low + bars.close) / 3
    first = _first_of_day(bars.open_time_ms)
    money, volume = np.cumsum(typical * bars.volume), np.cumsum(bars.volume)
    money -= money[first] - (typical * bars.volume)[first]
    volume -= volume[first] - bars.volume[first]
    average: FloatColumn = np.full(len(bars), np.nan)
    np.divide(money, volume, out=average, where=volume > 0)
    return average


def keltner(
    bars: Bars, length: int, ranges: int, distance: float
) -> tuple[FloatColumn, FloatColumn, FloatColumn]:
    """Return an exponential average and a band of average true ranges around it."""
    middle = talib.EMA(bars.close, length)
    width = talib.ATR(bars.high, bars.low, bars.close, ranges) * distance
    return middle + width, middle, middle - width


def donchian(bars: Bars, length: int) -> tuple[FloatColumn, FloatColumn, FloatColumn]:
    """Return the highest high, the middle, and the lowest low of the last bars."""
    upper, lower = talib.MAX(bars.high, length), talib.MIN(bars.low, length)
    return upper, (upper + lower) / 2, lower


def ichimoku(bars: Bars, turn: int, base: int, lead: int) -> tuple[FloatColumn, ...]:
    """Return the conversion and the base line, both leading spans, and the lagging close.

    The spans are those that were drawn ahead by ``base`` bars, the close stands ``base`` bars back.
    """
    conversion, middle = donchian(bars, turn)[1], donchian(bars, base)[1]
    first = _shifted((conversion + middle) / 2, base)
    second = _shifted(donchian(bars, lead)[1], base)
    return conversion, middle, first, second, _shifted(bars.close, -base)


def supertrend(bars: Bars, length: int, distance: float) -> tuple[FloatColumn, FloatColumn]:
    """Return the line under a rising and the line over a falling market."""
    middle = (bars.high + bars.low) / 2
    width = talib.ATR(bars.high, bars.low, bars.close, length) * distance
    under, over = np.full(len(bars), np.nan), np.full(len(bars), np.nan)
    floor = ceiling = np.nan
    is_rising, before = True, np.nan
    lows, highs = (middle - width).tolist(), (middle + width).tolist()
    for index, (low, high, close) in enumerate(zip(lows, highs, bars.close.tolist(), strict=True)):
        if low != low:
            before = close
            continue
        floor = low if not before >= floor else max(low, floor)
        ceiling = high if not before <= ceiling else min(high, ceiling)
        is_rising = close >= floor if is_rising else close > ceiling
        under[index] = floor if is_rising else np.nan
        over[index] = np.nan if is_rising else ceiling
        before = close
    return under, over


def pivots(bars: Bars) -> tuple[FloatColumn, ...]:
    """Return R2, R1, P, S1, S2 of the UTC day before each bar."""
    lines = np.full((_PIVOT_LINES, len(bars)), np.nan)
    starts = np.flatnonzero(np.diff(bars.open_time_ms // _DAY_MS, prepend=-1))
    if len(starts) < 2:
        return tuple(lines)
    high = np.maximum.reduceat(bars.high, starts)[:-1]
    low = np.minimum.reduceat(bars.low, starts)[:-1]
    close = bars.close[starts[1:] - 1]
    pivot, span = (high + low + close) / 3, high - low
    levels = (pivot + span, 2 * pivot - low, pivot, 2 * pivot - high, pivot - span)
    lengths = np.diff(starts[1:], append=len(bars))
    for line, level in zip(lines, levels, strict=True):
        line[starts[1] :] = np.repeat(level, lengths)
    return tuple(lines)


def _first_of_day(times_ms: IntColumn) -> IntColumn:
    days = times_ms // _DAY_MS
    return np.searchsorted(days, days)


def _shifted(values: FloatColumn, bars: int) -> FloatColumn:
    moved = np.full(len(values), np.nan)
    if abs(bars) >= len(values):
        return moved
    if bars >= 0:
        moved[bars:] = values[: len(values) - bars]
    else:
        moved[:bars] = values[-bars:]
    return moved
