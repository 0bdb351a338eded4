"""The indicators that alerts can be on: the chart's own, with the very numbers it draws."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import numpy as np

from terminal_app.domain.market import Candle
from terminal_app.gui.chart.indicators.catalogue import kind_named
from terminal_app.gui.chart.indicators.choice import StudyChoice, choice_in, numbers_in
from terminal_app.gui.chart.indicators.study import Study
from terminal_app.gui.chart.series import CandleSeries

# Of several lines the first is meant, which has the indicator's own name.
ON_LEVEL = ("rsi", "macd", "adx", "cci")
ON_PRICE = ("ema", "sma", "wma", "vwap", "sar")


def study_text(key: str, length: int) -> str:
    """Return an indicator as an alert names it, with a length where it has one."""
    kind = kind_named(key)
    assert kind is not None
    choice = StudyChoice.usual(kind)
    if has_length(key):
        choice = StudyChoice(kind, (float(length), *kind.usual[1:]))
    return choice.text


def has_length(key: str) -> bool:
    """Say whether one number says all of an indicator."""
    kind = kind_named(key)
    return kind is not None and len(kind.settings) == 1


def study_figures(text: str, bars: Sequence[Candle]) -> list[Decimal | None]:
    """Return an indicator at the close of each bar, None where it is not defined or not known."""
    key, numbers, marks = numbers_in(text)
    kind = kind_named(key)
    choice = choice_in(kind, numbers, marks) if kind is not None else None
    if choice is None or not bars:
        return [None] * len(bars)
    series, study = CandleSeries(), Study(choice)
    series.load(bars)
    study.follow(series)
    line = study.lines[0]
    is_known = np.isfinite(line)
    return [
        Decimal(repr(float(value))) if known else None
        for value, known in zip(line, is_known, strict=True)
    ]
