"""The indicators there are. Importing this brings the library they are calculated with."""

from __future__ import annotations

from collections.abc import Callable

from terminal_app.domain.contract_statistics import StatisticKind
from terminal_app.gui.chart.indicators import averages, flow, oscillators, trend
from terminal_app.gui.chart.indicators.values import (
    Bars,
    Columns,
    IndicatorKind,
    Line,
    Live,
    Need,
    Place,
    Setting,
    Settings,
    Shape,
    Values,
)

_LENGTH = Setting("Length", 20, 2)
_BANDS = (Line("Upper", 0), Line("Middle", 1), Line("Lower", 0))


def _longest(extra: int = 1) -> Callable[[Settings], int]:
    return lambda settings: int(max(settings)) + extra


def _summed(extra: int = 1) -> Callable[[Settings], int]:
    return lambda settings: int(sum(settings)) + extra


def _bars(count: int) -> Callable[[Settings], int]:
    return lambda _settings: count


def _distance(usual: float, most: float = 10) -> Setting:
    return Setting("Distance", usual, 0.1, most, is_whole=False)


def _ichimoku_shifts(settings: Settings) -> tuple[int, ...]:
    base = int(settings[1])
    return 0, 0, base, base, -base


def _nothing(_bars: Bars, _settings: Settings) -> Columns:
    return ()


def _nothing_live(_bars: Bars, _settings: Settings, _before: Values) -> Live:
    return lambda _bar: ()


_ON_PRICE = (
    IndicatorKind(
        "sma", "Simple moving average (SMA)", "SMA", Place.PRICE, (_LENGTH,), (Line("SMA"),),
        averages.sma, _longest(), averages.sma_live, has_source=True,
    ),
    IndicatorKind(
        "ema", "Exponential moving average (EMA)", "EMA", Place.PRICE, (_LENGTH,), (Line("EMA"),),
        averages.ema, _longest(), averages.ema_live, has_source=True,
    ),
    IndicatorKind(
        "wma", "Weighted moving average (WMA)", "WMA", Place.PRICE, (_LENGTH,), (Line("WMA"),),
        averages.wma, _longest(), averages.wma_live, has_source=True,
    ),
    IndicatorKind(
        "vwap", "VWAP of the day", "VWAP", Place.PRICE, (), (Line("VWAP"),),
        flow.vwap_of_day, _bars(1), flow.vwap_of_day_live, need=Need.DAY,
    ),
    IndicatorKind(
        "anchored", "Anchored VWAP", "Anchored VWAP", Place.PRICE, (), (Line("Anchored VWAP"),),
        flow.vwap_from_anchor, _bars(1), flow.vwap_from_anchor_live, need=Need.ANCHOR,
    ),
    IndicatorKind(
        "bollinger", "Bollinger bands", "Bollinger", Place.PRICE,
        (_LENGTH, Setting("Deviations", 2, 0.1, 10, is_whole=False)), _BANDS,
        averages.bollinger, _longest(), averages.bollinger_live, band=(0, 2), has_source=True,
    ),
    IndicatorKind(
        "donchian", "Donchian channel", "Donchian", Place.PRICE, (_LENGTH,), _BANDS,
        averages.donchian, _longest(), averages.donchian_live, band=(0, 2),
    ),
    IndicatorKind(
        "keltner", "Keltner channel", "Keltner", Place.PRICE,
        (_LENGTH, Setting("Range length", 10), _distance(2)), _BANDS,
        averages.keltner, _longest(2), averages.keltner_live, band=(0, 2), has_source=True,
    ),
    IndicatorKind(
        "ichimoku", "Ichimoku", "Ichimoku", Place.PRICE,
        (Setting("Conversion", 9, 2), Setting("Base", 26, 2), Setting("Lead", 52, 2)),
        (Line("Conversion", 0), Line("Base", 1), Line("Lead A", "buy"), Line("Lead B", "sell"),
         Line("Lagging", 2)),
        trend.ichimoku, _longest(), trend.ichimoku_live, shifts=_ichimoku_shifts, band=(2, 3),
    ),
    IndicatorKind(
        "supertrend", "Supertrend", "Supertrend", Place.PRICE,
        (Setting("Length", 10), _distance(3, 20)),
        (Line("Up", "buy"), Line("Down", "sell")),
        trend.supertrend, _longest(2), trend.supertrend_live,
    ),
    IndicatorKind(
        "sar", "Parabolic SAR", "SAR", Place.PRICE,
        (Setting("Step", 0.02, 0.001, 1, is_whole=False),
         Setting("Most", 0.2, 0.01, 1, is_whole=False)),
        (Line("SAR", 0, Shape.DOTS),), trend.sar, _bars(2), trend.sar_live,
    ),
    IndicatorKind(
        "pivots", "Pivot points of the day", "Pivots", Place.PRICE, (),
        tuple(
            Line(name, tint, Shape.LEVELS)
            for name, tint in (("R2", "sell"), ("R1", "sell"), ("P", 0), ("S1", "buy"),
                               ("S2", "buy"))
        ),
        trend.pivots, _bars(1), trend.pivots_live, need=Need.DAY_BEFORE,
    ),
    IndicatorKind(
        "profile", "Volume profile", "Volume profile", Place.PROFILE,
        (Setting("Rows", 48, 8, 400),),
        (Line("Bought", "buy"), Line("Sold", "sell"), Line("Point of control", 0)),
        _nothing, _bars(0), _nothing_live,
    ),
)  # fmt: skip

