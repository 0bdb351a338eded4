"""Where candles begin, and which stretches of time are known: pure arithmetic.

Source: Binance, klines: UTC; days and shorter from midnight, three days from 1970, weeks on
Monday, months by the calendar.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from terminal_app.domain.market import DAY_MS, Interval

FIRST_MONDAY_MS = 4 * DAY_MS
_EPOCH_YEAR = 1970


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Hold a stretch of time from its first millisecond to the one after its last."""

    from_ms: int
    to_ms: int

    @property
    def length_ms(self) -> int:
        """Return how long it is."""
        return self.to_ms - self.from_ms


def open_time_ms(interval: Interval, time_ms: int) -> int:
    """Return when the candle opened that holds a time."""
    if interval is Interval.MO1:
        return month_start_ms(month_of(time_ms))
    offset_ms = FIRST_MONDAY_MS if interval is Interval.W1 else 0
    return time_ms - (time_ms - offset_ms) % interval.length_ms


def shifted_open_ms(interval: Interval, open_ms: int, count: int) -> int:
    """Return when the candle opens that is ``count`` after another; before it if negative."""
    if interval is Interval.MO1:
        return month_start_ms(month_of(open_ms) + count)
    return open_ms + count * interval.length_ms


def merged(spans: Iterable[Span], new: Span) -> tuple[Span, ...]:
    """Return the spans with one more, in order, none touching another."""
    result: list[Span] = []
    for span in sorted((*spans, new)):
        if span.length_ms <= 0:
            continue
        if result and span.from_ms <= result[-1].to_ms:
            result[-1] = Span(result[-1].from_ms, max(result[-1].to_ms, span.to_ms))
        else:
            result.append(span)
    return tuple(result)


def missing(spans: Iterable[Span], wanted: Span) -> tuple[Span, ...]:
    """Return what of a wanted span no other holds, in order."""
    gaps: list[Span] = []
    edge_ms = wanted.from_ms
    for span in sorted(spans):
        if span.from_ms > edge_ms:
            gaps.append(Span(edge_ms, min(span.from_ms, wanted.to_ms)))
        edge_ms = max(edge_ms, span.to_ms)
    gaps.append(Span(edge_ms, wanted.to_ms))
    return tuple(gap for gap in gaps if gap.length_ms > 0)


def span_before(spans: Iterable[Span], time_ms: int) -> Span | None:
    """Return the span that holds the millisecond before a time, cut off there."""
    for span in spans:
        if span.from_ms < time_ms <= span.to_ms:
            return Span(span.from_ms, time_ms)
    return None


def month_of(time_ms: int) -> int:
    """Return the number of the calendar month that holds a time, 0 for January 1970."""
    moment = datetime.fromtimestamp(time_ms // 1000, UTC)
    return (moment.year - _EPOCH_YEAR) * 12 + moment.month - 1


def month_start_ms(month: int) -> int:
    """Return when the calendar month of a number begins."""
    year, index = divmod(month, 12)
    return int(datetime(_EPOCH_YEAR + year, index + 1, 1, tzinfo=UTC).timestamp()) * 1000
