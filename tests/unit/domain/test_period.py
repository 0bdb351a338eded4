"""Bars that a venue has not are built of its shorter ones, and lie where its own would."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal_app.domain.candle_times import open_time_ms, shifted_open_ms
from terminal_app.domain.market import DAY_MS, HOUR_MS, MINUTE_MS, Candle, Interval
from terminal_app.domain.period import MOST_PARTS, Period, built, period_of

D = Decimal
FUTURES = tuple(interval for interval in Interval if interval is not Interval.S1)
MOMENTS = st.integers(10 * DAY_MS, 4_102_444_800_000)
_WITHIN_A_DAY = ("7s", "90s", "10m", "45m", "61m", "90m", "2h", "3h", "5h", "7h", "23h")
_OF_DAYS = ("2d", "5d", "6d", "2w", "3w", "2M", "3M", "6M")
TYPED = st.sampled_from((*_WITHIN_A_DAY, *_OF_DAYS))


def at(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> int:
    """Return a moment of UTC in milliseconds."""
    return int(datetime(year, month, day, hour, minute, tzinfo=UTC).timestamp()) * 1000


def minutes(first_ms: int, count: int) -> list[Candle]:
    """Return closed minutes whose numbers tell them apart: the n-th opens at 100 + n."""
    return [
        Candle(
            open_time_ms=first_ms + number * MINUTE_MS,
            close_time_ms=first_ms + (number + 1) * MINUTE_MS - 1,
            open=D(100 + number),
            high=D(103 + number),
            low=D(98 + number),
            close=D(101 + number),
            volume=D(2),
            quote_volume=D(200),
            trade_count=3,
            taker_buy_volume=D("0.5"),
            closed=True,
        )
        for number in range(count)
    ]


@pytest.mark.parametrize(
    ("typed", "text", "source"),
    [
        ("10m", "10m", Interval.M5),
        (" 45 m ", "45m", Interval.M15),
        ("90m", "90m", Interval.M30),
        ("120m", "2h", Interval.H2),
        ("2H", "2h", Interval.H2),
        ("3h", "3h", Interval.H1),
        ("24h", "1d", Interval.D1),
        ("2d", "2d", Interval.D1),
        ("6d", "6d", Interval.D3),
        ("7d", "1w", Interval.W1),
        ("2w", "2w", Interval.W1),
        ("3M", "3M", Interval.MO1),
        ("61m", "61m", Interval.M1),
    ],
)
def test_a_typed_length_is_read_and_made_of_the_longest_bars(
    typed: str, text: str, source: Interval
) -> None:
    period = period_of(typed)
    assert period.text == text
    assert period.source(FUTURES) is source


@pytest.mark.parametrize(
    ("typed", "advice"),
    [
        ("", "Type a number"),
        ("10", "Type a number"),
        ("0m", "Type a number"),
        ("-5m", "Type a number"),
        ("1y", "Type a number"),
        ("36h", "type 1d or 2d"),
        ("5s", "type 1m or longer"),
        ("721m", f"{MOST_PARTS} at most"),
    ],
)
def test_a_length_that_cannot_be_shown_says_what_can(typed: str, advice: str) -> None:
    with pytest.raises(ValueError, match=advice):
        period_of(typed).source(FUTURES)


def test_data_that_lack_an_interval_build_it() -> None:
    offered = [Interval.M1, Interval.H1, Interval.D1]
    assert period_of("2h").source(offered) is Interval.H1
    assert period_of("1w").source(offered) is Interval.D1
    assert period_of("1M").source(offered) is Interval.D1
    assert period_of("5m").source(offered) is Interval.M1


@pytest.mark.parametrize(
    ("text", "time_ms", "opened_ms", "ended_ms"),
    [
        # The last bar of a day ends with the day.
        ("45m", at(2026, 3, 1, 23, 50), at(2026, 3, 1, 23, 15), at(2026, 3, 2)),
        ("7h", at(2026, 3, 1, 22), at(2026, 3, 1, 21), at(2026, 3, 2)),
        ("7h", at(2026, 3, 2, 0), at(2026, 3, 2), at(2026, 3, 2, 7)),
        ("90m", at(2026, 3, 1, 23, 59), at(2026, 3, 1, 22, 30), at(2026, 3, 2)),
        ("2d", at(1970, 1, 4), at(1970, 1, 3), at(1970, 1, 5)),
        ("2w", at(1970, 1, 18, 23), at(1970, 1, 5), at(1970, 1, 19)),
        ("3M", at(2024, 2, 29), at(2024, 1, 1), at(2024, 4, 1)),
        ("6M", at(2025, 12, 31, 23), at(2025, 7, 1), at(2026, 1, 1)),
    ],
)
def test_where_bars_open_and_end(text: str, time_ms: int, opened_ms: int, ended_ms: int) -> None:
    period = period_of(text)
    assert period.open_ms(time_ms) == opened_ms
    assert period.end_ms(opened_ms) == ended_ms


@given(TYPED, MOMENTS)
def test_bars_join_without_gap_and_hold_whole_bars_of_their_source(text: str, time_ms: int) -> None:
    period, source = period_of(text), period_of(text).source(Interval)
    opened = period.open_ms(time_ms)
    ended = period.end_ms(opened)
    assert opened <= time_ms < ended
    assert period.open_ms(ended - 1) == opened
    assert period.open_ms(ended) == ended
    assert open_time_ms(source, opened) == opened
    assert open_time_ms(source, ended) == ended


@given(st.sampled_from(list(Interval)), MOMENTS)
def test_lengths_that_a_venue_has_lie_where_its_own_bars_do(
    interval: Interval, time_ms: int
) -> None:
    period = period_of(interval.value)
    assert period.native(Interval) is interval
    opened = open_time_ms(interval, time_ms)
    assert period.open_ms(time_ms) == opened
    assert period.end_ms(opened) == shifted_open_ms(interval, opened, 1)


def test_a_bar_is_its_parts_put_together() -> None:
    (bar, forming) = built(minutes(at(2026, 3, 1), 15), period_of("10m"), is_first_whole=False)
    assert bar == Candle(
        open_time_ms=at(2026, 3, 1),
        close_time_ms=at(2026, 3, 1, 0, 10) - 1,
        open=D(100),
        high=D(112),
        low=D(98),
        close=D(110),
        volume=D(20),
        quote_volume=D(2000),
        trade_count=30,
        taker_buy_volume=D(5),
        closed=True,
    )
    assert (forming.open, forming.close, forming.volume) == (D(110), D(115), D(10))
    assert not forming.closed


def test_a_bar_closes_when_the_exchange_closes_its_last_part() -> None:
    parts = minutes(at(2026, 3, 1), 10)
    parts[-1] = replace(parts[-1], closed=False)
    (bar,) = built(parts, period_of("10m"), is_first_whole=True)
    assert not bar.closed
    (bar,) = built(minutes(at(2026, 3, 1), 10), period_of("10m"), is_first_whole=True)
    assert bar.closed


def test_the_first_bar_waits_for_what_may_lie_before_it() -> None:
    parts = minutes(at(2026, 3, 1, 0, 4), 20)
    period = period_of("10m")
    opens = [at(2026, 3, 1, 0, minute) for minute in (0, 10, 20)]
    bars = built(parts, period, is_first_whole=False)
    assert [bar.open_time_ms for bar in bars] == opens[1:]
    # From its listing on a symbol has no more: the bar is as short as the exchange's own.
    bars = built(parts, period, is_first_whole=True)
    assert [bar.open_time_ms for bar in bars] == opens
    assert bars[0].volume == 12


def test_the_last_bar_of_a_day_is_cut_at_midnight() -> None:
    parts = minutes(at(2026, 3, 1, 20), 8 * 60)
    bars = built(parts, period_of("7h"), is_first_whole=True)
    assert [bar.open_time_ms for bar in bars] == [
        at(2026, 3, 1, 14),
        at(2026, 3, 1, 21),
        at(2026, 3, 2),
    ]
    assert bars[1].close_time_ms == at(2026, 3, 2) - 1
    assert bars[1].volume == 3 * 60 * 2


@given(st.integers(0, 3 * 24 * 60), st.integers(1, 600), TYPED)
def test_nothing_is_lost_or_counted_twice(offset: int, count: int, text: str) -> None:
    parts = minutes(at(2026, 2, 27) + offset * MINUTE_MS, count)
    bars = built(parts, period_of(text), is_first_whole=True)
    if period_of(text).length_ms < MINUTE_MS:
        return
    assert sum(bar.volume for bar in bars) == sum(part.volume for part in parts)
    assert sum(bar.trade_count for bar in bars) == sum(part.trade_count for part in parts)
    assert all(before.close_time_ms < after.open_time_ms for before, after in pairwise(bars))
    assert max(bar.high for bar in bars) == max(part.high for part in parts)
    assert (bars[0].open, bars[-1].close) == (parts[0].open, parts[-1].close)


def test_a_period_is_a_plain_value() -> None:
    assert period_of("60m") == period_of("1h") == Period(1, "h")
    assert period_of("1h").length_ms == HOUR_MS
