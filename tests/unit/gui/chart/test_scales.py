"""Check that bars and prices are where they are said to be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal_app.gui.chart.scales import PriceScale, TimeScale

WIDTH, COUNT = 1000.0, 5000
FACTORS = st.floats(min_value=0.2, max_value=5)


def test_a_live_chart_has_the_last_bar_near_the_right_edge() -> None:
    time = TimeScale()
    assert time.is_live
    assert WIDTH - 100 < time.x(COUNT - 1, COUNT, WIDTH) < WIDTH


@given(st.integers(min_value=0, max_value=COUNT - 1), FACTORS)
def test_a_bar_is_found_where_it_is_painted(index: int, factor: float) -> None:
    time = TimeScale()
    time.zoom(factor, WIDTH / 2, COUNT, WIDTH)
    assert time.index(time.x(index, COUNT, WIDTH), COUNT, WIDTH) == index


@given(st.floats(min_value=100, max_value=900), FACTORS)
def test_zoom_keeps_what_is_at_the_pointer(x: float, factor: float) -> None:
    time = TimeScale()
    time.pan(3000, COUNT, WIDTH)
    before = COUNT - 1 + time.margin - (WIDTH - x) / time.spacing
    time.zoom(factor, x, COUNT, WIDTH)
    after = COUNT - 1 + time.margin - (WIDTH - x) / time.spacing
    assert after == pytest.approx(before, abs=1e-6)


def test_a_new_bar_moves_a_live_chart_and_leaves_history_in_its_place() -> None:
    live, back = TimeScale(), TimeScale()
    back.pan(4000, COUNT, WIDTH)
    x = back.x(4000, COUNT, WIDTH)
    live_x = live.x(COUNT - 1, COUNT, WIDTH)
    live.appended()
    back.appended()
    assert live.x(COUNT, COUNT + 1, WIDTH) == live_x
    assert back.x(4000, COUNT + 1, WIDTH) == pytest.approx(x)


def test_panning_never_loses_all_bars() -> None:
    time = TimeScale()
    for pixels in (1e9, -1e9):
        time.pan(pixels, COUNT, WIDTH)
        first, last = time.visible(COUNT, WIDTH)
        assert last - first >= 2


@pytest.mark.parametrize("count", [0, 1, 2, 3])
def test_few_bars_are_all_in_sight(count: int) -> None:
    time = TimeScale()
    time.pan(50, count, WIDTH)
    time.zoom(2, 500, count, WIDTH)
    time.show_first(count, WIDTH)
    assert time.visible(count, WIDTH) == (0, count)


def test_prices_map_to_heights_and_back() -> None:
    scale = PriceScale(height=600)
    scale.fit(100, 200, above_px=50, below_px=100, tick=0.1)
    assert scale.y(200) == pytest.approx(50)
    assert scale.y(100) == pytest.approx(500)
    assert scale.price(scale.y(163.7)) == pytest.approx(163.7)


def test_a_flat_market_still_has_a_range() -> None:
    scale = PriceScale(height=600)
    scale.fit(100, 100, above_px=50, below_px=100, tick=0.1)
    assert scale.low < 100 < scale.high
    assert 50 < scale.y(100) < 500


def test_stretching_ends_the_automatic_scale_and_keeps_the_middle() -> None:
    scale = PriceScale(low=100, high=200, height=600)
    scale.stretch(2)
    assert (scale.low, scale.high, scale.is_auto) == (50, 250, False)


def test_an_automatic_scale_stays_while_bars_nearly_fill_it() -> None:
    price = PriceScale(height=500)
    price.fit(100, 200, 50, 50, 0.1)
    before = price.low, price.high
    price.fit(104, 199, 50, 50, 0.1)
    assert (price.low, price.high) == before
    price.fit(104, 201, 50, 50, 0.1)
    assert price.y(201) == pytest.approx(50), "no bar leaves the room it has"
    price.fit(120, 180, 50, 50, 0.1)
    assert (price.y(180), price.y(120)) == pytest.approx((50, 450)), "bars fill most of the room"


def test_what_a_hand_scaled_is_fitted_exactly_when_it_is_let_go() -> None:
    price = PriceScale(height=500)
    price.fit(100, 200, 50, 50, 0.1)
    before = price.low, price.high
    price.stretch(1.02)
    price.fit(100, 200, 50, 50, 0.1)
    assert (price.low, price.high) == before
