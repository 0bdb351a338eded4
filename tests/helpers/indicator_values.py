"""Make series and calculate indicators of them for tests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

import numpy as np

from terminal_app.domain.market import Candle
from terminal_app.gui.chart.indicators.catalogue import kind_named
from terminal_app.gui.chart.indicators.choice import StudyChoice, usual_colours
from terminal_app.gui.chart.indicators.study import Study
from terminal_app.gui.chart.indicators.values import IndicatorKind, Source, Statistic
from terminal_app.gui.chart.series import CandleSeries
from tests.helpers.market_values import START_MS, candle, candles

MINUTE_MS = 60_000
# A figure every 50 minutes, from a while after the first bar on.
STATISTIC = Statistic(
    START_MS + np.arange(30, 6000, 50) * MINUTE_MS, np.sin(np.arange(30, 6000, 50) / 7.0)
)


@cache
def walk(seed: int = 1) -> tuple[Candle, ...]:
    """Return a seeded walk of minutes from the midnight of a UTC day on, made once."""
    return tuple(candles(4200, seed))


def series_of(count: int, seed: int = 1) -> CandleSeries:
    """Return a seeded walk of minutes from the midnight of a UTC day on."""
    series = CandleSeries()
    series.load(walk(seed)[:count])
    return series


def rows_of(rows: Sequence[Sequence[float | str]], minutes: int = 1) -> CandleSeries:
    """Return bars of open, high, low, close, volume and bought volume, that many minutes long."""
    series = CandleSeries()
    made = []
    for number, (opened, high, low, close, volume, bought) in enumerate(rows):
        prices = (str(opened), str(high), str(low), str(close))
        bar = candle(number, prices, str(volume), minutes * MINUTE_MS)
        made.append(replace(bar, taker_buy_volume=type(bar.volume)(str(bought))))
    series.load(made)
    return series


def kind_of(key: str) -> IndicatorKind:
    """Return an indicator there is."""
    kind = kind_named(key)
    assert kind is not None
    return kind


def study_of(key: str, *numbers: float, source: Source = Source.CLOSE, anchor: int = 0) -> Study:
    """Return an indicator that was not calculated yet; the anchor is the number of a minute."""
    kind = kind_of(key)
    choice = StudyChoice(kind, numbers or kind.usual, source, usual_colours(kind))
    study = Study(replace(choice, anchor_ms=START_MS + anchor * MINUTE_MS))
    if kind.statistic is not None:
        study.statistic = STATISTIC
    return study


def lines_of(key: str, series: CandleSeries, *numbers: float, anchor: int = 0) -> list[list[float]]:
    """Return the lines of an indicator as lists."""
    study = study_of(key, *numbers, anchor=anchor)
    study.follow(series)
    return [line.tolist() for line in study.lines]