_IN_PANES = (
    IndicatorKind(
        "rsi", "Relative strength index (RSI)", "RSI", Place.PANE,
        (Setting("Length", 14, 2),), (Line("RSI"),),
        oscillators.rsi, _longest(2), oscillators.rsi_live, levels=(30, 70), has_source=True,
    ),
    IndicatorKind(
        "macd", "Convergence of averages (MACD)", "MACD", Place.PANE,
        (Setting("Fast", 12, 2), Setting("Slow", 26, 2), Setting("Signal", 9, 2)),
        (Line("MACD", 0), Line("Signal", 1), Line("Histogram", "sides", Shape.COLUMNS)),
        oscillators.macd, _summed(), oscillators.macd_live, levels=(0,), has_source=True,
    ),
    IndicatorKind(
        "stochastic", "Stochastic", "Stochastic", Place.PANE,
        (Setting("Length", 14), Setting("Smooth", 3), Setting("Signal", 3)),
        (Line("%K", 0), Line("%D", 1)), oscillators.stochastic, _summed(),
        oscillators.stochastic_live, levels=(20, 80),
    ),
    IndicatorKind(
        "atr", "Average true range (ATR)", "ATR", Place.PANE,
        (Setting("Length", 14),), (Line("ATR"),),
        oscillators.atr, _longest(2), oscillators.atr_live,
    ),
    IndicatorKind(
        "adx", "Directional index (ADX)", "ADX", Place.PANE, (Setting("Length", 14, 2),),
        (Line("ADX", 0), Line("+DI", "buy"), Line("−DI", "sell")),
        oscillators.adx, lambda settings: 2 * int(settings[0]) + 1, oscillators.adx_live,
        levels=(25,),
    ),
    IndicatorKind(
        "cci", "Commodity channel index (CCI)", "CCI", Place.PANE, (_LENGTH,), (Line("CCI"),),
        oscillators.cci, _longest(), oscillators.cci_live, levels=(-100, 100),
    ),
    IndicatorKind(
        "obv", "On-balance volume (OBV)", "OBV", Place.PANE, (), (Line("OBV"),),
        flow.obv, _bars(1), flow.obv_live,
    ),
    IndicatorKind(
        "cvd", "Cumulative volume delta (CVD)", "CVD", Place.PANE, (), (Line("CVD"),),
        flow.cvd, _bars(1), flow.cvd_live,
    ),
    IndicatorKind(
        "funding", "Funding rate in %", "Funding %", Place.PANE, (),
        (Line("Funding %", 0, Shape.STEPS),),
        flow.statistic_in_percent, _bars(1), flow.statistic_in_percent_live, levels=(0,),
        statistic=StatisticKind.FUNDING_RATE,
    ),
    IndicatorKind(
        "interest", "Open interest", "Open interest", Place.PANE,
        (), (Line("Open interest", 0, Shape.STEPS),),
        flow.statistic, _bars(1), flow.statistic_live, statistic=StatisticKind.OPEN_INTEREST,
    ),
)  # fmt: skip

KINDS: tuple[IndicatorKind, ...] = _ON_PRICE + _IN_PANES


def kind_named(key: str) -> IndicatorKind | None:
    """Return the indicator of a key, None for one there is not."""
    return next((kind for kind in KINDS if kind.key == key), None)
