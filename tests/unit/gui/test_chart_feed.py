"""A chart shows what its service knows, also where its bars are built of shorter ones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

import pytest
from pytestqt.qtbot import QtBot

from terminal_app.domain.market import Candle
from terminal_app.domain.period import built, period_of
from terminal_app.gui.chart.view import ChartView
from terminal_app.gui.chart_feed import ChartFeed
from terminal_app.gui.frame_clock import FrameClock
from terminal_app.gui.theme import DARK
from terminal_app.services.candles import CandleService, CandlesState
from tests.helpers.market_values import START_MS, candles, instrument
from tests.helpers.quiet_desk import quiet_desk, seat

TEN = period_of("10m")
# The first of them opens four minutes into a bar of ten.
FIRST = 4


@pytest.fixture
def service(qtbot: QtBot) -> CandleService:
    """Make a service that holds 300 minutes and hears nothing."""
    made = seat(quiet_desk()).candles
    made.candles, made.state = candles(300, first=FIRST), CandlesState.READY
    return made


@pytest.fixture
def view(qtbot: QtBot) -> Iterator[ChartView]:
    """Make a chart without bars."""
    chart = ChartView(DARK, FrameClock())
    qtbot.addWidget(chart)
    chart.resize(600, 400)
    chart.set_instrument(instrument())
    chart.set_interval(TEN.text)
    yield chart
    chart.hide()


def shown(view: ChartView) -> list[tuple[int, float, float]]:
    """Return time, close and volume of every bar."""
    series = view.series
    columns = (series.open_time_ms, series.close, series.volume)
    return list(zip(*(column.tolist() for column in columns), strict=True))


def wanted(parts: list[Candle], *, from_listing: bool = False) -> list[tuple[int, float, float]]:
    """Return what a chart of ten minutes has to show of minutes."""
    bars = built(parts, TEN, is_first_whole=from_listing)
    return [(bar.open_time_ms, float(bar.close), float(bar.volume)) for bar in bars]


def followed(view: ChartView, service: CandleService) -> ChartFeed:
    """Return what brings the service's candles to the chart as bars of ten minutes."""
    feed = ChartFeed(view, view.mark)
    feed.follow(service, TEN)
    feed.flush()
    return feed


def test_only_whole_bars_are_shown_until_the_page_before_comes(
    view: ChartView, service: CandleService
) -> None:
    feed = followed(view, service)
    assert shown(view) == wanted(service.candles)
    assert view.series.open_time_ms[0] == START_MS + 10 * 60_000
    before = {row[0]: row[1:] for row in shown(view)}
    service.candles[:0] = candles(64, seed=3, first=FIRST - 64)
    service.observers.notify("older")
    feed.flush()
    assert shown(view) == wanted(service.candles)
    assert len(shown(view)) > len(before)
    after = {row[0]: row[1:] for row in shown(view)}
    assert all(after[time] == figures for time, figures in before.items())


def test_the_bar_of_the_listing_is_shown_as_short_as_it_is(
    view: ChartView, service: CandleService
) -> None:
    feed = followed(view, service)
    count = len(view.series)
    service.reached_listing = True
    service.observers.notify("older")
    feed.flush()
    assert len(view.series) == count + 1
    assert shown(view) == wanted(service.candles, from_listing=True)


def test_live_minutes_move_and_close_one_bar_for_each_period(
    view: ChartView, service: CandleService
) -> None:
    feed = followed(view, service)
    every = candles(340, first=FIRST)
    for number in range(300, 340):
        forming = replace(every[number], closed=False, close=every[number].close + Decimal("0.5"))
        for candle in (forming, every[number]):
            service.candles = [*every[:number], candle]
            service.observers.notify("updated")
            feed.flush()
            assert shown(view) == wanted(service.candles)
    times = view.series.open_time_ms.tolist()
    assert all(TEN.end_ms(one) == after for one, after in pairwise(times))


def test_a_repair_rewrites_the_bars_it_reaches(view: ChartView, service: CandleService) -> None:
    feed = followed(view, service)
    changed = service.candles[:]
    changed[250] = replace(changed[250], volume=Decimal(1000))
    service.candles, service.repaired_from_ms = changed, changed[250].open_time_ms
    service.observers.notify("repaired")
    feed.flush()
    assert shown(view) == wanted(changed)
    assert max(row[2] for row in shown(view)) > 1000


def test_who_left_is_told_nothing(view: ChartView, service: CandleService) -> None:
    feed = followed(view, service)
    feed.leave()
    before = shown(view)
    service.candles = candles(320, first=FIRST)
    service.observers.notify("updated")
    feed.flush()
    assert shown(view) == before
