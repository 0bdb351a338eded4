"""Ways to draw bars and to place prices: held against plain arithmetic, and seen on the picture."""

from __future__ import annotations

import itertools
import math
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QSignalSpy

from terminal_app.gui.chart.candles import columns
from terminal_app.gui.chart.look import (
    ChartStyle,
    ScaleMode,
    mode_named,
    style_named,
    zone_named,
    zone_words,
)
from terminal_app.gui.chart.panel import ChartPanel
from terminal_app.gui.chart.scales import PriceScale
from terminal_app.gui.chart.series import CandleSeries
from terminal_app.gui.chart.ticks import axis_prices, time_ticks
from terminal_app.gui.theme import DARK
from tests.helpers.market_values import candles

_LINES = (ChartStyle.LINE, ChartStyle.AREA, ChartStyle.HEATMAP_LINE)
PRICES = st.floats(1e-6, 1e7)


@given(PRICES, st.floats(1.001, 1000), st.sampled_from(list(ScaleMode)), st.floats(0, 500))
def test_a_height_and_its_price_belong_together(
    low: float, ratio: float, mode: ScaleMode, y: float
) -> None:
    scale = PriceScale(height=500, mode=mode)
    scale.fit(low, low * ratio, 40, 80, low / 1e6)
    assert scale.y(scale.price(y)) == pytest.approx(y, abs=1e-3)
    assert scale.y(low * ratio) == pytest.approx(40, abs=1e-3)
    assert scale.y(low) == pytest.approx(420, abs=1e-3)


def test_equal_ratios_are_equally_far_apart_on_the_log_scale() -> None:
    scale = PriceScale(low=1, high=10_000, height=400, mode=ScaleMode.LOG)
    assert scale.y(10) - scale.y(100) == pytest.approx(scale.y(100) - scale.y(1000))
    scale.pan(100)
    assert scale.low == pytest.approx(10)
    assert scale.high == pytest.approx(100_000)
    scale.stretch(0.5)
    assert math.log10(scale.high / scale.low) == pytest.approx(2)
    assert not scale.is_auto


@given(PRICES, st.floats(1.001, 100_000), st.sampled_from(list(ScaleMode)))
def test_named_prices_lie_in_sight_and_apart(low: float, ratio: float, mode: ScaleMode) -> None:
    scale = PriceScale(low, low * ratio, 600, mode=mode, base=low)
    heights = [scale.y(price) for price in axis_prices(scale, low / 1e4)]
    assert all(-1 <= height <= 601 for height in heights)
    assert all(upper - lower >= 20 for upper, lower in itertools.pairwise(heights))


@pytest.mark.parametrize(("first", "last"), [(0, 50), (100, 400), (390, 400), (7, 7)])
def test_averaged_bars_equal_the_recursion_that_defines_them(first: int, last: int) -> None:
    series, bars = CandleSeries(), candles(400)
    series.load(bars)
    shown = columns(series, first, last, 1, ChartStyle.HEIKIN_ASHI)
    opened = closed = 0.0
    expected = []
    for number, bar in enumerate(bars):
        o, h, lo, c = (float(price) for price in (bar.open, bar.high, bar.low, bar.close))
        opened = (opened + closed) / 2 if number else (o + c) / 2
        closed = (o + h + lo + c) / 4
        expected.append((opened, max(h, opened, closed), min(lo, opened, closed), closed))
    made = np.array([shown.open, shown.high, shown.low, shown.close]).T
    assert made == pytest.approx(np.array(expected[first:last]).reshape(-1, 4), rel=1e-9)


def test_times_are_named_in_the_zone_that_was_chosen_across_a_clock_change() -> None:
    # New York turned its clocks back from 02:00 to 01:00 on 3 November 2024, 06:00 UTC.
    first_ms = 1_730_606_400_000 - 3_600_000
    times = np.arange(first_ms, first_ms + 12 * 3_600_000, 60_000, dtype=np.int64)
    named = {
        zone: time_ticks(times, 0, 60, zone_named(zone)) for zone in ("UTC", "America/New_York")
    }
    for zone, ticks in named.items():
        for tick in ticks:
            moment = datetime.fromtimestamp(int(times[tick.index]) / 1000, zone_named(zone))
            assert f"{moment:%H:%M}" == tick.text or tick.is_major
    utc, york = ([tick.index for tick in ticks] for ticks in named.values())
    assert utc == sorted(set(utc))
    assert york == sorted(set(york))
    assert zone_named("Nowhere/City") is None
    assert [zone_words(name) for name in ("", "UTC", "America/New_York")] == [
        "Local time", "UTC", "New York",
    ]  # fmt: skip


def test_names_that_are_not_known_give_the_usual_look() -> None:
    assert [style_named(style.value) for style in ChartStyle] == list(ChartStyle)
    assert [mode_named(mode.value) for mode in ScaleMode] == list(ScaleMode)
    assert style_named("boxes") is ChartStyle.CANDLES
    assert mode_named("") is ScaleMode.LINEAR


def _share(image: QImage, colour: str) -> float:
    wanted = QColor(colour).rgb()
    spots = [(x, y) for x in range(0, 800, 3) for y in range(60, 380, 2)]
    return sum(image.pixel(x, y) == wanted for x, y in spots) / len(spots)


@pytest.mark.parametrize("mode", list(ScaleMode))
@pytest.mark.parametrize("style", list(ChartStyle))
def test_each_look_paints_what_it_is_made_of(
    panel: ChartPanel, style: ChartStyle, mode: ScaleMode
) -> None:
    panel.set_look(style, mode)
    image = panel.view.grab().toImage()
    has_bars = _share(image, DARK.buy) > 0.001
    assert has_bars is (style not in _LINES)
    before = image.copy()
    panel.view.update_candle(candles(301)[-1])
    assert panel.view.grab().toImage() != before


def test_a_choice_is_followed_and_told(panel: ChartPanel) -> None:
    spy = QSignalSpy(panel.look_chosen)
    for button in (panel.style_button, panel.mode_button):
        button.menu().actions()[1].trigger()
    assert panel.view.frames.style is ChartStyle.BARS
    assert panel.view.frames.price.mode is ScaleMode.LOG
    assert spy.at(spy.count() - 1) == ["bars", "log", ""]
    panel.zone_button.fill()
    panel.zone_button.menu().actions()[1].trigger()
    assert spy.at(spy.count() - 1) == ["bars", "log", "UTC"]
    assert panel.view.frames.zone == ZoneInfo("UTC")
    assert panel.style_button.text() == "Bars ▾"
