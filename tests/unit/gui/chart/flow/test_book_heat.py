"""What rested where and when, by hand."""

import math

import numpy as np
import pytest

from terminal_app.gui.chart.flow.book_heat import BINS, BookHeat

TICK, START_MS = 0.1, 1_000_000


def add(heat: BookHeat, second: float, levels: dict[float, float], *, follows: bool = True) -> None:
    """Add the book of a second."""
    prices, sizes = np.array(list(levels)), np.array(list(levels.values()))
    heat.add(START_MS + round(second * 1000), prices, sizes, TICK, follows=follows)


def at(heat: BookHeat, second: float, price: float) -> float:
    """Return what rested at a price in a second."""
    return heat.size_at(START_MS + round(second * 1000), price)


def test_a_bin_holds_what_rests_in_it_until_the_next_moment() -> None:
    heat = BookHeat()
    add(heat, 0, {990: 2, 999.9: 1, 1000.1: 3, 1010: 4})
    add(heat, 2, {990: 5, 1010: 4})
    assert heat.step == 0.1
    assert at(heat, 0, 1000.15) == 3
    assert at(heat, 1.9, 999.9) == 1
    assert at(heat, 1.9, 1000.0) == 0
    assert at(heat, 2, 990) == 5
    assert at(heat, 2, 1000.1) == 0


def test_levels_of_one_bin_are_added_up() -> None:
    heat = BookHeat()
    add(heat, 0, {60_000.0: 1, 60_001.5: 2, 60_004.9: 4, 60_005.0: 8})
    assert heat.step == 5
    assert at(heat, 0, 60_003) == 7
    assert at(heat, 0, 60_006) == 8


def test_what_was_not_seen_is_not_known() -> None:
    heat = BookHeat()
    add(heat, 0, {995: 1, 1005: 1})
    add(heat, 20, {995: 1, 1005: 1}, follows=False)
    assert math.isnan(at(heat, -1, 1000)), "before"
    assert math.isnan(at(heat, 0, 994)), "below the deepest level"
    assert math.isnan(at(heat, 0, 1006)), "above the deepest level"
    assert at(heat, 0.9, 1000) == 0
    assert math.isnan(at(heat, 10, 1000)), "while the book was not followed"
    assert at(heat, 20.5, 1000) == 0


def test_a_price_that_leaves_the_window_takes_it_along() -> None:
    heat = BookHeat()
    for second, middle in enumerate((1000, 1100, 1000)):
        add(heat, second, {middle - 10: 1, middle + 10: 2})
    assert [at(heat, second, price) for second, price in enumerate((990, 1110, 1010))] == [1, 2, 2]
    assert math.isnan(at(heat, 1, 990))


def test_memory_ends_and_the_whole_time_stays() -> None:
    heat = BookHeat(columns=8)
    for second in range(8):
        add(heat, second, {990: 1 + second % 2, 1010: 4})
    assert heat.column_ms == 1000
    add(heat, 8, {990: 7, 1010: 4})
    assert heat.column_ms == 2000
    assert len(heat) == 5
    assert heat.since_ms == START_MS
    assert [at(heat, second, 990) for second in (0, 1, 6, 7.9, 8)] == [1.5, 1.5, 1.5, 1.5, 7]
    for second in range(9, 1000):
        if heat.wants(START_MS + second * 1000):
            add(heat, second, {990: 1, 1010: 4})
    assert len(heat) <= 8
    assert heat.column_ms == 128_000
    assert at(heat, 3, 1010) == 4


def test_columns_of_two_windows_become_one() -> None:
    heat = BookHeat(columns=2)
    add(heat, 0, {1000: 1, 1010: 3})
    add(heat, 1, {1000: 5, 1030: 5})
    add(heat, 2, {1000: 9, 1010: 9})
    assert at(heat, 0, 1000) == 3
    assert at(heat, 0, 1030) == 5, "known in one of the two"


def test_a_market_taken_back_begins_anew() -> None:
    heat = BookHeat()
    add(heat, 10, {990: 1, 1010: 4})
    add(heat, 5, {990: 2, 1010: 4})
    assert heat.since_ms == START_MS + 5000
    assert len(heat) == 1


def test_the_raster_has_a_column_a_time_and_a_row_a_price() -> None:
    heat = BookHeat()
    add(heat, 0, {999: 1, 1000: 16, 1001: 1})
    add(heat, 1, {1098: 1, 1100: 16, 1102: 1})
    times = np.array([START_MS - 1, START_MS, START_MS + 1000, START_MS + 9000])
    image = heat.raster(times, np.array([1100.05, 1000.55, 1000.05]))
    assert image.shape == (3, 4)
    assert image[:, 0].tolist() == [0, 0, 0]
    assert image[:, 3].tolist() == [0, 0, 0]
    assert image[0, 1] == 0, "outside of the book"
    assert image[1, 1] == 1, "nothing rested there"
    wall = int(image[2, 1])
    assert image[0, 2] == wall
    assert heat.scale()[wall] == pytest.approx(16, rel=0.05)
    assert list(heat.scale()) == sorted(heat.scale())


def test_a_book_without_levels_is_refused() -> None:
    heat = BookHeat()
    with pytest.raises(ValueError, match="without levels"):
        heat.add(START_MS, np.empty(0), np.empty(0), TICK, follows=True)
    assert not len(heat)


def test_it_takes_what_it_promises() -> None:
    heat = BookHeat()
    add(heat, 0, {990: 1, 1010: 4})
    held = sum(array.nbytes for array in vars(heat).values() if isinstance(array, np.ndarray))
    assert held < 2048 * BINS * 5 + 2048 * 32
