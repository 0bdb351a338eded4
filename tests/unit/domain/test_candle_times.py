"""Candles begin where Binance's begin, and gaps are what no known stretch holds."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal_app.domain.candle_times import (
    Span,
    merged,
    missing,
    open_time_ms,
    shifted_open_ms,
    span_before,
)
from terminal_app.domain.market import Interval

MOMENTS = st.integers(0, 4_102_444_800_000)
INTERVALS = st.sampled_from(list(Interval))
EDGES = st.integers(0, 40)
SPANS = st.lists(st.builds(Span, EDGES, EDGES), max_size=8)


def covered(spans: list[Span] | tuple[Span, ...]) -> set[int]:
    """Return every millisecond that spans hold."""
    return {time_ms for span in spans for time_ms in range(span.from_ms, span.to_ms)}


def at(year: int, month: int, day: int, hour: int = 0) -> int:
    """Return a moment of UTC in milliseconds."""
    return int(datetime(year, month, day, hour, tzinfo=UTC).timestamp()) * 1000


@pytest.mark.parametrize(
    ("interval", "time_ms", "opened_ms"),
    [
        (Interval.S1, at(2026, 3, 1) + 1_999, at(2026, 3, 1) + 1_000),
        (Interval.H4, at(2026, 3, 1, 7), at(2026, 3, 1, 4)),
        (Interval.D1, at(2026, 3, 1, 23), at(2026, 3, 1)),
        (Interval.W1, at(2026, 3, 1), at(2026, 2, 23)),
        (Interval.W1, at(2026, 3, 2), at(2026, 3, 2)),
        (Interval.MO1, at(2024, 2, 29, 12), at(2024, 2, 1)),
        (Interval.MO1, at(2025, 12, 31, 23), at(2025, 12, 1)),
    ],
)
def test_where_candles_open(interval: Interval, time_ms: int, opened_ms: int) -> None:
    assert open_time_ms(interval, time_ms) == opened_ms


def test_a_year_has_its_months() -> None:
    january = at(2024, 1, 1)
    opens = [shifted_open_ms(Interval.MO1, january, count) for count in range(-1, 13)]
    assert opens == [at(2023, 12, 1), *(at(2024, m, 1) for m in range(1, 13)), at(2025, 1, 1)]


@given(INTERVALS, MOMENTS, st.integers(1, 500))
def test_a_candle_holds_its_time_and_counting_comes_back(
    interval: Interval, time_ms: int, count: int
) -> None:
    opened = open_time_ms(interval, time_ms)
    following = shifted_open_ms(interval, opened, 1)
    assert opened <= time_ms < following
    assert open_time_ms(interval, following - 1) == opened
    assert open_time_ms(interval, opened) == opened
    later = shifted_open_ms(interval, opened, count)
    assert open_time_ms(interval, later) == later
    assert shifted_open_ms(interval, later, -count) == opened


@given(SPANS, st.builds(Span, EDGES, EDGES))
def test_merging_and_missing_are_exact(spans: list[Span], wanted: Span) -> None:
    known: tuple[Span, ...] = ()
    for span in spans:
        known = merged(known, span)
    assert covered(known) == covered(spans)
    # Sorted, and a stretch stands as one: nothing touches.
    assert all(one.to_ms < two.from_ms for one, two in pairwise(known))
    gaps = missing(known, wanted)
    assert covered(gaps) == covered((wanted,)) - covered(known)
    whole = known
    for gap in gaps:
        whole = merged(whole, gap)
    assert missing(whole, wanted) == ()


@given(SPANS, EDGES)
def test_the_span_before_a_time_ends_there(spans: list[Span], time_ms: int) -> None:
    known: tuple[Span, ...] = ()
    for span in spans:
        known = merged(known, span)
    found = span_before(known, time_ms)
    assert (found is not None) == (time_ms - 1 in covered(known))
    if found is not None:
        assert found.to_ms == time_ms
        assert covered((found,)) <= covered(known)
        assert found.from_ms - 1 not in covered(known)
