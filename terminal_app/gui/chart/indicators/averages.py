"""Averages of prices, and the bands around them."""

from __future__ import annotations

import numpy as np
import talib

from terminal_app.gui.chart.indicators.values import Bars, Columns, Settings, Values
from terminal_app.gui.chart.series import FloatColumn


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


def next_range(bars: Bars, length: int, before: float) -> float:
    """Return the average range of the last of two bars from the one of the first."""
    return before + (float(true_ranges(bars)[0]) - before) / length


def next_exponential(value: float, length: float, before: float) -> float:
    """Return the exponential average after one more value."""
    return before + (value - before) * 2 / (length + 1)


def sma(bars: Bars, settings: Settings) -> Columns:
    """Return the mean of the last values."""
    return (talib.SMA(bars.values, int(settings[0])),)


def wma(bars: Bars, settings: Settings) -> Columns:
    """Return the mean of the last values, the newest weighing most."""
    return (talib.WMA(bars.values, int(settings[0])),)


def ema(bars: Bars, settings: Settings) -> Columns:
    """Return the exponential average."""
    return (talib.EMA(bars.values, int(settings[0])),)


def ema_step(bars: Bars, settings: Settings, before: Values) -> Values:
    """Return the exponential average of the last of two bars."""
    return (next_exponential(float(bars.values[1]), settings[0], before[0]),)


def bollinger(bars: Bars, settings: Settings) -> Columns:
    """Return a mean and the lines some standard deviations above and below it."""
    width = float(settings[1])
    return tuple(talib.BBANDS(bars.values, int(settings[0]), width, width))


def donchian(bars: Bars, settings: Settings) -> Columns:
    """Return the highest high, the middle, and the lowest low of the last bars."""
    length = int(settings[0])
    upper, lower = talib.MAX(bars.high, length), talib.MIN(bars.low, length)
    return upper, (upper + lower) / 2, lower


def keltner(bars: Bars, settings: Settings) -> Columns:
    """Return an exponential average, a band of average ranges around it, and that range."""
    length, ranges, distance = settings
    middle = talib.EMA(bars.values, int(length))
    spread = average_range(bars, int(ranges))
    return middle + spread * distance, middle, middle - spread * distance, spread


def keltner_step(bars: Bars, settings: Settings, before: Values) -> Values:
    """Return the band of the last of two bars."""
    length, ranges, distance = settings
    middle = next_exponential(float(bars.values[1]), length, before[1])
    spread = next_range(bars, int(ranges), before[3])
    return middle + spread * distance, middle, middle - spread * distance, spread
