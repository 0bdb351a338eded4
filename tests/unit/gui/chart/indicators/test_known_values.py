"""Every indicator against published values, plain loops, or figures worked out by hand."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest
import talib

from terminal_app.gui.chart.indicators.profile import volume_profile
from terminal_app.gui.chart.indicators.values import Bars, Source, Statistic
from terminal_app.gui.chart.series import CandleSeries
from tests.helpers.indicator_values import MINUTE_MS, lines_of, rows_of, series_of, study_of
from tests.helpers.market_values import START_MS, candle, candles

NAN = float("nan")


def equal(made: Sequence[float], expected: Sequence[float], tolerance: float = 1e-9) -> bool:
    """Say whether two columns are equal, unknown where the other is unknown."""
    pairs = zip(made, expected, strict=True)
    return all(
        (math.isnan(m) and math.isnan(e)) or math.isclose(m, e, rel_tol=tolerance, abs_tol=1e-9)
        for m, e in pairs
    )


def test_averages_equal_their_definitions() -> None:
    series = series_of(60)
    closes = series.close.tolist()
    sma = [NAN] * 4 + [sum(closes[i - 4 : i + 1]) / 5 for i in range(4, 60)]
    wma = [NAN] * 4 + [
        sum(w * c for w, c in zip(range(1, 6), closes[i - 4 : i + 1], strict=True)) / 15
        for i in range(4, 60)
    ]
    ema = [NAN] * 4 + [sum(closes[:5]) / 5]
    for close in closes[5:]:
        ema.append(ema[-1] + (close - ema[-1]) / 3)
    assert equal(lines_of("sma", series, 5)[0], sma)
    assert equal(lines_of("wma", series, 5)[0], wma)
    assert equal(lines_of("ema", series, 5)[0], ema)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (Source.OPEN, 3.0),
        (Source.HIGH, 9.0),
        (Source.LOW, 1.0),
        (Source.CLOSE, 6.0),
        (Source.HL2, 5.0),
        (Source.HLC3, 16 / 3),
        (Source.OHLC4, 19 / 4),
    ],
)
def test_an_average_is_of_the_price_that_was_chosen(source: Source, expected: float) -> None:
    study = study_of("sma", 2, source=source)
    study.follow(rows_of([(2, 8, 1, 5, 1, 1), (4, 10, 1, 7, 1, 1)]))
    assert study.lines[0][-1] == pytest.approx(expected)


# The closes that public tables of Wilder's RSI of 14 bars work with, and their results.
WILDER = (
    "44.3389 44.0902 44.1497 43.6124 44.3278 44.8264 45.0955 45.4245 45.8433 46.0826 45.8931"
    " 46.0328 45.6140 46.2820 46.2820 46.0028 46.0328 46.4116 46.2222 45.6439"
)
WILDER_RSI = (70.53, 66.32, 66.55, 69.41, 66.36, 57.97)


def test_rsi_gives_the_published_values() -> None:
    series = CandleSeries()
    series.load([candle(number, (c, c, c, c)) for number, c in enumerate(WILDER.split())])
    made = lines_of("rsi", series, 14)[0]
    assert all(math.isnan(value) for value in made[:14])
    assert made[14:] == [pytest.approx(value, abs=0.01) for value in WILDER_RSI]


def test_prices_that_do_not_move_are_neither_strong_nor_weak() -> None:
    flat = rows_of([(5, 5, 5, 5, 1, 1)] * 40)
    assert lines_of("rsi", flat)[0][-1] == 50
    assert lines_of("stochastic", flat)[0][-1] == 50
    assert lines_of("adx", flat)[0][-1] == 0


def test_what_the_library_has_gives_the_same() -> None:
    series = series_of(900)
    high, low, close = series.high, series.low, series.close
    assert equal(lines_of("rsi", series, 14)[0], talib.RSI(close, 14).tolist())
    assert equal(lines_of("atr", series, 14)[0], talib.ATR(high, low, close, 14).tolist())
    assert equal(lines_of("sar", series)[0], talib.SAR(high, low, 0.02, 0.2).tolist())
    index, plus, minus = lines_of("adx", series, 14)
    # The library begins its sums otherwise; what it began with has faded here.
    assert equal(index[600:], talib.ADX(high, low, close, 14)[600:].tolist(), 1e-6)
    assert equal(plus[600:], talib.PLUS_DI(high, low, close, 14)[600:].tolist(), 1e-6)
    assert equal(minus[600:], talib.MINUS_DI(high, low, close, 14)[600:].tolist(), 1e-6)
    for made, expected in zip(
        lines_of("macd", series, 12, 26, 9), talib.MACD(close, 12, 26, 9), strict=True
    ):
        assert equal(made[600:], expected[600:].tolist(), 1e-6)


def test_bands_stand_deviations_apart_and_hold_the_extremes() -> None:
    series = series_of(80)
    upper, middle, lower = (line[-1] for line in lines_of("bollinger", series))
    window = series.close[60:80]
    assert middle == pytest.approx(window.mean())
    assert upper - middle == pytest.approx(2 * window.std())
    assert middle - lower == pytest.approx(2 * window.std())
    top, centre, bottom = (line[-1] for line in lines_of("donchian", series))
    assert (top, bottom) == (series.high[60:].max(), series.low[60:].min())
    assert centre == (top + bottom) / 2


def test_keltner_is_an_average_and_the_average_range_around_it() -> None:
    series = series_of(90)
    upper, middle, lower = lines_of("keltner", series, 20, 10, 1.5)
    spread = np.array(lines_of("atr", series, 10)[0])
    assert equal(middle, lines_of("ema", series, 20)[0])
    assert equal(upper, (np.array(middle) + spread * 1.5).tolist())
    assert equal(lower, (np.array(middle) - spread * 1.5).tolist())


def test_average_true_range_by_hand() -> None:
    # True ranges: 3 (4 to 1), 5 (the jump from 2 up to 7), 2; of two the mean is 4, then 3.
    series = rows_of(
        [(1, 2, 1, 2, 1, 1), (2, 4, 1, 2, 1, 1), (6, 7, 6, 6, 1, 1), (6, 7, 5, 6, 1, 1)]
    )
    assert equal(lines_of("atr", series, 2)[0], [NAN, NAN, 4, 3])


def test_directions_by_hand() -> None:
    # Moves up 2, 0, 3 and down 0, 1, 0; true ranges 2, 2, 4.
    series = rows_of(
        [(2, 3, 1, 3, 1, 1), (3, 5, 3, 4, 1, 1), (3, 4, 2, 3, 1, 1), (4, 7, 3, 6, 1, 1)]
    )
    index, plus, minus = lines_of("adx", series, 2)
    # Means of two are 1, 0.5 and 2, then half of each moves: 2, 0.25 and 3.
    assert equal(plus, [NAN, NAN, 50, 200 / 3])
    assert equal(minus, [NAN, NAN, 25, 25 / 3])
    # Strengths are 25 of 75 and 700 of 900 hundredths.
    assert equal(index, [NAN, NAN, NAN, (100 / 3 + 700 / 9) / 2])


def test_macd_is_made_of_three_averages() -> None:
    series = series_of(60)
    line, signal, rest = (np.array(values) for values in lines_of("macd", series, 3, 6, 4))
    fast, slow = (np.array(lines_of("ema", series, length)[0]) for length in (3, 6))
    assert equal(line.tolist(), (fast - slow).tolist())
    expected = line[5:9].mean()
    for value in line[9:]:
        expected += (value - expected) * 2 / 5
    assert signal[-1] == pytest.approx(expected)
    assert equal(rest.tolist(), (line - signal).tolist())


def test_stochastic_by_hand() -> None:
    # Of two bars the closes lie at 5 of 1–9, 7 of 3–9 and 4 of 3–9.
    series = rows_of(
        [(1, 5, 1, 3, 1, 1), (3, 9, 3, 5, 1, 1), (5, 9, 4, 7, 1, 1), (7, 8, 3, 4, 1, 1)]
    )
    first, second, third = 50.0, 400 / 6, 100 / 6
    fast, slow = lines_of("stochastic", series, 2, 1, 2)
    assert equal(fast, [NAN, first, second, third])
    assert equal(slow, [NAN, NAN, (first + second) / 2, (second + third) / 2])


def test_cci_is_the_distance_from_the_mean_in_mean_deviations() -> None:
    series = series_of(50)
    typical = (series.high + series.low + series.close) / 3
    window = typical[30:50]
    deviation = np.abs(window - window.mean()).mean()
    expected = (typical[49] - window.mean()) / (0.015 * deviation)
    assert lines_of("cci", series, 20)[0][-1] == pytest.approx(expected)


def test_volumes_are_summed_up_by_hand() -> None:
    series = rows_of(
        [(1, 2, 1, 2, 10, 4), (2, 3, 2, 3, 5, 5), (3, 3, 1, 1, 7, 2), (1, 1, 1, 1, 3, 0)]
    )
    assert lines_of("obv", series) == [[10, 15, 8, 8]]
    assert lines_of("cvd", series) == [[-2, 3, 0, -3]]


def test_vwap_begins_anew_each_day() -> None:
    series = series_of(3000)
    made = lines_of("vwap", series)[0]
    typical = (series.high + series.low + series.close) / 3
    for last, first in ((100, 0), (1439, 0), (1440, 1440), (2999, 2880)):
        part = slice(first, last + 1)
        volume = series.volume[part]
        expected = float((typical[part] * volume).sum() / volume.sum())
        assert made[last] == pytest.approx(expected)


def test_a_day_whose_beginning_is_not_known_has_no_average() -> None:
    series = CandleSeries()
    series.load(candles(2000)[100:])
    made = lines_of("vwap", series)[0]
    assert all(math.isnan(value) for value in made[:1340])
    assert not math.isnan(made[1340])


def test_anchored_vwap_begins_at_its_bar() -> None:
    series = series_of(300)
    made = lines_of("anchored", series, anchor=120)[0]
    typical = (series.high + series.low + series.close) / 3
    expected = (typical * series.volume)[120:].sum() / series.volume[120:].sum()
    assert math.isnan(made[119])
    assert made[120] == pytest.approx(typical[120])
    assert made[-1] == pytest.approx(expected)


def test_an_anchor_before_the_first_bar_gives_nothing() -> None:
    series = CandleSeries()
    series.load(candles(300)[50:])
    assert all(math.isnan(value) for value in lines_of("anchored", series, anchor=49)[0])
    assert not math.isnan(lines_of("anchored", series, anchor=50)[0][0])


def test_pivots_are_of_the_day_before() -> None:
    series = series_of(3000)
    lines = lines_of("pivots", series)
    high, low = series.high[:1440].max(), series.low[:1440].min()
    pivot = (high + low + series.close[1439]) / 3
    span = high - low
    expected = [pivot + span, 2 * pivot - low, pivot, 2 * pivot - high, pivot - span]
    assert [line[1500] for line in lines] == pytest.approx(expected)
    assert all(math.isnan(line[1439]) for line in lines)
    series.load(candles(3000)[1:])
    assert math.isnan(lines_of("pivots", series)[2][1500])
    assert not math.isnan(lines_of("pivots", series)[2][2900])


def test_ichimoku_draws_its_spans_ahead_and_its_close_back() -> None:
    series = series_of(300)
    study = study_of("ichimoku", 9, 26, 52)
    study.follow(series)
    conversion, base, first, second, lagging = study.lines
    assert study.shifts == (0, 0, 26, 26, -26)
    high, low = series.high[192:201].max(), series.low[192:201].min()
    assert conversion[200] == pytest.approx((high + low) / 2)
    assert first[200] == pytest.approx((conversion[200] + base[200]) / 2)
    high, low = series.high[149:201].max(), series.low[149:201].min()
    assert second[200] == pytest.approx((high + low) / 2)
    assert lagging.tolist() == series.close.tolist()


def test_supertrend_is_under_a_rising_and_over_a_falling_market() -> None:
    series = series_of(500)
    under, over = (np.array(line) for line in lines_of("supertrend", series))
    is_up, is_down = ~np.isnan(under), ~np.isnan(over)
    assert (is_up ^ is_down)[10:].all()
    assert (series.close[is_up] >= under[is_up]).all()
    assert (series.close[is_down] <= over[is_down]).all()
    assert 0 < is_up[20:].sum() < len(is_up[20:])


def test_supertrend_by_hand() -> None:
    # Ranges of one bar: 2, 2, 6. The floor 3 holds until a close is under it; 6 is over it then.
    series = rows_of(
        [(3, 4, 2, 3, 1, 1), (4, 5, 3, 4, 1, 1), (5, 6, 4, 5, 1, 1), (5, 5, -1, 0, 1, 1)]
    )
    under, over = lines_of("supertrend", series, 1, 1)
    assert equal(under, [NAN, 2, 3, NAN])
    assert equal(over, [NAN, NAN, NAN, 6])


def test_a_parabola_reverses_at_its_stop_by_hand() -> None:
    series = rows_of(
        [(2, 3, 1, 3, 1, 1), (3, 5, 2, 5, 1, 1), (5, 7, 4, 7, 1, 1), (7, 7, 0, 1, 1, 1)]
    )
    # It begins at the low 1 and goes a tenth of the way to 5, then to 7, but never into two bars.
    place = 1 + 0.1 * (5 - 1)
    assert equal(lines_of("sar", series, 0.1, 0.2)[0], [NAN, 1, place, 7])


def test_statistics_hold_until_the_next_one() -> None:
    series = rows_of([(1, 1, 1, 1, 1, 1)] * 5)
    for key, factor in (("interest", 1), ("funding", 100)):
        study = study_of(key)
        times = START_MS + np.array([1, 3]) * MINUTE_MS
        study.statistic = Statistic(times, np.array([2.0, -4.0]))
        study.follow(series)
        # A figure belongs to the bar that was open when it was told.
        assert equal(study.lines[0].tolist(), [NAN, *(f * factor for f in (2.0, 2, -4, -4))])


def test_a_profile_spreads_each_bar_over_its_range_by_hand() -> None:
    # Rows of 2 from 0 to 8: the first bar fills two of them, the second lies in one, the third
    # goes from the middle of the second to the middle of the fourth.
    bars = Bars.of(
        rows_of([(0, 4, 0, 4, 8, 8), (5, 5, 5, 5, 10, 0), (3, 7, 3, 7, 8, 4), (8, 8, 8, 8, 0, 0)])
    )
    profile = volume_profile(bars, 4)
    assert profile is not None
    assert profile.edges.tolist() == [0, 2, 4, 6, 8]
    assert profile.bought.tolist() == pytest.approx([4, 4 + 1, 2, 1])
    assert profile.sold.tolist() == pytest.approx([0, 1, 10 + 2, 1])
    assert profile.point_of_control == 5
    # 26 in all: 14 in the fullest row, with 6 of the one below it more than 70 %.
    assert profile.value_area == (2, 6)


def test_a_profile_loses_no_volume() -> None:
    bars = Bars.of(series_of(700))
    for rows in (8, 48, 400):
        profile = volume_profile(bars, rows)
        assert profile is not None
        assert profile.volume.sum() == pytest.approx(bars.volume.sum())
        assert profile.bought.sum() == pytest.approx(bars.bought.sum())
        share = profile.volume[profile.value_first : profile.value_last + 1].sum()
        assert 0.7 <= share / bars.volume.sum() < 0.8


def test_nothing_traded_has_no_profile() -> None:
    assert volume_profile(Bars.of(rows_of([(1, 2, 1, 2, 0, 0)])), 10) is None
