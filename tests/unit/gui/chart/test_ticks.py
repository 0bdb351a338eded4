"""Check that axes name round prices and round local times."""

import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal_app.gui.chart.ticks import price_step, price_ticks, time_ticks

MINUTE_MS = 60_000


@pytest.fixture
def zone(request: pytest.FixtureRequest) -> Iterator[str]:
    """Live in another time zone for one test."""
    if not hasattr(time, "tzset"):
        pytest.skip("this system cannot change its time zone for one process")
    before = os.environ.get("TZ")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", request.param)
        time.tzset()
        yield request.param
    assert os.environ.get("TZ") == before
    time.tzset()


@pytest.mark.parametrize(
    ("span", "tick", "step"),
    [
        (1000.0, 0.1, 100.0),
        (0.35, 0.1, 0.1),
        (0.0007, 0.00001, 0.0001),
        (30.0, 0.25, 5.0),
        (3.0, 0.25, 0.5),
        (2.0, 5.0, 5.0),
    ],
)
def test_price_steps_are_nice_and_on_the_tick(span: float, tick: float, step: float) -> None:
    assert price_step(span, 600, tick) == pytest.approx(step)


@given(
    st.floats(min_value=1e-6, max_value=1e6),
    st.sampled_from([0.00001, 0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0]),
)
def test_a_price_step_is_always_a_multiple_of_the_tick(span: float, tick: float) -> None:
    ratio = price_step(span, 600, tick) / tick
    assert ratio == pytest.approx(round(ratio), rel=1e-6)
    assert round(ratio) >= 1


def test_price_ticks_lie_in_the_range() -> None:
    assert price_ticks(61.2, 64.1, 1.0) == [62.0, 63.0, 64.0]


@pytest.mark.parametrize("zone", ["UTC", "Asia/Kolkata", "America/New_York"], indirect=True)
def test_times_are_round_in_local_time_and_days_are_marked(zone: str) -> None:
    start_ms = round(datetime(2026, 11, 20, 18, 7).timestamp() * 1000)
    times = start_ms + np.arange(12 * 60, dtype=np.int64) * MINUTE_MS
    ticks = time_ticks(times, 1000, bars_apart=50)
    assert [tick.text for tick in ticks[:6]] == [
        "19:00",
        "20:00",
        "21:00",
        "22:00",
        "23:00",
        "21 Nov",
    ]
    assert [tick.is_major for tick in ticks[:6]] == [False] * 5 + [True]
    assert ticks[0].index == 1000 + 53


@pytest.mark.parametrize("zone", ["Europe/Berlin"], indirect=True)
def test_labels_stay_round_when_the_clocks_change(zone: str) -> None:
    start_ms = round(datetime(2026, 10, 24, 12).timestamp() * 1000)
    times = start_ms + np.arange(30, dtype=np.int64) * 60 * MINUTE_MS
    ticks = time_ticks(times, 0, bars_apart=3)
    for tick in ticks:
        moment = datetime.fromtimestamp(int(times[tick.index]) / 1000)
        assert moment.minute == 0
        assert moment.hour % 3 == 0
    midnight = next(tick for tick in ticks if tick.is_major)
    assert midnight.text == "25 Oct"


@pytest.mark.parametrize(
    ("name", "midnight_before"),
    [
        ("Europe/Zurich", datetime(2026, 3, 28, 23, tzinfo=UTC)),
        ("Europe/Zurich", datetime(2026, 10, 24, 22, tzinfo=UTC)),
        ("America/New_York", datetime(2026, 3, 8, 5, tzinfo=UTC)),
        ("America/New_York", datetime(2026, 11, 1, 4, tzinfo=UTC)),
        ("Australia/Sydney", datetime(2026, 10, 3, 14, tzinfo=UTC)),
        ("Asia/Kolkata", datetime(2026, 3, 28, 18, 30, tzinfo=UTC)),
    ],
)
@pytest.mark.parametrize("apart", [2, 4, 12])
def test_every_label_is_what_a_clock_in_the_zone_shows(
    name: str, midnight_before: datetime, apart: int
) -> None:
    zone = ZoneInfo(name)
    start_ms = round(midnight_before.timestamp() * 1000) - 6 * 60 * MINUTE_MS
    times = start_ms + np.arange(72, dtype=np.int64) * 30 * MINUTE_MS
    ticks = time_ticks(times, 0, bars_apart=apart, zone=zone)
    assert sum(tick.is_major for tick in ticks) == 2
    for tick in ticks:
        clock = datetime.fromtimestamp(int(times[tick.index]) / 1000, zone)
        day = f"{clock:%b}" if clock.day == 1 else f"{clock.day} {clock:%b}"
        assert tick.text == (day if tick.is_major else f"{clock:%H:%M}")
        assert (clock.hour == 0) is tick.is_major


def test_a_day_whose_midnight_was_left_out_begins_all_the_same() -> None:
    zone = ZoneInfo("America/Santiago")
    start_ms = round(datetime(2026, 9, 5, 22, tzinfo=UTC).timestamp() * 1000)
    times = start_ms + np.arange(16, dtype=np.int64) * 60 * MINUTE_MS
    named = {tick.text: tick.index for tick in time_ticks(times, 0, bars_apart=2, zone=zone)}
    # The clock went from 24:00 on the fifth to 1:00 on the sixth.
    assert datetime.fromtimestamp(int(times[named["6 Sep"]]) / 1000, zone).hour == 1


@pytest.mark.parametrize("zone", ["UTC"], indirect=True)
def test_days_months_and_years_are_named(zone: str) -> None:
    start_ms = round(datetime(2024, 11, 3).timestamp() * 1000)
    times = start_ms + np.arange(120, dtype=np.int64) * 24 * 60 * MINUTE_MS
    texts = [tick.text for tick in time_ticks(times, 0, bars_apart=20)]
    assert texts == ["Dec", "2025", "Feb", "Mar"]


def test_missing_bars_do_not_crowd_the_labels() -> None:
    start_ms = 1_735_689_600_000
    times = start_ms + np.array([0, 1, 2, 3, 600, 601, 602, 603], dtype=np.int64) * MINUTE_MS
    ticks = time_ticks(times, 0, bars_apart=2)
    distances = np.diff([tick.index for tick in ticks])
    assert all(distance >= 1 for distance in distances)


def test_one_bar_has_no_times() -> None:
    assert time_ticks(np.array([1_735_689_600_000], dtype=np.int64), 0, 10) == []
