"""Averages of prices, and the bands around them."""

from __future__ import annotations

import math

import numpy as np
import talib

from terminal_app.gui.chart.indicators.values import Bars, Columns, Live, Settings, Values
from terminal_app.gui.chart.series import Bar, FloatColumn


def wilder(values: FloatColumn, length: int) -> FloatColumn:
    """Return Wilder's average: a mean first, then every value moves it by one part of ``length``.

    It is the exponential average of twice the length less one; only its first value differs.
    """
    made: FloatColumn = np.full(len(values), np.nan)
    if len(values) < length:
        return made
    if length == 1:
        return values.copy()
    span = 2 * length - 1
    seeded = np.concatenate((np.full(span, values[:length].mean()), values[length:]))
    made[length - 1 :] = talib.EMA(seeded, span)[span - 1 :]
    return made


def true_ranges(bars: Bars) -> FloatColumn:
    """Return how far each bar but the first moved, the jump from the close before included."""
    before = bars.close[:-1]
    return np.maximum(bars.high[1:], before) - np.minimum(bars.low[1:], before)


def average_range(bars: Bars, length: int) -> FloatColumn:
    """Return Wilder's average of the true ranges."""
    made: FloatColumn = np.full(len(bars), np.nan)
    made[1:] = wilder(true_ranges(bars), length)
    return made


def true_range(bar: Bar, close_before: float) -> float:
    """Return how far a bar moved, the jump from the close before included."""
    return max(bar.high, close_before) - min(bar.low, close_before)


def next_wilder(value: float, length: float, before: float) -> float:
    """Return Wilder's average after one more value."""
    return before + (value - before) / length


def next_exponential(value: float, length: float, before: float) -> float:
    """Return the exponential average after one more value."""
    return before + (value - before) * 2 / (length + 1)


def sma(bars: Bars, settings: Settings) -> Columns:
    """Return the mean of the last values."""
    return (talib.SMA(bars.values, int(settings[0])),)


def sma_live(bars: Bars, settings: Settings, _before: Values) -> Live:
    """Return what gives the mean with the last of some bars as it is."""
    length, price = int(settings[0]), bars.price
    closed = float(bars.values[-length:-1].sum())
    return lambda bar: ((closed + price(bar)) / length,)


def wma(bars: Bars, settings: Settings) -> Columns:
    """Return the mean of the last values, the newest weighing most."""
    return (talib.WMA(bars.values, int(settings[0])),)


def wma_live(bars: Bars, settings: Settings, _before: Values) -> Live:
    """Return what gives the weighted mean with the last of some bars as it is."""
    length, price = int(settings[0]), bars.price
    closed = float((bars.values[-length:-1] * np.arange(1, length)).sum())
    weights = length * (length + 1) / 2
    return lambda bar: ((closed + length * price(bar)) / weights,)


def ema(bars: Bars, settings: Settings) -> Columns:
    """Return the exponential average."""
    return (talib.EMA(bars.values, int(settings[0])),)


def ema_live(bars: Bars, settings: Settings, before: Values) -> Live:
    """Return what gives the exponential average with the last of some bars as it is."""
    length, price, value = settings[0], bars.price, before[0]
    return lambda bar: (next_exponential(price(bar), length, value),)


def bollinger(bars: Bars, settings: Settings) -> Columns:
    """Return a mean and the lines some standard deviations above and below it."""
    width = float(settings[1])
    return tuple(talib.BBANDS(bars.values, int(settings[0]), width, width))


def bollinger_live(bars: Bars, settings: Settings, _before: Values) -> Live:
    """Return what gives mean and bands with the last of some bars as it is."""
    length, width, price = int(settings[0]), float(settings[1]), bars.price
    closed = bars.values[-length:-1]
    # Squares of what is left over are small: none is lost in the sum.
    middle = float(closed.mean())
    rest = closed - middle
    total, squares = float(rest.sum()), float((rest * rest).sum())

    def live(bar: Bar) -> Values:
        last = price(bar) - middle
        mean = (total + last) / length
        spread = width * math.sqrt(max((squares + last * last) / length - mean * mean, 0.0))
        mean += middle
        return mean + spread, mean, mean - spread

    return live


def donchian(bars: Bars, settings: Settings) -> Columns:
    """Return the highest high, the middle, and the lowest low of the last bars."""
    length = int(settings[0])
    upper, lower = talib.MAX(bars.high, length), talib.MIN(bars.low, length)
    return upper, (upper + lower) / 2, lower


def closed_extremes(bars: Bars, length: int) -> tuple[float, float]:
    """Return the highest high and the lowest low of as many bars, the last one left out."""
    high, low = bars.high[-length:-1], bars.low[-length:-1]
    return float(high.max(initial=-math.inf)), float(low.min(initial=math.inf))


def donchian_live(bars: Bars, settings: Settings, _before: Values) -> Live:
    """Return what gives the channel with the last of some bars as it is."""
    high, low = closed_extremes(bars, int(settings[0]))

    def live(bar: Bar) -> Values:
        upper, lower = max(high, bar.high), min(low, bar.low)
        return upper, (upper + lower) / 2, lower

    return live


def keltner(bars: Bars, settings: Settings) -> Columns:
    """Return an exponential average, a band of average ranges around it, and that range."""
    length, ranges, distance = settings
    middle = talib.EMA(bars.values, int(length))
    spread = average_range(bars, int(ranges))
    return middle + spread * distance, middle, middle - spread * distance, spread


def keltner_live(bars: Bars, settings: Settings, before: Values) -> Live:
    """Return what gives the channel with the last of some bars as it is."""
    length, ranges, distance = settings
    price, close = bars.price, float(bars.close[-2])

    def live(bar: Bar) -> Values:
        middle = next_exponential(price(bar), length, before[1])
        spread = next_wilder(true_range(bar, close), ranges, before[3])
        return middle + spread * distance, middle, middle - spread * distance, spread

    return live
