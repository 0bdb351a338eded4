"""Indicators that swing in a pane of their own."""

from __future__ import annotations

import numpy as np
import talib

from terminal_app.gui.chart.indicators.averages import (
    average_range,
    next_exponential,
    next_range,
    true_ranges,
    wilder,
)
from terminal_app.gui.chart.indicators.values import Bars, Columns, Settings, Values
from terminal_app.gui.chart.series import FloatColumn

_UNMOVED = 50.0


def rsi(bars: Bars, settings: Settings) -> Columns:
    """Return Wilder's strength from 0 to 100, and his averages of rises and of falls.

    Prices that do not move are neither strong nor weak.
    """
    changes = np.diff(bars.values)
    rises, falls = (
        _after_first(wilder(np.maximum(moves, 0), int(settings[0])))
        for moves in (changes, -changes)
    )
    whole = rises + falls
    share: FloatColumn = np.where(np.isnan(whole), np.nan, _UNMOVED)
    np.divide(rises * 100, whole, out=share, where=whole > 0)
    return share, rises, falls


def rsi_step(bars: Bars, settings: Settings, before: Values) -> Values:
    """Return strength, rises and falls of the last of two bars."""
    length = settings[0]
    values = bars.values
    change = float(values[1] - values[0])
    rises = before[1] + (max(change, 0.0) - before[1]) / length
    falls = before[2] + (max(-change, 0.0) - before[2]) / length
    whole = rises + falls
    return 100 * rises / whole if whole > 0 else _UNMOVED, rises, falls


def macd(bars: Bars, settings: Settings) -> Columns:
    """Return two averages' difference, its average, the rest, and both averages."""
    values = bars.values
    fast, slow = talib.EMA(values, int(settings[0])), talib.EMA(values, int(settings[1]))
    line = fast - slow
    signal = talib.EMA(line, int(settings[2]))
    return line, signal, line - signal, fast, slow


def macd_step(bars: Bars, settings: Settings, before: Values) -> Values:
    """Return the same of the last of two bars."""
    value = float(bars.values[1])
    fast = next_exponential(value, settings[0], before[3])
    slow = next_exponential(value, settings[1], before[4])
    signal = next_exponential(fast - slow, settings[2], before[1])
    return fast - slow, signal, fast - slow - signal, fast, slow


def stochastic(bars: Bars, settings: Settings) -> Columns:
    """Return where closes lie between the extremes, smoothed, and the mean of that.

    Where nothing moved they lie in the middle.
    """
    length, smooth, signal = (int(setting) for setting in settings)
    high, low = talib.MAX(bars.high, length), talib.MIN(bars.low, length)
    span = high - low
    place: FloatColumn = np.where(np.isnan(span), np.nan, _UNMOVED)
    np.divide((bars.close - low) * 100, span, out=place, where=span > 0)
    slowed = _mean(place, smooth)
    return slowed, _mean(slowed, signal)


def atr(bars: Bars, settings: Settings) -> Columns:
    """Return the average true range."""
    return (average_range(bars, int(settings[0])),)


def atr_step(bars: Bars, settings: Settings, before: Values) -> Values:
    """Return the average true range of the last of two bars."""
    return (next_range(bars, int(settings[0]), before[0]),)


def adx(bars: Bars, settings: Settings) -> Columns:
    """Return Wilder's directional index, both directions, and the averages they are made of."""
    length = int(settings[0])
    up, down = _moves(bars)
    ups, downs, ranges = (
        _after_first(wilder(moves, length)) for moves in (up, down, true_ranges(bars))
    )
    plus, minus, strength = _directions(ups, downs, ranges)
    index: FloatColumn = np.full(len(bars), np.nan)
    index[length:] = wilder(strength[length:], length)
    return index, plus, minus, ups, downs, ranges


def adx_step(bars: Bars, settings: Settings, before: Values) -> Values:
    """Return the same of the last of two bars."""
    length = settings[0]
    up, down = _moves(bars)
    news = (float(up[0]), float(down[0]), float(true_ranges(bars)[0]))
    averages = [old + (new - old) / length for old, new in zip(before[3:], news, strict=True)]
    plus, minus, strength = _directions(*(np.array([average]) for average in averages))
    index = before[0] + (float(strength[0]) - before[0]) / length
    return index, float(plus[0]), float(minus[0]), *averages


def cci(bars: Bars, settings: Settings) -> Columns:
    """Return how many mean deviations typical prices lie from their mean."""
    return (talib.CCI(bars.high, bars.low, bars.close, int(settings[0])),)


def _mean(values: FloatColumn, length: int) -> FloatColumn:
    return values if length == 1 else talib.SMA(values, length)


def _after_first(values: FloatColumn) -> FloatColumn:
    return np.concatenate(([np.nan], values))


def _moves(bars: Bars) -> tuple[FloatColumn, FloatColumn]:
    up, down = np.diff(bars.high), -np.diff(bars.low)
    return np.where((up > down) & (up > 0), up, 0.0), np.where((down > up) & (down > 0), down, 0.0)


def _directions(
    ups: FloatColumn, downs: FloatColumn, ranges: FloatColumn
) -> tuple[FloatColumn, FloatColumn, FloatColumn]:
    plus, minus = (_share(moves, ranges) for moves in (ups, downs))
    return plus, minus, _share(np.abs(plus - minus), plus + minus)


def _share(part: FloatColumn, whole: FloatColumn) -> FloatColumn:
    share: FloatColumn = np.where(np.isnan(whole), np.nan, 0.0)
    np.divide(part * 100, whole, out=share, where=whole > 0)
    return share
