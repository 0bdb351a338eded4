"""The indicators there are. Importing this brings the library they are calculated with."""

from __future__ import annotations

from collections.abc import Callable

import talib

from terminal_app.gui.chart.indicators.arithmetic import (
    donchian,
    ichimoku,
    keltner,
    pivots,
    supertrend,
    vwap_of_day,
)
from terminal_app.gui.chart.indicators.values import (
    Bars,
    IndicatorKind,
    Place,
    Setting,
    Settings,
)
from terminal_app.gui.chart.series import FloatColumn

Columns = tuple[FloatColumn, ...]
_LENGTH, _DISTANCE = "Length", "Distance"
# What an exponential average still holds of bars further back is below a billionth.
_FADING = 21
_DAY_BARS = 1441
# A sum from the first bar on: every bar counts.
_ALL_BARS = 1 << 40


def _reach(of_longest: int, extra: int = 2) -> Callable[[Settings], int]:
    return lambda settings: int(max(settings, default=1)) * of_longest + extra


def _length(settings: Settings) -> int:
    return int(settings[0])


def _average(
    function: Callable[[FloatColumn, int], FloatColumn],
) -> Callable[[Bars, Settings], Columns]:
    return lambda bars, settings: (function(bars.close, _length(settings)),)


def _bollinger(bars: Bars, settings: Settings) -> Columns:
    width = float(settings[1])
    return tuple(talib.BBANDS(bars.close, _length(settings), width, width))


def _keltner(bars: Bars, settings: Settings) -> Columns:
    return keltner(bars, _length(settings), int(settings[1]), float(settings[2]))


def _ichimoku(bars: Bars, settings: Settings) -> Columns:
    return ichimoku(bars, *(int(setting) for setting in settings))


def _sar(bars: Bars, settings: Settings) -> Columns:
    return (talib.SAR(bars.high, bars.low, float(settings[0]), float(settings[1])),)


def _stochastic(bars: Bars, settings: Settings) -> Columns:
    length, smooth, signal = (int(setting) for setting in settings)
    lines = talib.STOCH(
        bars.high,
        bars.low,
        bars.close,
        fastk_period=length,
        slowk_period=smooth,
        slowd_period=signal,
    )
    return tuple(lines)


def _adx(bars: Bars, settings: Settings) -> Columns:
    columns, length = (bars.high, bars.low, bars.close), _length(settings)
    return (
        talib.ADX(*columns, length),
        talib.PLUS_DI(*columns, length),
        talib.MINUS_DI(*columns, length),
    )


def _macd(bars: Bars, settings: Settings) -> Columns:
    return tuple(talib.MACD(bars.close, *(int(setting) for setting in settings)))


