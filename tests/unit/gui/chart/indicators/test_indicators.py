"""Indicators against plain loops and published values; a tick gives what the whole would."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from terminal_app.gui.chart.indicators.catalogue import KINDS, kind_named
from terminal_app.gui.chart.indicators.study import Study
from terminal_app.gui.chart.indicators.values import Bars, IndicatorKind
from terminal_app.gui.chart.series import CandleSeries
from tests.helpers.market_values import candle, candles

EACH_KIND = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.key)


def _series(count: int, seed: int = 1) -> CandleSeries:
    series = CandleSeries()
    series.load(candles(count, seed))
    return series


def _lines(key: str, series: CandleSeries, *settings: float) -> list[list[float]]:
    kind = kind_named(key)
    assert kind is not None
    columns = kind.calculate(Bars.of(series), settings or kind.usual)
    return [line.tolist() for line in columns]


def _equal(made: Sequence[float], expected: Sequence[float]) -> bool:
    pairs = zip(made, expected, strict=True)
    return all(
        (math.isnan(m) and math.isnan(e)) or math.isclose(m, e, rel_tol=1e-9) for m, e in pairs
    )


def test_averages_equal_their_definitions() -> None:
    series = _series(60)
    closes = series.close.tolist()
    nan = float("nan")
    sma = [nan] * 4 + [sum(closes[i - 4 : i + 1]) / 5 for i in range(4, 60)]
    wma = [nan] * 4 + [
        sum(w * c for w, c in zip(range(1, 6), closes[i - 4 : i + 1], strict=True)) / 15
        for i in range(4, 60)
    ]
    ema = [nan] * 4 + [sum(closes[:5]) / 5]
    for close in closes[5:]:
        ema.append(ema[-1] + (close - ema[-1]) / 3)
    assert _equal(_lines("sma", series, 5)[0], sma)
    assert _equal(_lines("wma", series, 5)[0], wma)
    assert _equal(_lines("ema", series, 5)[0], ema)


# The closes that public tables of Wilder's RSI of 14 bars work with, and their results.
WILDER = (
    "44.3389 44.0902 44.1497 43.6124 44.3278 44.8264 45.0955 45.4245 45.8433 46.0826 45.8931"
    " 46.0328 45.6140 46.2820 46.2820 46.0028 46.0328 46.4116 46.2222 45.6439"
)
WILDER_RSI = (70.53, 66.32, 66.55, 69.41, 66.36, 57.97)


def test_rsi_gives_the_published_values() -> None:
    closes = WILDER.split()
    series = CandleSeries()
    series.load([candle(number, (c, c, c, c)) for number, c in enumerate(closes)])
    made = _lines("rsi", series, 14)[0]
    assert all(math.isnan(value) for value in made[:14])
    assert made[14:] == [pytest.approx(value, abs=0.01) for value in WILDER_RSI]


def test_bands_stand_deviations_apart_and_hold_the_extremes() -> None:
    series = _series(80)
    upper, middle, lower = (np.array(line) for line in _lines("bollinger", series))
    window = series.close[60:80]
    assert middle[-1] == pytest.approx(window.mean())
    assert upper[-1] - middle[-1] == pytest.approx(2 * window.std())
    assert middle[-1] - lower[-1] == pytest.approx(2 * window.std())
    top, centre, bottom = (line[-1] for line in _lines("donchian", series))
    assert (top, bottom) == (series.high[60:].max(), series.low[60:].min())
    assert centre == (top + bottom) / 2


def test_vwap_begins_anew_each_day() -> None:
    series = _series(3000)
    made = _lines("vwap", series)[0]
    typical = (series.high + series.low + series.close) / 3
    for last, first in ((100, 0), (1439, 0), (1440, 1440), (2999, 2880)):
        part = slice(first, last + 1)
        volume = series.volume[part]
        expected = float((typical[part] * volume).sum() / volume.sum())
        assert made[last] == pytest.approx(expected)


def test_pivots_are_of_the_day_before() -> None:
    series = _series(3000)
    lines = _lines("pivots", series)
    high, low = series.high[:1440].max(), series.low[:1440].min()
    pivot = (high + low + series.close[1439]) / 3
    at = [line[1500] for line in lines]
    span = high - low
    assert at == pytest.approx(
        [pivot + span, 2 * pivot - low, pivot, 2 * pivot - high, pivot - span]
    )
    assert all(math.isnan(line[1439]) for line in lines)


def test_ichimoku_shifts_its_spans_ahead_and_its_close_back() -> None:
    series = _series(300)
    conversion, base, first, second, lagging = _lines("ichimoku", series)
    assert first[200] == pytest.approx((conversion[174] + base[174]) / 2)
    high, low = series.high[174 - 51 : 175].max(), series.low[174 - 51 : 175].min()
    assert second[200] == pytest.approx((high + low) / 2)
    assert lagging[200] == series.close[226]
    assert math.isnan(lagging[-1])


def test_supertrend_is_under_a_rising_and_over_a_falling_market() -> None:
    series = _series(500)
    under, over = (np.array(line) for line in _lines("supertrend", series))
    is_known = ~np.isnan(under) | ~np.isnan(over)
    assert is_known[20:].all()
    assert not (~np.isnan(under) & ~np.isnan(over)).any()
    is_up = ~np.isnan(under)
    assert (series.close[is_up] >= under[is_up]).all()
    is_down = ~np.isnan(over)
    assert (series.close[is_down] <= over[is_down]).all()
    assert 0 < is_up[20:].sum() < len(is_up[20:])


@EACH_KIND
@pytest.mark.parametrize("count", [0, 1, 2, 30])
def test_a_short_series_gives_columns_of_its_length(kind: IndicatorKind, count: int) -> None:
    study = Study(kind)
    study.calculate(_series(count))
    assert [len(line) for line in study.lines] == [count] * len(kind.lines)


@EACH_KIND
def test_a_tick_gives_what_the_whole_would(kind: IndicatorKind) -> None:
    bars = candles(4200, seed=5)
    series = CandleSeries()
    series.load(bars[:4000])
    followed, whole = Study(kind), Study(kind)
    followed.calculate(series)
    for bar in bars[4000:]:
        for moved in (replace(bar, close=bar.open), bar):
            series.update(moved)
            followed.follow(series)
    whole.calculate(series)
    for made, expected in zip(followed.lines, whole.lines, strict=True):
        assert len(made) == len(expected) == 4200
        assert made == pytest.approx(expected, rel=1e-6, abs=1e-9, nan_ok=True)
