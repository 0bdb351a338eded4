"""Indicators that swing in a pane of their own."""

from __future__ import annotations

from bisect import bisect_left
from itertools import accumulate

import numpy as np
import talib

from terminal_app.gui.chart.indicators.averages import (
    average_range,
    closed_extremes,
    next_exponential,
    next_wilder,
    true_range,
    true_ranges,
    wilder,
)
from terminal_app.gui.chart.indicators.values import Bars, Columns, Live, Settings, Values
from terminal_app.gui.chart.series import Bar, FloatColumn

_UNMOVED = 50.0
# Lambert's constant: most values lie between -100 and 100.
_CCI_UNIT = 0.015


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


def rsi_live(bars: Bars, settings: Settings, before: Values) -> Live:
    """Return what gives strength, rises and falls with the last of some bars as it is."""
    length, price, value = settings[0], bars.price, float(bars.values[-2])

    def live(bar: Bar) -> Values:
        change = price(bar) - value
        rises = next_wilder(max(change, 0.0), length, before[1])
        falls = next_wilder(max(-change, 0.0), length, before[2])
        whole = rises + falls
        return 100 * rises / whole if whole > 0 else _UNMOVED, rises, falls

    return live


def macd(bars: Bars, settings: Settings) -> Columns:
    """Return two averages' difference, its average, the rest, and both averages."""
    values = bars.values
    fast, slow = talib.EMA(values, int(settings[0])), talib.EMA(values, int(settings[1]))
    line = fast - slow
    signal = talib.EMA(line, int(settings[2]))
    return line, signal, line - signal, fast, slow


def macd_live(bars: Bars, settings: Settings, before: Values) -> Live:
    """Return what gives the same with the last of some bars as it is."""
    price = bars.price

    def live(bar: Bar) -> Values:
        value = price(bar)
        fast = next_exponential(value, settings[0], before[3])
        slow = next_exponential(value, settings[1], before[4])
        signal = next_exponential(fast - slow, settings[2], before[1])
        return fast - slow, signal, fast - slow - signal, fast, slow

    return live


def stochastic(bars: Bars, settings: Settings) -> Columns:
    """Return where closes lie between the extremes, smoothed, and the mean of that.

    Where nothing moved they lie in the middle.
    """
    length, smooth, signal = (int(setting) for setting in settings)
    slowed = _mean(_places(bars, length), smooth)
    return slowed, _mean(slowed, signal)


def stochastic_live(bars: Bars, settings: Settings, _before: Values) -> Live:
    """Return what gives the same with the last of some bars as it is."""
    length, smooth, signal = (int(setting) for setting in settings)
    high, low = closed_extremes(bars, length)
    closed = bars.part(0, len(bars) - 1)
    places = _places(closed, length)
    raw = float(places[len(places) + 1 - smooth :].sum())
    slow = float(_mean(places, smooth)[len(places) + 1 - signal :].sum())

    def live(bar: Bar) -> Values:
        least = min(low, bar.low)
        span = max(high, bar.high) - least
        place = (bar.close - least) * 100 / span if span > 0 else _UNMOVED
        slowed = (raw + place) / smooth
        return slowed, (slow + slowed) / signal

    return live


def atr(bars: Bars, settings: Settings) -> Columns:
    """Return the average true range."""
    return (average_range(bars, int(settings[0])),)


def atr_live(bars: Bars, settings: Settings, before: Values) -> Live:
    """Return what gives the average true range with the last of some bars as it is."""
    length, close, average = settings[0], float(bars.close[-2]), before[0]
    return lambda bar: (next_wilder(true_range(bar, close), length, average),)


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


def adx_live(bars: Bars, settings: Settings, before: Values) -> Live:
    """Return what gives the same with the last of some bars as it is."""
    length, (high, low, close) = settings[0], bars.bar(-2)[1:4]
    index, _, _, ups, downs, ranges = before

    def live(bar: Bar) -> Values:
        rise, fall = bar.high - high, low - bar.low
        up = next_wilder(rise if rise > fall and rise > 0 else 0.0, length, ups)
        down = next_wilder(fall if fall > rise and fall > 0 else 0.0, length, downs)
        range_ = next_wilder(true_range(bar, close), length, ranges)
        plus, minus = (move * 100 / range_ if range_ > 0 else 0.0 for move in (up, down))
        both = plus + minus
        strength = abs(plus - minus) * 100 / both if both > 0 else 0.0
        return next_wilder(strength, length, index), plus, minus, up, down, range_

    return live


def cci(bars: Bars, settings: Settings) -> Columns:
    """Return how many mean deviations typical prices lie from their mean."""
    return (talib.CCI(bars.high, bars.low, bars.close, int(settings[0])),)


def cci_live(bars: Bars, settings: Settings, _before: Values) -> Live:
    """Return what gives the same with the last of some bars as it is."""
    length = int(settings[0])
    part = slice(-length, -1)
    typical = (bars.high[part] + bars.low[part] + bars.close[part]) / 3
    # What is left over the mean is small: the sums of it lose nothing.
    middle = float(typical.mean())
    rest = sorted((typical - middle).tolist())
    sums = [0.0, *accumulate(rest)]
    whole = sums[-1]

    def live(bar: Bar) -> Values:
        last = (bar.high + bar.low + bar.close) / 3 - middle
        mean = (whole + last) / length
        below = bisect_left(rest, mean)
        # How far all those below and above the mean lie from it.
        away = mean * (2 * below - len(rest)) - 2 * sums[below] + whole + abs(last - mean)
        return ((last - mean) / (_CCI_UNIT * away / length) if away > 0 else 0.0,)

    return live


def _places(bars: Bars, length: int) -> FloatColumn:
    high, low = talib.MAX(bars.high, length), talib.MIN(bars.low, length)
    span = high - low
    place: FloatColumn = np.where(np.isnan(span), np.nan, _UNMOVED)
    np.divide((bars.close - low) * 100, span, out=place, where=span > 0)
    return place


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