KINDS: tuple[IndicatorKind, ...] = (
    IndicatorKind(
        "sma", "Moving average", Place.PRICE, (Setting(_LENGTH, 20),), ("SMA",),
        _average(talib.SMA), _reach(1),
    ),
    IndicatorKind(
        "ema", "Exponential average", Place.PRICE, (Setting(_LENGTH, 20),), ("EMA",),
        _average(talib.EMA), _reach(_FADING),
    ),
    IndicatorKind(
        "wma", "Weighted average", Place.PRICE, (Setting(_LENGTH, 20),), ("WMA",),
        _average(talib.WMA), _reach(1),
    ),
    IndicatorKind(
        "vwap", "VWAP of the day", Place.PRICE, (), ("VWAP",),
        lambda bars, _: (vwap_of_day(bars),), lambda _: _DAY_BARS,
    ),
    IndicatorKind(
        "bollinger", "Bollinger bands", Place.PRICE,
        (Setting(_LENGTH, 20, 2), Setting("Deviations", 2, 0.1, 10)),
        ("Upper", "Middle", "Lower"), _bollinger, _reach(1),
    ),
    IndicatorKind(
        "donchian", "Donchian channel", Place.PRICE, (Setting(_LENGTH, 20, 2),),
        ("Upper", "Middle", "Lower"),
        lambda bars, settings: donchian(bars, _length(settings)), _reach(1),
    ),
    IndicatorKind(
        "keltner", "Keltner channel", Place.PRICE,
        (Setting(_LENGTH, 20, 2), Setting("Ranges", 10), Setting(_DISTANCE, 2, 0.1, 10)),
        ("Upper", "Middle", "Lower"), _keltner, _reach(_FADING),
    ),
    IndicatorKind(
        "ichimoku", "Ichimoku", Place.PRICE,
        (Setting("Conversion", 9, 2), Setting("Base", 26, 2), Setting("Lead", 52, 2)),
        ("Conversion", "Base", "Lead A", "Lead B", "Lagging"), _ichimoku, _reach(2),
        behind=lambda settings: int(settings[1]),
    ),
    IndicatorKind(
        "supertrend", "Supertrend", Place.PRICE,
        (Setting(_LENGTH, 10), Setting(_DISTANCE, 3, 0.1, 20)), ("Up", "Down"),
        lambda bars, settings: supertrend(bars, _length(settings), settings[1]),
        _reach(_FADING, 600),
    ),
    IndicatorKind(
        "sar", "Parabolic SAR", Place.PRICE,
        (Setting("Step", 0.02, 0.001, 1), Setting("Most", 0.2, 0.01, 1)), ("SAR",),
        _sar, lambda _: 600,
    ),
    IndicatorKind(
        "pivots", "Pivot points of the day", Place.PRICE, (), ("R2", "R1", "P", "S1", "S2"),
        lambda bars, _: pivots(bars), lambda _: 2 * _DAY_BARS,
    ),
    IndicatorKind(
        "rsi", "RSI", Place.PANE, (Setting(_LENGTH, 14, 2),), ("RSI",),
        _average(talib.RSI), _reach(_FADING * 2), levels=(30, 70),
    ),
    IndicatorKind(
        "macd", "MACD", Place.PANE,
        (Setting("Fast", 12, 2), Setting("Slow", 26, 2), Setting("Signal", 9)),
        ("MACD", "Signal", "Histogram"), _macd, _reach(_FADING), levels=(0,),
        columns=frozenset({"Histogram"}),
    ),
    IndicatorKind(
        "stochastic", "Stochastic", Place.PANE,
        (Setting(_LENGTH, 14), Setting("Smooth", 3), Setting("Signal", 3)), ("%K", "%D"),
        _stochastic, _reach(3), levels=(20, 80),
    ),
    IndicatorKind(
        "atr", "Average true range", Place.PANE, (Setting(_LENGTH, 14),), ("ATR",),
        lambda bars, settings: (
            talib.ATR(bars.high, bars.low, bars.close, _length(settings)),
        ),
        _reach(_FADING * 2),
    ),
    IndicatorKind(
        "adx", "ADX", Place.PANE, (Setting(_LENGTH, 14, 2),), ("ADX", "+DI", "−DI"),
        _adx, _reach(_FADING * 3), levels=(25,),
    ),
    IndicatorKind(
        "cci", "CCI", Place.PANE, (Setting(_LENGTH, 20, 2),), ("CCI",),
        lambda bars, settings: (
            talib.CCI(bars.high, bars.low, bars.close, _length(settings)),
        ),
        _reach(1), levels=(-100, 100),
    ),
    IndicatorKind(
        "obv", "On-balance volume", Place.PANE, (), ("OBV",),
        lambda bars, _: (talib.OBV(bars.close, bars.volume),), lambda _: _ALL_BARS,
    ),
    IndicatorKind(
        "cvd", "Cumulative volume delta", Place.PANE, (), ("CVD",),
        lambda bars, _: ((2 * bars.bought - bars.volume).cumsum(),), lambda _: _ALL_BARS,
    ),
)  # fmt: skip


def kind_named(key: str) -> IndicatorKind | None:
    """Return the indicator of a key, None for one there is not."""
    return next((kind for kind in KINDS if kind.key == key), None)
