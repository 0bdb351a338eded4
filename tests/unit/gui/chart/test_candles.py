"""Check merged columns and the very pixels of painted bars."""

from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage, QPainter

from terminal_app.gui.chart.candles import Pixels, bars_per_column, columns, paint_columns
from terminal_app.gui.chart.series import CandleSeries
from tests.helpers.market_values import candle, candles

UP, DOWN, UP_VOLUME, DOWN_VOLUME, GROUND = "#00ff00", "#ff0000", "#004400", "#440000", "#000000"


def painted(series: CandleSeries, pixels: Pixels) -> QImage:
    """Paint all bars of a series on a black ground."""
    image = QImage(200, pixels.height, QImage.Format.Format_RGB32)
    image.fill(QColor(GROUND))
    painter = QPainter(image)
    shown = columns(series, 0, len(series), 1)
    colours = (QColor(UP), QColor(DOWN), QColor(UP_VOLUME), QColor(DOWN_VOLUME))
    paint_columns(painter, shown, pixels, colours)
    painter.end()
    return image


@pytest.mark.usefixtures("qapp")
def test_bars_are_painted_where_their_prices_are() -> None:
    series = CandleSeries()
    series.load(
        [candle(0, ("100", "140", "90", "120")), candle(1, ("120", "130", "60", "80"), "5")]
    )
    pixels = Pixels(
        origin=20, spacing=20, high=200, per_unit=1, height=200, volume_top=180,
        most_volume=10, wick=1,
    )  # fmt: skip
    image = painted(series, pixels)

    def colour(x: int, y: int) -> str:
        return image.pixelColor(x, y).name()

    # The body of the first bar reaches from 120 to 100, its wick from 140 to 90.
    assert colour(20, 90) == UP
    assert colour(16, 90) == UP
    assert colour(20, 61) == UP
    assert colour(16, 70) == GROUND
    assert colour(20, 59) == GROUND
    assert colour(20, 109) == UP
    assert colour(20, 112) == GROUND
    # The second one falls.
    assert colour(40, 100) == DOWN
    assert colour(40, 139) == DOWN
    assert colour(47, 100) == GROUND
    # Volumes of 7 and 5 in 20 pixels for 10, half of each bought.
    for x, top in ((20, 186), (40, 190)):
        middle = (top + 200) // 2
        assert [colour(x, y) for y in (top - 1, top, middle - 1)] == [
            GROUND, DOWN_VOLUME, DOWN_VOLUME,
        ]  # fmt: skip
        assert [colour(x, y) for y in (middle, 199)] == [UP_VOLUME, UP_VOLUME]


def test_too_many_bars_share_columns_of_two_pixels() -> None:
    assert bars_per_column(7.0) == 1
    assert bars_per_column(2.0) == 1
    assert bars_per_column(0.5) == 4


@pytest.mark.parametrize(("first", "last"), [(0, 1000), (13, 997), (996, 1000), (999, 1000)])
def test_a_merged_column_keeps_every_spike(first: int, last: int) -> None:
    series = CandleSeries()
    series.load(candles(1000))
    group = 7
    merged = columns(series, first, last, group)
    start = first // group * group
    edges = [*range(start, last, group), last]
    assert len(merged) == len(edges) - 1
    for number, (begin, end) in enumerate(pairwise(edges)):
        assert merged.open[number] == series.open[begin]
        assert merged.close[number] == series.close[end - 1]
        assert merged.high[number] == series.high[begin:end].max()
        assert merged.low[number] == series.low[begin:end].min()
        assert merged.index[number] == begin + (group - 1) / 2


def test_groups_do_not_change_while_panning() -> None:
    series = CandleSeries()
    series.load(candles(500))
    one, other = columns(series, 100, 400, 6), columns(series, 103, 400, 6)
    shared = np.isin(one.index, other.index)
    assert one.high[shared].tolist() == other.high.tolist()
