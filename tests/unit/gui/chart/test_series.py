"""Check the columns against the plain list they stand for."""

from dataclasses import replace
from decimal import Decimal

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from terminal_app.domain.market import Candle
from terminal_app.gui.chart.series import CandleSeries, Change
from tests.helpers.market_values import candle, candles


def assert_holds(series: CandleSeries, expected: list[Candle]) -> None:
    """Fail unless the series has exactly these bars."""
    assert series.open_time_ms.tolist() == [bar.open_time_ms for bar in expected]
    for column, name in (
        (series.open, "open"),
        (series.high, "high"),
        (series.low, "low"),
        (series.close, "close"),
        (series.volume, "volume"),
    ):
        assert column.tolist() == [float(getattr(bar, name)) for bar in expected], name


def test_load_replaces_everything() -> None:
    series = CandleSeries()
    series.load(candles(3000))
    series.load(candles(5, seed=2))
    assert_holds(series, candles(5, seed=2))


def test_load_sorts_and_the_later_of_two_wins() -> None:
    first, second = candle(1), candle(2)
    corrected = replace(first, close=Decimal(101))
    series = CandleSeries()
    series.load([second, first, corrected])
    assert_holds(series, [corrected, second])


def test_the_same_open_time_replaces_the_last_bar() -> None:
    bars = candles(3)
    series = CandleSeries()
    series.load(bars)
    moved = replace(bars[-1], close=Decimal(1), low=Decimal(1))
    assert series.update(moved) is Change.TICK
    assert_holds(series, [*bars[:-1], moved])


def test_a_later_open_time_appends_also_beyond_the_first_room() -> None:
    bars = candles(2500)
    series = CandleSeries()
    changes = {series.update(bar) for bar in bars}
    assert changes == {Change.APPEND}
    assert_holds(series, bars)


def test_a_missing_bar_is_put_into_its_gap_and_a_wrong_one_corrected() -> None:
    bars = candles(6)
    series = CandleSeries()
    series.load([*bars[:2], *bars[3:]])
    assert series.update(bars[2]) is Change.REPAIR
    assert_holds(series, bars)
    corrected = replace(bars[1], high=Decimal(5000))
    assert series.update(corrected) is Change.REPAIR
    assert_holds(series, [bars[0], corrected, *bars[2:]])


def test_prepend_adds_only_what_is_older() -> None:
    bars = candles(20)
    series = CandleSeries()
    series.load(bars[10:])
    assert series.prepend(bars[4:12]) == 6
    assert series.prepend(bars[4:12]) == 0
    assert series.prepend([]) == 0
    assert_holds(series, bars[4:])


@given(st.lists(st.integers(min_value=0, max_value=40), max_size=60))
def test_any_order_of_updates_gives_one_ascending_bar_per_time(numbers: list[int]) -> None:
    series, expected = CandleSeries(), {}
    for turn, number in enumerate(numbers):
        bar = candle(number, volume=str(turn))
        series.update(bar)
        expected[number] = bar
    assert_holds(series, [expected[number] for number in sorted(expected)])


def test_a_bar_takes_48_bytes() -> None:
    series = CandleSeries()
    series.load(candles(10))
    columns = (series.open, series.high, series.low, series.close, series.volume)
    assert sum(column.itemsize for column in columns) + series.open_time_ms.itemsize == 48
    assert all(column.dtype == np.float64 for column in columns)
