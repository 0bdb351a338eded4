"""A tick calculates the last value alone, and it is what the whole series would give."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest

from terminal_app.domain.market import Candle
from terminal_app.gui.chart.indicators.catalogue import KINDS
from terminal_app.gui.chart.indicators.profile import RunningProfile, volume_profile
from terminal_app.gui.chart.indicators.study import Study
from terminal_app.gui.chart.indicators.values import (
    Bars,
    Columns,
    IndicatorKind,
    Place,
    Settings,
    Source,
)
from tests.helpers.indicator_values import series_of, study_of, walk

LINES = [kind for kind in KINDS if kind.place is not Place.PROFILE]
EACH_KIND = pytest.mark.parametrize("kind", LINES, ids=lambda kind: kind.key)


def ticks_of(bar: Candle, dice: random.Random, count: int) -> Iterator[Candle]:
    """Return a bar as it comes to be: it opens, wanders, and ends as it is."""
    low, high = int(bar.low * 10), int(bar.high * 10)
    price, reached = bar.open, [bar.open]
    for part in range(1, count):
        price = Decimal(dice.randint(low, high)) / 10
        reached.append(price)
        yield replace(
            bar,
            high=max(reached),
            low=min(reached),
            close=price,
            volume=bar.volume * part / count,
            taker_buy_volume=bar.taker_buy_volume * part / count,
        )
    yield bar


def assert_equal(made: Study, expected: Study) -> None:
    """Compare all values of two studies."""
    for line, whole in zip(made.lines, expected.lines, strict=True):
        np.testing.assert_allclose(line, whole, rtol=1e-9, atol=1e-7)


@EACH_KIND
@pytest.mark.parametrize("begin", [3, 4000])
def test_a_tick_gives_what_the_whole_would(kind: IndicatorKind, begin: int) -> None:
    bars, dice = walk(), random.Random(kind.key)
    source = Source.HLC3 if kind.has_source else Source.CLOSE
    series = series_of(begin)
    followed = study_of(kind.key, source=source, anchor=1)
    followed.follow(series)
    for bar in bars[begin : begin + 150]:
        for moved in ticks_of(bar, dice, 3):
            series.update(moved)
            followed.follow(series)
            if dice.random() < 0.04:
                whole = study_of(kind.key, source=source, anchor=1)
                whole.follow(series)
                assert_equal(followed, whole)
    whole = study_of(kind.key, source=source, anchor=1)
    whole.follow(series)
    assert len(followed.lines[0]) == begin + 150
    assert_equal(followed, whole)


def counting(kind: IndicatorKind, seen: list[int]) -> IndicatorKind:
    """Return an indicator that notes of how many bars it is calculated each time."""

    def whole(bars: Bars, settings: Settings) -> Columns:
        seen.append(len(bars))
        return kind.whole(bars, settings)

    return replace(kind, whole=whole)


@EACH_KIND
def test_a_tick_calculates_nothing_but_the_last_values(kind: IndicatorKind) -> None:
    series, seen = series_of(4000), list[int]()
    study = study_of(kind.key)
    study.choice = replace(study.choice, kind=counting(kind, seen))
    study.follow(series)
    assert seen == [4000]
    for bar in walk()[4000:4100]:
        series.update(bar)
        study.follow(series)
    assert seen == [4000]


@EACH_KIND
@pytest.mark.parametrize("seed", range(3))
def test_any_numbers_and_any_walk_give_what_the_whole_would(kind: IndicatorKind, seed: int) -> None:
    dice = random.Random(f"{kind.key} {seed}")
    numbers = [
        setting.nearest(dice.uniform(setting.least, min(setting.most, 4 * setting.usual)))
        for setting in kind.settings
    ]
    source = dice.choice(list(Source)) if kind.has_source else Source.CLOSE
    anchor, count = dice.randrange(0, 700), dice.randrange(300, 600)
    series, bars = series_of(count, seed + 10), walk(seed + 10)
    followed = study_of(kind.key, *numbers, source=source, anchor=anchor)
    followed.follow(series)
    for bar in bars[count : count + 40]:
        # Now and then the market stands still.
        still = replace(bar, open=bar.close, high=bar.close, low=bar.close, volume=Decimal(0))
        for moved in ticks_of(still if dice.random() < 0.2 else bar, dice, 3):
            series.update(moved)
            followed.follow(series)
            whole = study_of(kind.key, *numbers, source=source, anchor=anchor)
            whole.follow(series)
            for line, expected in zip(followed.lines, whole.lines, strict=True):
                np.testing.assert_allclose(line[-1], expected[-1], rtol=1e-9, atol=1e-7)


@EACH_KIND
def test_a_page_of_history_is_calculated_once(kind: IndicatorKind) -> None:
    bars, seen = walk()[:3000], list[int]()
    series = series_of(0)
    series.load(bars[1000:])
    study = study_of(kind.key)
    study.choice = replace(study.choice, kind=counting(kind, seen))
    study.follow(series)
    series.prepend(bars[:1000])
    study.forget()
    for _ in range(3):
        study.follow(series)
    whole = study_of(kind.key)
    whole.follow(series)
    assert [count for count in seen if count > 1000] == [2000, 3000]
    assert_equal(study, whole)


@EACH_KIND
@pytest.mark.parametrize("count", [0, 1, 2, 30])
def test_a_short_series_gives_columns_of_its_length(kind: IndicatorKind, count: int) -> None:
    study = study_of(kind.key)
    study.follow(series_of(count))
    assert [len(line) for line in study.lines] == [count] * len(kind.lines) * bool(count)


def test_many_bars_at_once_are_calculated_whole() -> None:
    series = series_of(2000)
    study, whole = study_of("ema"), study_of("ema")
    study.follow(series)
    for bar in walk()[2000:3000]:
        series.update(bar)
    study.follow(series)
    whole.follow(series)
    assert_equal(study, whole)


def test_a_profile_that_runs_along_equals_that_of_all_bars() -> None:
    series, running, dice = series_of(400), RunningProfile(), random.Random(2)
    for bar in walk()[400:440]:
        for moved in ticks_of(bar, dice, 4):
            series.update(moved)
            first, last = len(series) - 120, len(series)
            running.follow(Bars.of(series), first, last, 40)
            whole = volume_profile(Bars.of(series).part(first, last), 40)
            assert running.now is not None
            assert whole is not None
            assert np.allclose(running.now.edges, whole.edges)
            assert np.allclose(running.now.bought, whole.bought)
            assert np.allclose(running.now.sold, whole.sold)
            assert running.now.control == whole.control
