"""Indicators of volume, and of what a venue tells beside its trades."""

from __future__ import annotations

import math

import numpy as np
import talib

from terminal_app.domain.market import DAY_MS
from terminal_app.gui.chart.indicators.values import Bars, Columns, Live, Settings, Values
from terminal_app.gui.chart.series import Bar, FloatColumn, IntColumn

_PERCENT = 100.0


def vwap_of_day(bars: Bars, _settings: Settings) -> Columns:
    """Return the average price of each UTC day so far, weighted by volume; then money and volume.

    Of a day whose beginning is not known there is none.
    """
    days = bars.open_time_ms // DAY_MS
    first = np.searchsorted(days, days)
    money, volume = _money(bars), bars.volume
    sums = [_sums_since(first, column) for column in (money, volume)]
    if bars.open_time_ms[0] % DAY_MS:
        for column in sums:
            column[days == days[0]] = np.nan
    return _ratio(*sums), *sums


def vwap_of_day_live(bars: Bars, _settings: Settings, before: Values) -> Live:
    """Return what gives the same with the last of some bars as it is."""
    first, last = (bars.open_time_ms[-2:] // DAY_MS).tolist()
    return _growing(before, is_new=first != last)


def vwap_from_anchor(bars: Bars, _settings: Settings) -> Columns:
    """Return the average price since the anchored bar, weighted by volume; then money and volume.

    While bars back to the anchor are not known there is none.
    """
    sums = [np.full(len(bars), np.nan) for _ in range(2)]
    start = int(np.searchsorted(bars.open_time_ms, bars.anchor_ms, "right")) - 1
    if start >= 0:
        sums[0][start:] = np.cumsum(_money(bars)[start:])
        sums[1][start:] = np.cumsum(bars.volume[start:])
    return _ratio(*sums), *sums


def vwap_from_anchor_live(bars: Bars, _settings: Settings, before: Values) -> Live:
    """Return what gives the same with the last of some bars as it is."""
    return _growing(before, is_new=int(bars.open_time_ms[-1]) <= bars.anchor_ms)


def obv(bars: Bars, _settings: Settings) -> Columns:
    """Return the volume of bars that rose less that of bars that fell."""
    return (talib.OBV(bars.close, bars.volume),)


def obv_live(bars: Bars, _settings: Settings, before: Values) -> Live:
    """Return what gives the same with the last of some bars as it is."""
    close, sum_ = float(bars.close[-2]), before[0]

    def live(bar: Bar) -> Values:
        side = (bar.close > close) - (bar.close < close)
        return (sum_ + side * bar.volume,)

    return live


def cvd(bars: Bars, _settings: Settings) -> Columns:
    """Return what buyers took from the book less what sellers took, summed up."""
    return ((2 * bars.bought - bars.volume).cumsum(),)


def cvd_live(_bars: Bars, _settings: Settings, before: Values) -> Live:
    """Return what gives the same with the last of some bars as it is."""
    sum_ = before[0]
    return lambda bar: (sum_ + 2 * bar.bought - bar.volume,)


def statistic(bars: Bars, _settings: Settings) -> Columns:
    """Return what the venue had told last when each bar ended."""
    return (bars.statistic.known_at(bars.ends_ms),)


def statistic_live(bars: Bars, settings: Settings, _before: Values) -> Live:
    """Return what gives the same: no trade changes it."""
    value = (float(statistic(bars, settings)[0][-1]),)
    return lambda _bar: value


def statistic_in_percent(bars: Bars, settings: Settings) -> Columns:
    """Return the same in percent."""
    return (statistic(bars, settings)[0] * _PERCENT,)


def statistic_in_percent_live(bars: Bars, settings: Settings, before: Values) -> Live:
    """Return what gives the same in percent."""
    value = (statistic_live(bars, settings, before)(bars.bar(-1))[0] * _PERCENT,)
    return lambda _bar: value


def _money(bars: Bars) -> FloatColumn:
    return (bars.high + bars.low + bars.close) / 3 * bars.volume


def _sums_since(first: IntColumn, column: FloatColumn) -> FloatColumn:
    sums = np.cumsum(column)
    return sums - (sums[first] - column[first])


def _growing(before: Values, *, is_new: bool) -> Live:
    spent, traded = (0.0, 0.0) if is_new else before[1:]

    def live(bar: Bar) -> Values:
        volume = traded + bar.volume
        money = spent + (bar.high + bar.low + bar.close) / 3 * bar.volume
        return money / volume if volume > 0 else math.nan, money, volume

    return live


def _ratio(money: FloatColumn, volume: FloatColumn) -> FloatColumn:
    average: FloatColumn = np.full(len(money), np.nan)
    np.divide(money, volume, out=average, where=volume > 0)
    return average
